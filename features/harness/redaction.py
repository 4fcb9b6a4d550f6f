"""Keeps whole telephone numbers out of what is shown and mailed, as the driver's own log does."""

from __future__ import annotations

import re

_NUMBER = re.compile(r"(\+|%2[Bb])([1-9])\d{2,10}(\d{4})\b")
_NATIONAL = re.compile(r"\(\d{3}\) \d{3}-(\d{4})\b")


def shortened(text: str) -> str:
    """A text in which of every telephone number no more than its beginning and its last four digits are left."""
    return _NATIONAL.sub(r"(…) …-\1", _NUMBER.sub(r"\1\2…\3", text))
