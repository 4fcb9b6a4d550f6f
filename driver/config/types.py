"""Field types shared by several sections of the configuration."""

import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from driver.config.phone_numbers import phone_number, sender
from driver.config.secrets import HidesLogin
from driver.domain.storable_text import odd_character


class Section(BaseModel):
    """A section of the configuration: frozen, and strict about unknown keys.

    The docstring below a field is for the reference page. Pydantic does not read it: that would slow every start.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, arbitrary_types_allowed=True)

    @field_validator("*", mode="before")
    @classmethod
    def _text(cls, value: object) -> object:
        if isinstance(value, str) and (odd := odd_character(value)):
            raise ValueError(f"contains {odd}, which is not text")
        return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("expected a phone number in quotes, for example '+12015550101'")  # noqa: TRY004 - pydantic's way
    return value


def web_address(value: str) -> str:
    """Return an http or https address without its trailing slash."""
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("expected a web address, for example https://api.twilio.com")
    if parts.query or parts.fragment:
        raise ValueError("expected a web address without ? and #")
    return value.rstrip("/")


def no_login(value: str) -> str:
    """Return an address that is published to others, or needs no credentials of its own.

    Raises:
        ValueError: it contains a user name or a password.
    """
    if "@" in urlsplit(value).netloc:
        raise ValueError("expected a web address without a user name and password")
    return value


def is_loopback(host: str) -> bool:
    """Return whether only programs on this machine can reach a listener on ``host``."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


#: Pydantic runs the last of several ``BeforeValidator`` first.
PhoneNumber = Annotated[str, BeforeValidator(phone_number), BeforeValidator(_text)]
Sender = Annotated[str, BeforeValidator(sender), BeforeValidator(_text)]
WebAddress = Annotated[str, AfterValidator(web_address), HidesLogin]
PlainAddress = Annotated[WebAddress, AfterValidator(no_login)]
Port = Annotated[int, Field(ge=0, le=65535)]
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$")]
