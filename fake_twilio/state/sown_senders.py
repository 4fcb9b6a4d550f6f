"""From the seed to the first rows of what an account sends from: numbers, short codes, channel senders, services."""

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from fake_twilio.config import SeedChannelSender, SeedNumber, SeedService, SeedShortCode
from fake_twilio.ids import Ids
from fake_twilio.model.channel_sender import ChannelSender
from fake_twilio.model.number import Capabilities, IncomingNumber, type_of
from fake_twilio.model.phone import friendly
from fake_twilio.model.service import PoolMember, Service
from fake_twilio.model.short_code import ShortCode

if TYPE_CHECKING:
    from fake_twilio.state.tables import State


def _able(capabilities: tuple[str, ...]) -> Capabilities:
    return replace(Capabilities(voice=False, sms=False, mms=False), **dict.fromkeys(capabilities, True))


def sown_number(row: SeedNumber, account_sid: str, ids: Ids, now: datetime) -> IncomingNumber:
    """Return a number as the seed has it."""
    return IncomingNumber(
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


def sown_short_code(row: SeedShortCode, account_sid: str, ids: Ids, now: datetime) -> ShortCode:
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


def sown_channel_sender(row: SeedChannelSender, account_sid: str, ids: Ids, now: datetime) -> ChannelSender:
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


def sow_service(state: "State", seed: SeedService, account_sid: str, now: datetime) -> None:
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
