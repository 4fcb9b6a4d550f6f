"""Connection settings of webhooks, from the fragment of their URL or from their account's Webhook Setting.

Source: Twilio's documentation of webhook connection overrides, and of Webhook Settings, which override them.
"""

from urllib.parse import parse_qsl, urldefrag

from fake_twilio.model.webhook_rule import CONDITIONS, WebhookSetting
from fake_twilio.records import dataclass

POLICIES = frozenset({"4xx", "5xx", "ct", "rt", "all"})
"""The conditions for a retry: client errors, server errors, connection timeouts, read timeouts."""


EDGES = frozenset({"ashburn", "dublin", "frankfurt", "sao-paulo", "singapore", "sydney", "tokyo", "umatilla"})
"""The edge locations that Twilio calls webhooks from. The fake accepts their names but calls from its own host."""

INVALID_EDGE, UNSUPPORTED_EDGE, INTERCONNECT, INVALID_POLICY = 11240, 11241, 11242, 11243


@dataclass(frozen=True, slots=True)
class Overrides:
    """How a webhook is called; times in seconds. ``warnings`` are the codes of alerts about invalid overrides."""

    connect: float = 5.0
    read: float = 15.0
    total: float = 15.0
    retries: int = 1
    policy: frozenset[str] = frozenset({"ct"})
    warnings: tuple[int, ...] = ()


def of_setting(setting: WebhookSetting) -> Overrides:
    """Return the overrides that a Webhook Setting defines."""
    return Overrides(
        connect=setting.connect_timeout / 1000,
        read=setting.read_timeout / 1000,
        total=setting.total_timeout / 1000,
        retries=setting.retry_count,
        policy=frozenset(CONDITIONS[name] for name in setting.retry_on),
    )


def read_overrides(url: str) -> Overrides:
    """Parse the overrides in a URL's fragment; values out of range are ignored."""
    fragment = urldefrag(url).fragment
    if not fragment:
        return _DEFAULT
    given = dict(parse_qsl(fragment))
    policy = frozenset(given.get("rp", "ct").split(","))
    bad = policy - POLICIES
    return Overrides(
        connect=_milliseconds(given.get("ct"), 10_000, _DEFAULT.connect),
        read=_milliseconds(given.get("rt"), 15_000, _DEFAULT.read),
        total=_milliseconds(given.get("tt"), 15_000, _DEFAULT.total),
        retries=_within(given.get("rc"), 0, 5, default=_DEFAULT.retries),
        policy=_DEFAULT.policy if bad else policy,
        warnings=(*_edge_problems(given.get("e", "")), *((INVALID_POLICY,) if bad else ())),
    )


def _edge_problems(text: str) -> tuple[int, ...]:
    """Return the alert codes for invalid edges, each once."""
    return tuple(sorted({_edge_problem(edge) for edge in text.split(",") if edge and edge not in EDGES}))


def _edge_problem(edge: str) -> int:
    if edge == "roaming":
        return UNSUPPORTED_EDGE
    return INTERCONNECT if edge.endswith("-ix") and edge.removesuffix("-ix") in EDGES else INVALID_EDGE


def _milliseconds(text: str | None, highest: int, default: float) -> float:
    value = _within(text, 100, highest, default=-1)
    return value / 1000 if value > 0 else default


def _within(text: str | None, lowest: int, highest: int, *, default: int) -> int:
    if text is None or not (text.isascii() and text.isdigit()):
        return default
    value = int(text[:9])
    return value if lowest <= value <= highest else default


_DEFAULT = Overrides()
