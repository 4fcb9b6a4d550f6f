"""What a fake begins with, as data: accounts, verified callers, keys, bins, templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fake_twilio.errors import GENERATIONS
from fake_twilio.model.account import AccountStatus, AccountType
from fake_twilio.model.oauth_app import DEFAULT_LIFETIME_S
from fake_twilio.model.webhook_setting import WebhookSetting
from fake_twilio.seed.senders import SeedChannelSender, SeedNumber, SeedService, SeedShortCode


class SeedError(ValueError):
    """The seed cannot be used.

    `problems` holds one line for each mistake, with its path, its value and what is expected.
    """

    def __init__(self, problems: list[str], source: str = "seed") -> None:
        super().__init__(f"{source}: " + "; ".join(problems))
        self.problems = problems
        self.source = source


@dataclass(frozen=True, slots=True)
class SeedKey:
    """An API key of an account."""

    sid: str
    secret: str
    friendly_name: str = ""
    main: bool = False


@dataclass(frozen=True, slots=True)
class SeedOAuthApp:
    """An OAuth app of an account; `token_lifetime` is in seconds."""

    client_id: str
    client_secret: str
    friendly_name: str = ""
    token_lifetime: int = DEFAULT_LIFETIME_S


@dataclass(frozen=True, slots=True)
class SeedBin:
    """A TwiML Bin: a document served at `https://handler.twilio.com/twiml/<sid>`."""

    sid: str
    twiml: str
    friendly_name: str = ""


@dataclass(frozen=True, slots=True)
class SeedTemplate:
    """A content template, sent by its SID: a text in which `{{1}}` stands for a variable."""

    sid: str
    body: str


@dataclass(frozen=True, slots=True)
class SeedAccount:
    """An account and what belongs to it.

    With a `balance` the account's money can run out; without one it is topped up by itself, so that no load test runs
    out of money by surprise. With `webhook_key` and `webhook_secret` its webhooks are signed with that shared key, by
    SHA-256. `messages_per_second` is how fast each of its senders sends; a number's own speed overrides it.
    """

    sid: str
    auth_token: str
    type: str = AccountType.FULL
    friendly_name: str = ""
    status: str = AccountStatus.ACTIVE
    balance: str = ""
    webhook_key: str = ""
    webhook_secret: str = ""
    messages_per_second: float = 0.0
    message_redaction: bool = True
    webhook_setting: WebhookSetting | None = None
    owner: str = ""
    profile: str = ""
    test_credentials: bool = False
    verified: tuple[str, ...] = ()
    geo_permissions: tuple[str, ...] = ("US", "CA")
    numbers: tuple[SeedNumber, ...] = ()
    short_codes: tuple[SeedShortCode, ...] = ()
    channel_senders: tuple[SeedChannelSender, ...] = ()
    api_keys: tuple[SeedKey, ...] = ()
    oauth_apps: tuple[SeedOAuthApp, ...] = ()
    messaging_services: tuple[SeedService, ...] = ()
    twiml_bins: tuple[SeedBin, ...] = ()
    content_templates: tuple[SeedTemplate, ...] = ()


@dataclass(frozen=True, slots=True)
class Seed:
    """Everything that a fake begins with and goes back to on reset.

    `random_seed` makes SIDs repeatable; without it every run makes others, so that programs which remember SIDs are
    not misled. `concurrency_limit` is the number of simultaneous requests an account may have before it reads 429 /
    20429. `landlines` are telephones that cannot be texted, `unreachable` those to which no route leads, `rcs` those
    that services with an RCS sender reach over RCS. `scheduled_limit` is how many messages of an account may be
    scheduled at once. With `filter_passcodes` incoming texts that bring a one-time passcode fail, as they do at Twilio.
    With `session_window` WhatsApp and Messenger take messages without template only for 24 hours after the person's
    last one; `sandbox_members` are the telephones that have joined the WhatsApp sandbox, all of them when it is absent.
    With `error_messages` messages and status callbacks carry the title of their error, as Twilio documents and its
    traffic does not. Without `local_urls` addresses on this machine are refused as webhooks and media.
    `daily_trial_limit` is how many messages a trial account may create in a day: five unless it is given, but any
    number (0) in the generation of 2019. With `record_refused_creates` a refused request to create a message stays in
    lists as `failed`, as at Twilio. `fates` says by telephone with which error its messages end, 0 for a delivery; of
    all other messages `delivered_percent` are delivered and the rest end with one of
    the `undelivered_codes`, each as often as the others.
    """

    accounts: tuple[SeedAccount, ...]
    random_seed: int | None = None
    wire_generation: str = GENERATIONS[0]
    concurrency_limit: int = 0
    daily_trial_limit: int | None = None
    trial_segment_limit: int = 0
    scheduled_limit: int = 500_000
    filter_passcodes: bool = False
    landlines: tuple[str, ...] = ()
    unreachable: tuple[str, ...] = ()
    rcs: tuple[str, ...] = ()
    session_window: bool = False
    sandbox_members: tuple[str, ...] | None = None
    record_refused_creates: bool = True
    error_messages: bool = False
    local_urls: bool = True
    fates: Mapping[str, int] = field(default_factory=dict)
    delivered_percent: float = 100
    undelivered_codes: tuple[int, ...] = (30003,)
