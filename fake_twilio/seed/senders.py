"""The senders of an account in a seed: numbers, short codes, channel senders, and services."""

from dataclasses import dataclass
from typing import Annotated

from fake_twilio.model.incoming_phone_number import ORIGINS, PENDING, REGISTERED, UNREGISTERED
from fake_twilio.seed import validators as valid
from fake_twilio.seed.validators import Flag, Method, Phones, Speed, Text, Whole

ABILITIES = ("voice", "sms", "mms", "fax")


@dataclass(frozen=True, slots=True)
class SeedNumber:
    """A number of an account: its webhooks, its sending rate, its registration with the carriers."""

    phone_number: Annotated[str, valid.phone]
    sid: Annotated[str, valid.sid("PN")] = ""
    friendly_name: Text = ""
    sms_url: Text = ""
    sms_method: Method = "POST"
    sms_fallback_url: Text = ""
    sms_fallback_method: Method = "POST"
    sms_application_sid: Annotated[str, valid.sid("AP")] = ""
    capabilities: Annotated[tuple[str, ...], valid.list_of(valid.one_of(*ABILITIES))] = ABILITIES[:3]
    messages_per_second: Speed = 0.0
    registration: Annotated[str, valid.one_of(REGISTERED, PENDING, UNREGISTERED)] = REGISTERED
    beta: Flag = False
    origin: Annotated[str, valid.one_of(*ORIGINS)] = ORIGINS[0]


@dataclass(frozen=True, slots=True)
class SeedShortCode:
    """A short code that an account rents, and the country it works in."""

    short_code: Annotated[str, valid.short_code]
    sid: Annotated[str, valid.sid("SC")] = ""
    friendly_name: Text = ""
    country: Annotated[str, valid.country] = "US"
    sms_url: Text = ""
    sms_method: Method = "POST"
    sms_fallback_url: Text = ""
    sms_fallback_method: Method = "POST"
    capabilities: Annotated[tuple[str, ...], valid.list_of(valid.one_of("sms", "mms"))] = ("sms",)


@dataclass(frozen=True, slots=True)
class SeedChannelSender:
    """A sender of an account on a channel other than SMS, with its webhooks."""

    sender: Annotated[str, valid.channel_address]
    sid: Annotated[str, valid.sid("XE")] = ""
    callback_url: Text = ""
    callback_method: Method = "POST"
    fallback_url: Text = ""
    fallback_method: Method = "POST"
    status_callback_url: Text = ""


@dataclass(frozen=True, slots=True)
class SeedService:
    """A messaging service of an account and the senders in its pool."""

    sid: Annotated[str, valid.sid("MG")]
    friendly_name: Text = ""
    numbers: Phones = ()
    short_codes: Annotated[tuple[str, ...], valid.list_of(valid.short_code)] = ()
    channel_senders: Annotated[tuple[str, ...], valid.list_of(valid.channel_address)] = ()
    inbound_request_url: Text = ""
    inbound_method: Method = "POST"
    fallback_url: Text = ""
    fallback_method: Method = "POST"
    status_callback: Text = ""
    sticky_sender: Flag = True
    area_code_geomatch: Flag = True
    smart_encoding: Flag = True
    mms_converter: Flag = True
    use_inbound_webhook_on_number: Flag = False
    advanced_opt_out: Flag = False
    validity_period: Whole = 36_000
