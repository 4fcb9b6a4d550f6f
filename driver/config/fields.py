"""Field types that several sections of the configuration share."""

import ipaddress
from functools import lru_cache
from typing import Annotated
from urllib.parse import urlsplit

import phonenumbers
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from driver.config.secrets import HidesLogin
from driver.domain.phone import E164, is_messaging_service
from driver.domain.storable import odd_character


class Section(BaseModel):
    """A part of the configuration: frozen, and strict about unknown keys."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, arbitrary_types_allowed=True, use_attribute_docstrings=True
    )

    @field_validator("*", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        if isinstance(value, str) and (odd := odd_character(value)):
            raise ValueError(f"has {odd}, which is no text")
        return value


def phone_number(value: object) -> str:
    """Read a phone number in E.164 form that can exist.

    Raises:
        ValueError: it is not one; the message says what is expected.
    """
    if not isinstance(value, str):
        raise ValueError("expected a phone number in quotes, for example '+12015550101'")  # noqa: TRY004 - pydantic's way
    number = E164(value)
    if not _can_exist(number):
        raise ValueError("expected a phone number that can exist in its country, for example +12015550101")
    return number


@lru_cache(maxsize=256)
def _can_exist(number: str) -> bool:
    """Tell whether a number can exist in its country; thousands of phones share a few Twilio numbers."""
    try:
        return bool(phonenumbers.is_possible_number(phonenumbers.parse(number)))
    except phonenumbers.NumberParseException:
        return False


def sender(value: object) -> str:
    """Read a sender: a Twilio number, or the SID of a Messaging Service."""
    if isinstance(value, str) and value.startswith("MG"):
        if not is_messaging_service(value):
            raise ValueError("expected a Messaging Service SID: MG and 32 hexadecimal digits")
        return value
    return phone_number(value)


def web_address(value: str) -> str:
    """Read an http or https address without a trailing slash."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("expected a web address, for example https://api.twilio.com")
    if parts.query or parts.fragment:
        raise ValueError("expected a web address without ? and #")
    return value.rstrip("/")


def no_login(value: str) -> str:
    """Read an address that is announced to others, or that needs no login of its own.

    Raises:
        ValueError: it names a user or a password.
    """
    if "@" in urlsplit(value).netloc:
        raise ValueError("expected a web address without a user and a password in it")
    return value


def is_loopback(host: str) -> bool:
    """Tell whether only programs on this machine can reach a listener on ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


PhoneNumber = Annotated[str, BeforeValidator(phone_number)]
Sender = Annotated[str, BeforeValidator(sender)]
WebAddress = Annotated[str, AfterValidator(web_address), HidesLogin]
PlainAddress = Annotated[WebAddress, AfterValidator(no_login)]
Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
