"""PINs in messages from people: removed before anything is stored, and required before a reply acknowledges.

A PIN is longer than any code, so that the two cannot be confused.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from driver.domain.ack_replies import read_ack_reply

MIN_DIGITS, MAX_DIGITS = 5, 8
#: After this many wrong PINs within this time, replies from a phone acknowledge nothing.
MAX_WRONG_PINS, PIN_PAUSE = 5, timedelta(hours=1)
PIN_MARK, WRONG_MARK = "[PIN]", "[wrong PIN]"
_MARKS = re.compile(r"\[(?:wrong )?PIN\]", re.IGNORECASE)
_NUMBERS = re.compile(rf"(?<!\d)\d{{{MIN_DIGITS},{MAX_DIGITS}}}(?!\d)")
#: A PIN with the words and punctuation that people put around it.
_WITH_PIN = re.compile(
    r"[\s/,;:+&.\-]*(?:\band\b\s*)?(?:\bpin\b[\s:#]*(?:is\s+)?)?\[(wrong )?PIN\][\s/,;:+&\-]*", re.IGNORECASE
)


class PinGiven(StrEnum):
    """Whether a reply contains the PIN that it needs."""

    RIGHT = "right"
    WRONG = "wrong"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class PinnedAnswer:
    """A reply without its PIN, and whether the PIN was right."""

    text: str
    pin: PinGiven


@dataclass(frozen=True, slots=True)
class WrongPin:
    """A reply with a wrong PIN, which counts for an hour."""

    phone: str
    at: datetime


def without_pins(text: str, pins: Collection[str]) -> str:
    """Return a message from somebody with a PIN, safe to store: a mark replaces the PIN, or a wrong one."""
    if not pins:
        return text
    text = _MARKS.sub("(PIN)", text)  # so that nobody can forge the mark
    hidden = text
    for pin in pins:
        hidden = without_pin(hidden, pin, PIN_MARK)
    if hidden != text:
        return hidden
    wrong = _replaced(text, _NUMBERS.pattern, WRONG_MARK)
    return wrong if read_ack_reply(read_pinned(wrong).text) is not None else text


def read_pinned(text: str) -> PinnedAnswer:
    """Parse the output of ``without_pins``."""
    found = _WITH_PIN.search(text)
    if found is None:
        return PinnedAnswer(text, PinGiven.MISSING)
    rest = _WITH_PIN.sub(" ", text).strip()
    wrong = any(mark[1] for mark in _WITH_PIN.finditer(text))
    return PinnedAnswer(rest, PinGiven.WRONG if wrong else PinGiven.RIGHT)


def may_try_a_pin(wrong_pins: Sequence[WrongPin], phone: str, now: datetime) -> bool:
    """Return whether a phone has sent few enough wrong PINs in the last hour to try another."""
    return sum(each.phone == phone and each.at > now - PIN_PAUSE for each in wrong_pins) < MAX_WRONG_PINS


def with_wrong_pin(wrong_pins: Sequence[WrongPin], phone: str, now: datetime) -> tuple[WrongPin, ...]:
    """Return the wrong PINs that still count, with one more from a phone."""
    return (*(each for each in wrong_pins if each.at > now - PIN_PAUSE), WrongPin(phone, now))


def is_pin(secret: str) -> bool:
    """Return whether a secret can be a PIN."""
    return secret.isascii() and secret.isdecimal() and MIN_DIGITS <= len(secret) <= MAX_DIGITS


def without_pin(text: str, pin: str, mark: str) -> str:
    """Replace a PIN in a text with a mark, whatever script its digits are in and whatever separates them."""
    return _replaced(text, r"[\W_]{0,3}".join(pin), mark)


def _replaced(text: str, pattern: str, mark: str) -> str:
    """Replace all matches of a pattern of ASCII digits, whatever script the digits are in."""
    digits = text
    if not text.isascii():
        digits = "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in text)
    for found in reversed(list(re.finditer(pattern, digits))):
        text = text[: found.start()] + mark + text[found.end() :]
    return text
