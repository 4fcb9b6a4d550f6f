"""The resources of the Webhooks API: shared keys, settings, and the rules that apply settings to URLs.

Source: Twilio's documentation of webhook settings, webhook rules and shared keys.
"""

from collections.abc import Iterable
from datetime import datetime

from fake_twilio.records import dataclass

EXACT, PREFIX, DEFAULT = "EXACT_MATCH", "PREFIX_MATCH", "DEFAULT"
ALGORITHMS = {"HMAC_SHA1": "sha1", "HMAC_SHA256": "sha256"}
NONE, BASIC, DIGEST, OAUTH2 = "NONE", "BASIC", "DIGEST", "OAUTH2"

CONDITIONS = {"HTTP_4XX": "4xx", "HTTP_5XX": "5xx", "CONNECTION_TIMEOUT": "ct", "READ_TIMEOUT": "rt", "ALL": "all"}
"""The conditions for a retry, and their names in URL fragments."""

MAX_TIMEOUT_MS, MAX_TOTAL_TIMEOUT_MS, MAX_RETRIES = 15_000, 60_000, 5
"""Upper limits: of the connect and read timeouts, of all attempts together (both in milliseconds), and of retries."""

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"


def resource_id(kind: str, uuid: str) -> str:
    """Return an ID such as ``webhooks_rule_01h…``: the kind, and a UUID encoded in 26 characters."""
    number = int(uuid.replace("-", ""), 16)
    return f"webhooks_{kind}_" + "".join(_DIGITS[(number >> 5 * place) & 31] for place in reversed(range(26)))


@dataclass(frozen=True, slots=True)
class WebhookSetting:
    """Connection settings that override the URL fragments of webhooks.

    Timeouts are in milliseconds; ``retry_on`` holds keys of ``CONDITIONS``.
    """

    connect_timeout: int = 5_000
    read_timeout: int = MAX_TIMEOUT_MS
    total_timeout: int = MAX_TIMEOUT_MS
    retry_count: int = 0
    retry_on: tuple[str, ...] = ("CONNECTION_TIMEOUT",)


@dataclass(frozen=True, slots=True)
class SharedKey:
    """A key that signs webhooks in place of the auth token; its secret is shown once."""

    sid: str
    account_sid: str
    secret: str
    friendly_name: str
    created: datetime
    updated: datetime


@dataclass(frozen=True, slots=True)
class ListenerAuth:
    """How Twilio authenticates to the customer's server, in addition to the signature."""

    scheme: str = NONE
    username: str = ""
    password: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret: str = ""
    scope: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverySetting:
    """How to deliver the webhooks that a rule applies this setting to. An empty ``key_sid`` means the auth token."""

    sid: str
    account_sid: str
    friendly_name: str
    description: str
    created: datetime
    updated: datetime
    auth: ListenerAuth = ListenerAuth()
    key_sid: str = ""
    algorithm: str = ""
    connection: WebhookSetting | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """A setting, and the percentage of webhooks that it applies to."""

    setting_sid: str
    percentage: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRule:
    """Which settings apply to which URLs; ``url`` is an exact URL or a prefix, empty for the default rule."""

    sid: str
    account_sid: str
    match_type: str
    url: str
    shares: tuple[Share, ...]
    friendly_name: str
    description: str
    created: datetime
    updated: datetime

    def share_for(self, percent: int) -> str:
        """Return the setting for a number from 0 to 99."""
        for share in self.shares:
            percent -= share.percentage
            if percent < 0:
                return share.setting_sid
        return self.shares[-1].setting_sid


@dataclass(frozen=True, slots=True)
class RuleOperation:
    """A pending change of a rule; in the fake, changes take effect at once."""

    sid: str
    account_sid: str
    rule_sid: str
    created: datetime


def matching(rules: Iterable[WebhookRule], url: str) -> WebhookRule | None:
    """Return the rule that applies to a URL: the exact match, else the longest prefix, else the default."""
    found = [
        rule
        for rule in rules
        if (rule.match_type == EXACT and rule.url == url)
        or (rule.match_type == PREFIX and url.startswith(rule.url))
        or rule.match_type == DEFAULT
    ]
    return max(found, key=lambda rule: (rule.match_type == EXACT, len(rule.url)), default=None)
