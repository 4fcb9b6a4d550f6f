"""Messaging services: a pool of senders with rules for choosing among them and for what comes in.

Source: Twilio's API reference, Messaging Services v1.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from fake_twilio.model.number import IncomingNumber


@dataclass(frozen=True, slots=True)
class Service:
    """A messaging service. Field names are those of the Service resource; empty texts are shown as null."""

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


@dataclass(frozen=True, slots=True)
class PoolMember:
    """A sender in a service's pool: one of the account's numbers. Its SID is the service's and the number's in one."""

    service_sid: str
    number_sid: str
    account_sid: str
    phone_number: str
    created: datetime
    updated: datetime

    @property
    def sid(self) -> str:
        """What tells it from all other members."""
        return f"{self.service_sid}/{self.number_sid}"


@dataclass(frozen=True, slots=True)
class AlphaSender:
    """An alphanumeric sender in a service's pool; `iso_country_code` is empty where it serves every country."""

    sid: str
    account_sid: str
    service_sid: str
    alpha_sender: str
    iso_country_code: str
    created: datetime
    updated: datetime


def choose_alpha(pool: Iterable[AlphaSender], to: str, country: str) -> str | None:
    """Return the alphanumeric sender for a destination, the country's own first; North America takes none."""
    if to.startswith("+1"):
        return None
    fitting = [row for row in pool if row.iso_country_code in ("", country)]
    fitting.sort(key=lambda row: not row.iso_country_code)
    return fitting[0].alpha_sender if fitting else None


def choose(pool: Iterable[IncomingNumber], to: str, *, media: bool, geomatch: bool) -> IncomingNumber | None:
    """Return the sender for a destination: one with its area code if the service asks for that, else the first able."""
    able = [row for row in pool if (row.capabilities.mms if media else row.capabilities.sms)]
    if geomatch and to.startswith("+1"):
        near = [row for row in able if row.phone_number[:5] == to[:5]]
        able = near or able
    return able[0] if able else None
