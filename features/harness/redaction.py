"""Redaction of phone numbers in everything that is shown or mailed, as in the driver's own log."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(\+|%2[Bb])([1-9])\d{2,10}(\d{4})\b")
_NATIONAL = re.compile(r"\(\d{3}\) \d{3}-(\d{4})\b")


def shortened(text: str) -> str:
    """Return a text with every phone number reduced to its beginning and its last four digits."""
    return _NATIONAL.sub(r"(…) …-\1", _NUMBER.sub(r"\1\2…\3", text))
