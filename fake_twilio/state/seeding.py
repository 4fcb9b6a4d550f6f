"""From the seed to the first rows: accounts, their callers, keys and templates, and what they send from."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

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

R = TypeVar("R")

DEFAULT_BALANCE = "15.50"
"""US dollars; about what Twilio gives a new trial account."""


def seeded_state(seed: Seed, ids: Ids, now: datetime) -> State:
    """Return the tables of a fake that begins with ``seed``."""
    state = State()
    for account in seed.accounts:
        _add_account(state, account, ids, now=now)
    return state


def _add_account(state: State, seed: SeedAccount, ids: Ids, *, now: datetime) -> None:
    """Put an account and all that belongs to it into the tables."""
    state.put_account(
        _made(
            Account,
            seed,
            friendly_name=seed.friendly_name or "My account",
            type=AccountType(seed.type),
            created=now,
            updated=now,
            owner_sid=seed.owner or seed.sid,
            status=AccountStatus(seed.status),
            balance=Decimal(seed.balance or DEFAULT_BALANCE),
            auto_recharge=not seed.balance,
            geo_permissions=frozenset(seed.geo_permissions),
        )
    )
    for number in seed.verified:
        state.callers.put(OutgoingCallerId(ids.sid("PN"), seed.sid, number, friendly(number), now, now))
    for row in seed.numbers:
        state.numbers.put(_seeded_number(row, seed.sid, ids, now=now))
    for code in seed.short_codes:
        state.short_codes.put(_seeded_short_code(code, seed.sid, ids, now=now))
    for sender in seed.channel_senders:
        state.channel_senders.put(_seeded_channel_sender(sender, seed.sid, ids, now=now))
    for key in seed.api_keys:
        state.keys.put(ApiKey(key.sid, seed.sid, key.secret, key.friendly_name, now, now, key.main))
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
        _add_service(state, service, seed.sid, now=now)


def _made(kind: Callable[..., R], seed: Any, **more: Any) -> R:
    """Return a row of this kind: what the seed's row calls by the same name is taken over, ``more`` is said here."""
    names = {field.name for field in fields(kind)}  # type: ignore[arg-type] # every kind of rows is a dataclass
    alike = {field.name: getattr(seed, field.name) for field in fields(seed) if field.name in names}
    return kind(**alike | more)


def _able(capabilities: tuple[str, ...]) -> Capabilities:
    return replace(Capabilities(voice=False, sms=False, mms=False), **dict.fromkeys(capabilities, True))


def _seeded_number(row: SeedNumber, account_sid: str, ids: Ids, *, now: datetime) -> IncomingPhoneNumber:
    """Return a number as the seed has it."""
    return _made(
        IncomingPhoneNumber,
        row,
        sid=row.sid or ids.sid("PN"),
        account_sid=account_sid,
        friendly_name=row.friendly_name or friendly(row.phone_number),
        created=now,
        updated=now,
        capabilities=_able(row.capabilities),
        type=type_of(row.phone_number),
    )


def _seeded_short_code(row: SeedShortCode, account_sid: str, ids: Ids, *, now: datetime) -> ShortCode:
    """Return a short code as the seed has it."""
    return _made(
        ShortCode,
        row,
        sid=row.sid or ids.sid("SC"),
        account_sid=account_sid,
        friendly_name=row.friendly_name or row.short_code,
        created=now,
        updated=now,
        capabilities=_able(row.capabilities),
    )


def _seeded_channel_sender(row: SeedChannelSender, account_sid: str, ids: Ids, *, now: datetime) -> ChannelSender:
    """Return a channel sender as the seed has it."""
    return _made(ChannelSender, row, sid=row.sid or ids.sid("XE"), account_sid=account_sid, created=now, updated=now)


def _add_service(state: State, seed: SeedService, account_sid: str, *, now: datetime) -> None:
    """Put a service and its pool into the tables; the senders of the pool are there already."""
    name = seed.friendly_name or seed.sid
    state.services.put(_made(Service, seed, account_sid=account_sid, friendly_name=name, created=now, updated=now))
    for address in (*seed.numbers, *seed.short_codes, *seed.channel_senders):
        sender = state.number(address)
        if sender is not None and sender.account_sid == account_sid:
            state.pool.put(PoolMember(seed.sid, sender.sid, account_sid, address, now, now))
