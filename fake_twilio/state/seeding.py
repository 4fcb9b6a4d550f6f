"""From the seed to the first rows: accounts, their callers, keys and templates, and what they send from."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from fake_twilio.ids import Ids
from fake_twilio.model.account import Account, AccountStatus, AccountType, ApiKey, OutgoingCallerId
from fake_twilio.model.addresses import friendly
from fake_twilio.model.channel_sender import ChannelSender
from fake_twilio.model.incoming_phone_number import Capabilities, IncomingPhoneNumber, type_of
from fake_twilio.model.oauth_app import OAuthApp
from fake_twilio.model.service import PoolMember, Service
from fake_twilio.model.short_code import ShortCode
from fake_twilio.model.twiml_bin import TwimlBin
from fake_twilio.seed import Seed, SeedAccount, SeedChannelSender, SeedNumber, SeedService, SeedShortCode
from fake_twilio.state.database import State

DEFAULT_BALANCE = "15.50"
"""US dollars; about what Twilio gives a new trial account."""


def seeded_state(seed: Seed, ids: Ids, now: datetime) -> State:
    """Return the tables of a fake that begins with `seed`."""
    state = State()
    for account in seed.accounts:
        _add_account(state, account, ids, now)
    return state


def _add_account(state: State, seed: SeedAccount, ids: Ids, now: datetime) -> None:
    """Put an account and all that belongs to it into the tables."""
    state.put_account(
        Account(
            sid=seed.sid,
            auth_token=seed.auth_token,
            friendly_name=seed.friendly_name or "My account",
            type=AccountType(seed.type),
            created=now,
            updated=now,
            owner_sid=seed.owner or seed.sid,
            status=AccountStatus(seed.status),
            balance=Decimal(seed.balance or DEFAULT_BALANCE),
            auto_recharge=not seed.balance,
            geo_permissions=frozenset(seed.geo_permissions),
            profile=seed.profile,
            webhook_key=seed.webhook_key,
            webhook_secret=seed.webhook_secret,
            messages_per_second=seed.messages_per_second,
            message_redaction=seed.message_redaction,
            webhook_setting=seed.webhook_setting,
            test_credentials=seed.test_credentials,
        )
    )
    for number in seed.verified:
        state.put_caller(OutgoingCallerId(ids.sid("PN"), seed.sid, number, friendly(number), now, now))
    for row in seed.numbers:
        state.put_number(_seeded_number(row, seed.sid, ids, now))
    for code in seed.short_codes:
        state.put_short_code(_seeded_short_code(code, seed.sid, ids, now))
    for sender in seed.channel_senders:
        state.put_channel_sender(_seeded_channel_sender(sender, seed.sid, ids, now))
    for key in seed.api_keys:
        state.put_key(ApiKey(key.sid, seed.sid, key.secret, key.friendly_name, now, now, key.main))
    for app in seed.oauth_apps:
        state.oauth_apps.put(
            OAuthApp(app.client_id, seed.sid, app.client_secret, app.friendly_name, now, now, app.token_lifetime)
        )
    for twiml_bin in seed.twiml_bins:
        name = twiml_bin.friendly_name or twiml_bin.sid
        state.bins.put(TwimlBin(twiml_bin.sid, seed.sid, name, twiml_bin.twiml, now, now))
    for template in seed.content_templates:
        state.templates[f"{seed.sid} {template.sid}"] = template.body
    for service in seed.messaging_services:
        _add_service(state, service, seed.sid, now)


def _able(capabilities: tuple[str, ...]) -> Capabilities:
    return replace(Capabilities(voice=False, sms=False, mms=False), **dict.fromkeys(capabilities, True))


def _seeded_number(row: SeedNumber, account_sid: str, ids: Ids, now: datetime) -> IncomingPhoneNumber:
    """Return a number as the seed has it."""
    return IncomingPhoneNumber(
        sid=row.sid or ids.sid("PN"),
        account_sid=account_sid,
        phone_number=row.phone_number,
        friendly_name=row.friendly_name or friendly(row.phone_number),
        created=now,
        updated=now,
        capabilities=_able(row.capabilities),
        sms_url=row.sms_url,
        sms_method=row.sms_method,
        sms_fallback_url=row.sms_fallback_url,
        sms_fallback_method=row.sms_fallback_method,
        sms_application_sid=row.sms_application_sid,
        messages_per_second=row.messages_per_second,
        registration=row.registration,
        beta=row.beta,
        origin=row.origin,
        type=type_of(row.phone_number),
    )


def _seeded_short_code(row: SeedShortCode, account_sid: str, ids: Ids, now: datetime) -> ShortCode:
    """Return a short code as the seed has it."""
    return ShortCode(
        sid=row.sid or ids.sid("SC"),
        account_sid=account_sid,
        short_code=row.short_code,
        friendly_name=row.friendly_name or row.short_code,
        created=now,
        updated=now,
        country=row.country,
        capabilities=_able(row.capabilities),
        sms_url=row.sms_url,
        sms_method=row.sms_method,
        sms_fallback_url=row.sms_fallback_url,
        sms_fallback_method=row.sms_fallback_method,
    )


def _seeded_channel_sender(row: SeedChannelSender, account_sid: str, ids: Ids, now: datetime) -> ChannelSender:
    """Return a channel sender as the seed has it."""
    return ChannelSender(
        sid=row.sid or ids.sid("XE"),
        account_sid=account_sid,
        sender=row.sender,
        created=now,
        updated=now,
        callback_url=row.callback_url,
        callback_method=row.callback_method,
        fallback_url=row.fallback_url,
        fallback_method=row.fallback_method,
        status_callback_url=row.status_callback_url,
    )


def _add_service(state: State, seed: SeedService, account_sid: str, now: datetime) -> None:
    """Put a service and its pool into the tables; the senders of the pool are there already."""
    state.services.put(
        Service(
            sid=seed.sid,
            account_sid=account_sid,
            friendly_name=seed.friendly_name or seed.sid,
            created=now,
            updated=now,
            inbound_request_url=seed.inbound_request_url,
            inbound_method=seed.inbound_method,
            fallback_url=seed.fallback_url,
            fallback_method=seed.fallback_method,
            status_callback=seed.status_callback,
            sticky_sender=seed.sticky_sender,
            area_code_geomatch=seed.area_code_geomatch,
            smart_encoding=seed.smart_encoding,
            mms_converter=seed.mms_converter,
            use_inbound_webhook_on_number=seed.use_inbound_webhook_on_number,
            advanced_opt_out=seed.advanced_opt_out,
            validity_period=seed.validity_period,
        )
    )
    for address in (*seed.numbers, *seed.short_codes, *seed.channel_senders):
        sender = state.number(address)
        if sender is not None and sender.account_sid == account_sid:
            state.put_member(PoolMember(seed.sid, sender.sid, account_sid, address, now, now))
