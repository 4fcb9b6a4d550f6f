"""Words of feature files that stand for values: "twice" is 2, "never" is 0."""

from __future__ import annotations

import re
from collections.abc import Callable

import parse  # type: ignore[import-untyped]

_SPELT = {"never": 0, "once": 1, "twice": 2}


@parse.with_pattern(r"never|once|twice|\d+ times?|\d+ attempts?")
def times(text: str) -> int:
    """How often: never, once, twice, `3 times`, `2 attempts`."""
    return _SPELT[text] if text in _SPELT else int(re.split(r"\s", text)[0])


@parse.with_pattern(r"\d+(?:\.\d+)? (?:second|minute|hour|day)s?")
def duration(text: str) -> float:
    """How long, in seconds: `5 seconds`, `4.9 seconds`, `10 minutes`, `2 hours`."""
    number, unit = text.split()
    return float(number) * {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[unit.removesuffix("s")]


WORDS: dict[str, Callable[[str], object]] = {"Times": times, "Duration": duration}
"""What patterns may name after the colon, beside the types of the `parse` library."""
