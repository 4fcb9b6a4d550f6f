"""Prices per segment: plausible ones by country; those for North America were seen in 2025.

Prices are integers in the smallest unit that Twilio shows, a hundred-thousandth of a US dollar.
"""

from decimal import Decimal
from functools import lru_cache

UNITS = 100_000
"""Price units per dollar."""

_OUTBOUND = {
    "US": 830,
    "CA": 830,
    "GB": 4000,
    "DE": 7500,
    "FR": 7600,
    "ES": 7000,
    "IT": 7000,
    "AU": 5150,
    "BR": 6000,
    "IN": 4500,
    "MX": 5500,
}
_AROUND_2019 = {"US": 790, "CA": 790}
_ELSEWHERE = 8000
_INBOUND = 750
_MMS = 2000


def outbound(country: str, segments: int, *, media: bool, old: bool = False) -> int:
    """Return the price of sending a message; ``old`` means the prices of around 2019."""
    if media:
        return _MMS
    price = _OUTBOUND.get(country, _ELSEWHERE)
    return (_AROUND_2019.get(country, price) if old else price) * segments


def inbound(segments: int, *, media: bool) -> int:
    """Return the price of receiving a message."""
    return _MMS if media else _INBOUND * segments


@lru_cache(maxsize=4096)
def shown(price: int) -> str:
    """Return a price as the Message resource shows it: in dollars with five decimals, negative unless zero."""
    return f"{'-' if price else ''}{price // UNITS}.{price % UNITS:05d}"


def dollars(price: int) -> Decimal:
    """Return a price in dollars."""
    return Decimal(price) / UNITS
