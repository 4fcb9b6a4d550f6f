"""What a segment costs: plausible prices by country, in US dollars; the real ones change and are not copied here."""

from decimal import Decimal

_OUTBOUND = {
    "US": Decimal("0.00790"),
    "CA": Decimal("0.00790"),
    "GB": Decimal("0.04000"),
    "DE": Decimal("0.07500"),
    "FR": Decimal("0.07600"),
    "ES": Decimal("0.07000"),
    "IT": Decimal("0.07000"),
    "AU": Decimal("0.05150"),
    "BR": Decimal("0.06000"),
    "IN": Decimal("0.04500"),
    "MX": Decimal("0.05500"),
}
_ELSEWHERE = Decimal("0.08000")
_INBOUND = Decimal("0.00750")
_MMS = Decimal("0.02000")


def outbound(country: str, segments: int, *, media: bool) -> Decimal:
    """Return the price of sending a message."""
    return _MMS if media else _OUTBOUND.get(country, _ELSEWHERE) * segments


def inbound(segments: int, *, media: bool) -> Decimal:
    """Return the price of receiving a message."""
    return _MMS if media else _INBOUND * segments


def shown(price: Decimal) -> str:
    """Return a price as the Message resource shows it: negative, five decimals."""
    return f"-{price:.5f}"
