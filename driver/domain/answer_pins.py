"""PINs in what people text: taken out before anything is stored, and asked for before an answer acknowledges.

A PIN is longer than any code, so that neither can be taken for the other.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from driver.domain.ack_replies import read_ack_reply

MIN_DIGITS, MAX_DIGITS = 5, 8
PIN_MARK, WRONG_MARK = "[PIN]", "[wrong PIN]"
_MARKS = re.compile(r"\[(?:wrong )?PIN\]", re.IGNORECASE)
_NUMBERS = re.compile(rf"(?<!\d)\d{{{MIN_DIGITS},{MAX_DIGITS}}}(?!\d)")
#: A PIN with what people put around it.
_WITH_PIN = re.compile(
    r"[\s/,;:+&.\-]*(?:\band\b\s*)?(?:\bpin\b[\s:#]*(?:is\s+)?)?\[(wrong )?PIN\][\s/,;:+&\-]*", re.IGNORECASE
)


class PinGiven(StrEnum):
    """What became of the PIN that an answer needs."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class PinnedAnswer:
    """An answer without its PIN, and whether that was right."""

    text: str
    pin: PinGiven


def without_pins(text: str, pins: Collection[str]) -> str:
    """Return what somebody with a PIN texted, fit to be stored: a mark in place of the PIN, and of a wrong one."""
    if not pins:
        return text
    text = _MARKS.sub("(PIN)", text)  # nobody can write the mark
    hidden = text
    for pin in pins:
        hidden = without_pin(hidden, pin, PIN_MARK)
    if hidden != text:
        return hidden
    wrong = _replaced(text, _NUMBERS.pattern, WRONG_MARK)
    return wrong if read_ack_reply(read_pinned(wrong).text) is not None else text


def read_pinned(text: str) -> PinnedAnswer:
    """Read what ``without_pins`` wrote."""
    found = _WITH_PIN.search(text)
    if found is None:
        return PinnedAnswer(text, PinGiven.MISSING)
    rest = _WITH_PIN.sub(" ", text).strip()
    wrong = any(mark[1] for mark in _WITH_PIN.finditer(text))
    return PinnedAnswer(rest, PinGiven.WRONG if wrong else PinGiven.RIGHT)


def is_pin(secret: str) -> bool:
    """Return whether a secret can be a PIN."""
    return secret.isascii() and secret.isdecimal() and MIN_DIGITS <= len(secret) <= MAX_DIGITS


def without_pin(text: str, pin: str, mark: str) -> str:
    """Return a text with a mark in place of a PIN, in whatever digits and with whatever stands between them."""
    return _replaced(text, r"[\W_]{0,3}".join(pin), mark)


def _replaced(text: str, pattern: str, mark: str) -> str:
    """Replace what fits a pattern of ASCII digits, whatever digits it is written in."""
    digits = text
    if not text.isascii():
        digits = "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in text)
    for found in reversed(list(re.finditer(pattern, digits))):
        text = text[: found.start()] + mark + text[found.end() :]
    return text
