"""A cache for functions of one string. It stores short strings only, because clients choose the arguments."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import TypeVar

R = TypeVar("R")

MAX_TEXTS = 65_536
MAX_LENGTH = 64
"""The maximum length of a cached string; addresses of phones and senders are shorter."""


def short_text_cache(function: Callable[[str], R]) -> Callable[[str], R]:
    """Cache a function's results for short strings; for longer ones the function is called each time."""
    remembered = lru_cache(MAX_TEXTS)(function)

    @wraps(function)
    def called(text: str) -> R:
        return remembered(text) if len(text) <= MAX_LENGTH else function(text)

    return called
