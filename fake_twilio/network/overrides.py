"""Connection overrides: the part of a webhook URL after `#` that changes time-outs and retries.

Source: Twilio's documentation of webhook connection overrides.
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urldefrag

POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})
"""What may be retried: client errors, server errors, connection time-outs, read time-outs."""


@dataclass(frozen=True, slots=True)
class Overrides:
    """How one webhook is called; times in seconds. `bad_policy` holds an unknown retry policy (alert 11243)."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})
    bad_policy: str = ""


def read_overrides(url: str) -> Overrides:
    """Return what the URL's fragment asks for; values out of range are ignored."""
    fragment = urldefrag(url).fragment
    if not fragment:
        return _DEFAULT
    given = dict(parse_qsl(fragment))
    policy = frozenset(given.get("rp", "ct").split(","))
    bad = ",".join(sorted(policy - POLICIES))
    return Overrides(
        connect=_milliseconds(given.get("ct"), 10_000, _DEFAULT.connect),
        read=_milliseconds(given.get("rt"), 15_000, _DEFAULT.read),
        total=_milliseconds(given.get("tt"), 15_000, _DEFAULT.total),
        retries=_within(given.get("rc"), 0, 5, _DEFAULT.retries),
        policy=_DEFAULT.policy if bad else policy,
        bad_policy=bad,
    )


def _milliseconds(text: str | None, highest: int, default: float) -> float:
    value = _within(text, 100, highest, -1)
    return value / 1000 if value > 0 else default


def _within(text: str | None, lowest: int, highest: int, default: int) -> int:
    if text is None or not (text.isascii() and text.isdigit()):
        return default
    value = int(text[:9])
    return value if lowest <= value <= highest else default


_DEFAULT = Overrides()
