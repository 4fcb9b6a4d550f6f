"""Messaging services: sender pools, and the rules for selecting a sender and handling inbound messages.

Source: Twilio's API reference, Messaging Services v1; its documentation of sender selection.
"""

from collections.abc import Iterable
from datetime import datetime

from fake_twilio.model.addresses import channel, takes_alphanumeric
from fake_twilio.model.channel_sender import ChannelSender, Sender
from fake_twilio.model.incoming_phone_number import IncomingPhoneNumber
from fake_twilio.model.short_code import ShortCode
from fake_twilio.records import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """A messaging service. Field names are those of the Service resource; empty strings are shown as null.

    ``advanced_opt_out`` is not part of that resource: it is enabled in the console.
    """

    sid: str
    account_sid: str
    friendly_name: str
    created: datetime
    updated: datetime
    inbound_request_url: str = ""
    inbound_method: str = "POST"
    fallback_url: str = ""
    fallback_method: str = "POST"
    status_callback: str = ""
    sticky_sender: bool = True
    mms_converter: bool = True
    smart_encoding: bool = True
    scan_message_content: str = "inherit"
    fallback_to_long_code: bool = True
    area_code_geomatch: bool = True
    synchronous_validation: bool = False
    validity_period: int = 36_000
    usecase: str = "undeclared"
    us_app_to_person_registered: bool = False
    use_inbound_webhook_on_number: bool = False
    advanced_opt_out: bool = False


@dataclass(frozen=True, slots=True)
class PoolMember:
    """A sender in a service's pool: a number, a short code or a channel sender of the account.

    Its SID combines those of the service and the sender; ``phone_number`` is the sender's address, whatever its kind.
    """

    service_sid: str
    number_sid: str
    account_sid: str
    phone_number: str
    created: datetime
    updated: datetime

    @property
    def sid(self) -> str:
        """The key that identifies the pool member."""
        return f"{self.service_sid}/{self.number_sid}"


@dataclass(frozen=True, slots=True)
class AlphaSender:
    """An alphanumeric sender in a service's pool; an empty ``iso_country_code`` means every country."""

    sid: str
    account_sid: str
    service_sid: str
    alpha_sender: str
    iso_country_code: str
    created: datetime
    updated: datetime


def choose_alpha(pool: Iterable[AlphaSender], to: str, country: str) -> str | None:
    """Return the alphanumeric sender for a destination, preferably the country's own; None in North America."""
    if not takes_alphanumeric(to):
        return None
    fitting = [row for row in pool if row.iso_country_code in ("", country)]
    fitting.sort(key=lambda row: not row.iso_country_code)
    return fitting[0].alpha_sender if fitting else None


def choose_channel(pool: Iterable[Sender], via: str) -> str | None:
    """Return the pool's sender on a channel, or None."""
    return next((row.sender for row in pool if isinstance(row, ChannelSender) and channel(row.sender)[0] == via), None)


def able(pool: Iterable[Sender], *, media: bool) -> list[Sender]:
    """Return the numbers and short codes that can send SMS or, if ``media``, MMS."""
    return [
        row
        for row in pool
        if not isinstance(row, ChannelSender) and (row.capabilities.mms if media else row.capabilities.sms)
    ]


def choose(pool: Iterable[Sender], to: str, country: str, *, geomatch: bool) -> str | None:
    """Return the sender for a destination, out of those that are able to send.

    A short code of the country comes first. Otherwise, if the service uses geomatch, a number with the destination's
    area code is preferred to the first number.
    """
    rows = list(pool)
    short_code = next((row for row in rows if isinstance(row, ShortCode) and row.country == country), None)
    if short_code is not None:
        return short_code.short_code
    numbers = [row.phone_number for row in rows if isinstance(row, IncomingPhoneNumber)]
    if geomatch and to.startswith("+1"):
        numbers = [number for number in numbers if number[:5] == to[:5]] or numbers
    return numbers[0] if numbers else None
