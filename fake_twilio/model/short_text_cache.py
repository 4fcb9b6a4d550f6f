"""A cache for functions of one text that remembers short texts only, since clients choose what is asked for."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

R = TypeVar("R")

MAX_TEXTS = 65_536
MAX_LENGTH = 64
"""Characters of a text that is remembered; addresses of phones and senders are shorter."""


def short_text_cache(function: Callable[[str], R]) -> Callable[[str], R]:
    """Remember what a function returned for short texts; for others it is called each time."""
    remembered = lru_cache(MAX_TEXTS)(function)

    @wraps(function)
    def called(text: str) -> R:
        return remembered(text) if len(text) <= MAX_LENGTH else function(text)

    return called
