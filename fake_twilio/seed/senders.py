"""What an account sends from in a seed: numbers, short codes, channel senders, and services; rows and their forms."""

from dataclasses import dataclass

from fake_twilio.model.incoming_phone_number import ORIGINS, PENDING, REGISTERED, UNREGISTERED
from fake_twilio.seed.validators import (
    channel_address,
    country,
    flag,
    list_of,
    one_of,
    phone,
    short_code,
    sid,
    speed,
    table,
    text,
    whole,
)


@dataclass(frozen=True, slots=True)
class SeedNumber:
    """A number of an account: what it does when a text comes in, how fast it sends, whether carriers know it."""

    phone_number: str
    sid: str = ""
    friendly_name: str = ""
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    sms_application_sid: str = ""
    capabilities: tuple[str, ...] = ("voice", "sms", "mms")
    messages_per_second: float = 0.0
    registration: str = REGISTERED
    beta: bool = False
    origin: str = ORIGINS[0]


@dataclass(frozen=True, slots=True)
class SeedShortCode:
    """A short code that an account rents, in the country in which it works."""

    short_code: str
    sid: str = ""
    friendly_name: str = ""
    country: str = "US"
    sms_url: str = ""
    sms_method: str = "POST"
    sms_fallback_url: str = ""
    sms_fallback_method: str = "POST"
    capabilities: tuple[str, ...] = ("sms",)


@dataclass(frozen=True, slots=True)
class SeedChannelSender:
    """A sender of an account on another channel than SMS, with what it calls when somebody writes to it."""

    sender: str
    sid: str = ""
    callback_url: str = ""
    callback_method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    status_callback_url: str = ""


@dataclass(frozen=True, slots=True)
class SeedService:
    """A messaging service of an account and the senders in its pool."""

    sid: str
    friendly_name: str = ""
    numbers: tuple[str, ...] = ()
    short_codes: tuple[str, ...] = ()
    channel_senders: tuple[str, ...] = ()
    inbound_request_url: str = ""
    inbound_method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    status_callback: str = ""
    sticky_sender: bool = True
    area_code_geomatch: bool = True
    smart_encoding: bool = True
    mms_converter: bool = True
    use_inbound_webhook_on_number: bool = False
    advanced_opt_out: bool = False
    validity_period: int = 36_000


_METHOD = one_of("POST", "GET")


NUMBER = table(
    SeedNumber,
    {
        "phone_number": phone,
        "sid": sid("PN"),
        "friendly_name": text,
        "sms_url": text,
        "sms_method": _METHOD,
        "sms_fallback_url": text,
        "sms_fallback_method": _METHOD,
        "sms_application_sid": sid("AP"),
        "capabilities": list_of(one_of("voice", "sms", "mms", "fax")),
        "messages_per_second": speed,
        "registration": one_of(REGISTERED, PENDING, UNREGISTERED),
        "beta": flag,
        "origin": one_of(*ORIGINS),
    },
    ("phone_number",),
)


SHORT_CODE = table(
    SeedShortCode,
    {
        "short_code": short_code,
        "sid": sid("SC"),
        "friendly_name": text,
        "country": country,
        "sms_url": text,
        "sms_method": _METHOD,
        "sms_fallback_url": text,
        "sms_fallback_method": _METHOD,
        "capabilities": list_of(one_of("sms", "mms")),
    },
    ("short_code",),
)


CHANNEL_SENDER = table(
    SeedChannelSender,
    {
        "sender": channel_address,
        "sid": sid("XE"),
        "callback_url": text,
        "callback_method": _METHOD,
        "fallback_url": text,
        "fallback_method": _METHOD,
        "status_callback_url": text,
    },
    ("sender",),
)


SERVICE = table(
    SeedService,
    {
        "sid": sid("MG"),
        "friendly_name": text,
        "numbers": list_of(phone),
        "short_codes": list_of(short_code),
        "channel_senders": list_of(channel_address),
        "inbound_request_url": text,
        "inbound_method": _METHOD,
        "fallback_url": text,
        "fallback_method": _METHOD,
        "status_callback": text,
        "sticky_sender": flag,
        "area_code_geomatch": flag,
        "smart_encoding": flag,
        "mms_converter": flag,
        "use_inbound_webhook_on_number": flag,
        "advanced_opt_out": flag,
        "validity_period": whole,
    },
    ("sid",),
)
