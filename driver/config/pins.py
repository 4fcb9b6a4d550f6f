"""PINs of people who acknowledge by answering, in ``driver.toml``."""

import re
from typing import Annotated

from pydantic import BeforeValidator, SecretStr

from driver.config.secrets import Sensitive
from driver.config.types import Identifier, Section
from driver.domain.answer_pins import MAX_DIGITS, MIN_DIGITS


def _pin(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(text, str) or not re.fullmatch(rf"[0-9]{{{MIN_DIGITS},{MAX_DIGITS}}}", text):
        raise ValueError(f"expected {MIN_DIGITS} to {MAX_DIGITS} digits in quotes, more than an alarm's code has")
    return text


class PinConfig(Section):
    """The PIN that a person's answers need."""

    phone: Identifier
    """The person's phone, by asset id; one of ``notify.acknowledgers``."""
    pin: Annotated[SecretStr, BeforeValidator(_pin), Sensitive()]
    """5 to 8 digits, texted beside the code: ``10 47112``. It is neither logged nor stored, and Twilio is asked to
    forget the text of messages that hold it."""
