"""The data model of a seed: accounts, verified callers, keys, bins, templates."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fake_twilio.errors import GENERATIONS
from fake_twilio.model.account import AccountStatus, AccountType
from fake_twilio.model.oauth_app import DEFAULT_LIFETIME_S, MAX_LIFETIME_S, MIN_LIFETIME_S
from fake_twilio.model.webhook_rule import CONDITIONS, MAX_RETRIES, MAX_TIMEOUT_MS, MAX_TOTAL_TIMEOUT_MS, WebhookSetting
from fake_twilio.seed import validators as valid
from fake_twilio.seed.senders import SeedChannelSender, SeedNumber, SeedService, SeedShortCode
from fake_twilio.seed.validators import Flag, Phones, Secret, Speed, Text, Whole


class SeedError(ValueError):
    """The seed is invalid.

    ``problems`` holds one line per mistake, with its path, its value and what is expected.
    """

    def __init__(self, problems: list[str], source: str = "seed") -> None:
        super().__init__(f"{source}: " + "; ".join(problems))
        self.problems = problems
        self.source = source


@dataclass(frozen=True, slots=True)
class SeedKey:
    """An API key of an account."""

    sid: Annotated[str, valid.sid("SK")]
    secret: Secret
    friendly_name: Text = ""
    main: Flag = False


@dataclass(frozen=True, slots=True)
class SeedOAuthApp:
    """An OAuth app of an account; ``token_lifetime`` is in seconds."""

    client_id: Annotated[str, valid.sid("OQ")]
    client_secret: Secret
    friendly_name: Text = ""
    token_lifetime: Annotated[int, valid.between(MIN_LIFETIME_S, MAX_LIFETIME_S)] = DEFAULT_LIFETIME_S


@dataclass(frozen=True, slots=True)
class SeedBin:
    """A TwiML Bin: a document served at ``https://handler.twilio.com/twiml/<sid>``."""

    sid: Annotated[str, valid.sid("EH")]
    twiml: Text
    friendly_name: Text = ""


@dataclass(frozen=True, slots=True)
class SeedTemplate:
    """A content template, sent by its SID: a text in which ``{{1}}`` stands for a variable."""

    sid: Annotated[str, valid.sid("HX")]
    body: Text


_WEBHOOK_SETTING = valid.table(
    WebhookSetting,
    {
        "connect_timeout": valid.between(100, MAX_TIMEOUT_MS),
        "read_timeout": valid.between(100, MAX_TIMEOUT_MS),
        "total_timeout": valid.between(100, MAX_TOTAL_TIMEOUT_MS),
        "retry_count": valid.between(0, MAX_RETRIES),
        "retry_on": valid.list_of(valid.one_of(*CONDITIONS)),
    },
    (),
)


@dataclass(frozen=True, slots=True)
class SeedAccount:
    """An account and its resources.

    If ``balance`` is set, the account can run out of funds; otherwise it is topped up automatically, so that no load
    test runs out of funds by surprise. With ``webhook_key`` and ``webhook_secret``, its webhooks are signed with that
    shared key, using SHA-256. ``messages_per_second`` is the rate of each of its senders; a number's own rate overrides
    it.
    """

    sid: Annotated[str, valid.sid("AC")]
    auth_token: Secret
    type: Annotated[str, valid.one_of(*AccountType)] = AccountType.FULL
    friendly_name: Text = ""
    status: Annotated[str, valid.one_of(*AccountStatus)] = AccountStatus.ACTIVE
    balance: Annotated[str, valid.money] = ""
    webhook_key: Text = ""
    webhook_secret: Secret = ""
    messages_per_second: Speed = 0.0
    message_redaction: Flag = True
    webhook_setting: Annotated[WebhookSetting | None, _WEBHOOK_SETTING] = None
    owner: Annotated[str, valid.sid("AC")] = ""
    profile: Annotated[str, valid.one_of("", "free-units", "unapproved")] = ""
    test_credentials: Flag = False
    verified: Phones = ()
    geo_permissions: Annotated[tuple[str, ...], valid.list_of(valid.country)] = ("US", "CA")
    numbers: Annotated[tuple[SeedNumber, ...], valid.rows(SeedNumber)] = ()
    short_codes: Annotated[tuple[SeedShortCode, ...], valid.rows(SeedShortCode)] = ()
    channel_senders: Annotated[tuple[SeedChannelSender, ...], valid.rows(SeedChannelSender)] = ()
    api_keys: Annotated[tuple[SeedKey, ...], valid.rows(SeedKey)] = ()
    oauth_apps: Annotated[tuple[SeedOAuthApp, ...], valid.rows(SeedOAuthApp)] = ()
    messaging_services: Annotated[tuple[SeedService, ...], valid.rows(SeedService)] = ()
    twiml_bins: Annotated[tuple[SeedBin, ...], valid.rows(SeedBin)] = ()
    content_templates: Annotated[tuple[SeedTemplate, ...], valid.rows(SeedTemplate)] = ()


@dataclass(frozen=True, slots=True)
class Seed:
    """The initial contents of a fake, which a reset restores.

    ``random_seed`` makes SIDs reproducible; without it they differ between runs, so that they do not mislead programs
    that store SIDs. ``concurrency_limit`` is the number of simultaneous requests an account may have before it gets
    429 / 20429. ``landlines`` are phones that cannot receive SMS, ``unreachable`` those without a route, ``rcs`` those
    that services with an RCS sender reach over RCS. ``scheduled_limit`` is how many messages an account may have
    scheduled at once. With ``filter_passcodes``, inbound messages that contain a one-time passcode fail, as at Twilio.
    With ``session_window``, WhatsApp and Messenger accept messages without a template only for 24 hours after the
    person's last message; ``sandbox_members`` are the phones that have joined the WhatsApp sandbox, by default all.
    With ``error_messages``, messages and status callbacks carry the title of their error, as Twilio documents but does
    not do in recorded traffic. Without ``local_urls``, addresses on this machine are refused for webhooks and media.
    ``daily_trial_limit`` is how many messages a trial account may create in a day: five by default, but unlimited (0)
    in the 2019 generation. With ``record_refused_creates``, a refused request to create a message stays in lists as
    ``failed``, as at Twilio. ``fates`` maps phones to the error code that their messages end with, 0 for delivery; of
    all other messages, ``delivered_percent`` are delivered and the rest end with one of the ``undelivered_codes``,
    chosen evenly.
    """

    accounts: Annotated[tuple[SeedAccount, ...], valid.rows(SeedAccount)]
    random_seed: Annotated[int | None, valid.whole] = None
    wire_generation: Annotated[str, valid.one_of(*GENERATIONS)] = GENERATIONS[0]
    concurrency_limit: Whole = 0
    daily_trial_limit: Annotated[int | None, valid.whole] = None
    trial_segment_limit: Whole = 0
    scheduled_limit: Whole = 500_000
    filter_passcodes: Flag = False
    landlines: Phones = ()
    unreachable: Phones = ()
    rcs: Phones = ()
    session_window: Flag = False
    sandbox_members: Annotated[tuple[str, ...] | None, valid.list_of(valid.phone)] = None
    record_refused_creates: Flag = True
    error_messages: Flag = False
    local_urls: Flag = True
    fates: Annotated[Mapping[str, int], valid.fates] = field(default_factory=dict)
    delivered_percent: Annotated[float, valid.percent] = 100
    undelivered_codes: Annotated[tuple[int, ...], valid.error_codes] = (30003,)
