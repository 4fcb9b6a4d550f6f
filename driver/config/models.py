"""The sections of ``driver.toml``: what each key means, its unit and its default."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from driver.config.dataserver import DataserverConfig
from driver.config.phones import PhoneConfig, same_numbers
from driver.config.rules import NotifyConfig, WorkflowConfig, rules_of
from driver.config.secrets import DatabaseAddress, Secret
from driver.config.types import Identifier, PlainAddress, Port, Seconds, Section, WebAddress, is_loopback


class SystemConfig(Section):
    """The system asset: the connection to Twilio as a whole."""

    id: Identifier = "twilio"
    """Asset id of the system, and the system's part of every item id."""
    caption: str = "Twilio SMS"
    """Display name of the system."""
    logging_description: str = ""
    """Location of the system in alarms and in the audit. If empty, the caption is used."""


class TwilioConfig(Section):
    """The Twilio account.

    The driver logs in with the first of these that is set: an OAuth app, an API key, ``auth_token``. Webhooks are
    verified with the auth token or a shared key.
    """

    account_sid: Annotated[str, Field(pattern=r"^AC[0-9a-fA-F]{32}$")]
    """Account SID (the platform's *Account Security Identifier*)."""
    auth_token: Secret = None
    """Auth token (the platform's *Authentication Token*)."""
    auth_token_secondary: Secret = None
    """A second auth token, for the time while tokens are rotated. Webhooks signed with either token are accepted, and
    if Twilio rejects ``auth_token``, the driver logs in with this one."""
    api_key_sid: Annotated[str, Field(pattern=r"^SK[0-9a-fA-F]{32}$")] | None = None
    """SID of an API key to log in with instead of the auth token."""
    api_key_secret: Secret = None
    """Secret of the API key."""
    oauth_client_id: Annotated[str, Field(pattern=r"^OQ[0-9a-fA-F]{32}$")] | None = None
    """Client ID of an OAuth app to log in with instead of the auth token or an API key."""
    oauth_client_secret: Secret = None
    """Client secret of the OAuth app. The driver fetches access tokens with it and renews them before they expire."""
    shared_key: Secret = None
    """Secret of the shared key with which a Webhook Setting signs webhooks instead of the auth token."""
    shared_key_secondary: Secret = None
    """A second shared key, for the time while keys are rotated. Webhooks signed with either key are accepted."""
    base_url: PlainAddress = "https://api.twilio.com"
    """Base URL of Twilio's API. Change it to use a fake Twilio or a proxy."""
    connect_timeout_s: Annotated[float, Field(gt=0, le=60)] = 5.0
    """Seconds to wait for a connection."""
    timeout_s: Annotated[float, Field(gt=0, le=300)] = 15.0
    """Seconds to wait for a response. A message without one is looked up at Twilio before it is sent again."""
    concurrency: Annotated[int, Field(ge=1, le=500)] = 50
    """Maximum number of requests in flight."""

    @model_validator(mode="after")
    def _credentials(self) -> Self:
        if (self.api_key_sid is None) != (self.api_key_secret is None):
            raise ValueError("api_key_sid and api_key_secret must be set together")
        if (self.oauth_client_id is None) != (self.oauth_client_secret is None):
            raise ValueError("oauth_client_id and oauth_client_secret must be set together")
        if self.auth_token is None and self.api_key_sid is None and self.oauth_client_id is None:
            raise ValueError(
                "expected auth_token (or auth_token_file), api_key_sid with api_key_secret, or oauth_client_id with "
                "oauth_client_secret"
            )
        return self


class SendConfig(Section):
    """Sending messages. The platform's two attempts, five seconds apart, are not configurable."""

    retry_permanent: bool = True
    """Whether a message that Twilio rejected permanently is still sent again, as the platform's rule requires."""
    validity_s: Annotated[int, Field(ge=1, le=36000)] = 14400
    """Seconds after which a message is too old to be sent or delivered."""
    per_sender_per_s: Annotated[float, Field(ge=0, le=1000)] = 0.0
    """Maximum number of messages per second from one number; 0: the driver sets no limit of its own."""
    lookups: Annotated[int, Field(ge=1, le=20)] = 4
    """How many times to look up a message that may or may not exist at Twilio after its last attempt."""
    lookups_before_resend: Annotated[int, Field(ge=1, le=20)] = 4
    """How many lookups must fail to find a message whose response was lost before it is sent again. With 4, no message
    is duplicated while Twilio's lists lag by up to 35 seconds, and a message that never arrived is sent again after 35
    seconds; with 1, after 5 seconds."""
    lookup_wait_s: Annotated[float, Field(gt=0, le=600)] = 10.0
    """Seconds between these lookups."""


class ReceiveConfig(Section):
    """Receiving messages: by polling (which needs no public address), by webhook, or both."""

    mode: Literal["poll", "webhook", "both"] = "poll"
    """How messages are received: ``poll`` needs no public address, ``webhook`` is faster, ``both`` is fast and
    reliable."""
    poll_interval_s: Annotated[float, Field(ge=1, le=3600)] = 10.0
    """Seconds between polls for new messages while none arrive."""
    poll_floor_s: Annotated[float, Field(ge=0.5, le=3600)] = 2.0
    """Seconds between polls in the minute after a message arrived."""
    overlap_s: Annotated[float, Field(ge=1, le=604800)] = 600.0
    """Seconds that each poll reaches back, to find messages that Twilio lists late."""
    sweep_interval_s: Annotated[float, Field(ge=1, le=86400)] = 300.0
    """Seconds between polls that reach back a whole day, to find messages lost on the way. With ``webhook``, these are
    the only polls."""
    backfill_s: Seconds = 0.0
    """Messages from up to this many seconds before the very first start still count; 0: none do."""
    webhook_host: str = "0.0.0.0"
    """Address that the webhook listener binds to."""
    webhook_port: Port = 9624
    """Port of the webhook listener, the only port meant to be public."""
    match: Literal["both", "external"] = "both"
    """Which numbers assign a received message to a phone: ``both``, or only the person's (``external``), whichever
    number it was sent to."""
    same_numbers: Literal["allow", "reject"] = "allow"
    """Two phones with the same two numbers: ``allow`` raises the event of every message on both, ``reject`` forbids
    them."""
    public_url: WebAddress | None = None
    """URL that Twilio calls. Webhook signatures are verified against it."""


class StatesConfig(Section):
    """The choices that the platform's documentation leaves open, each with its recommended default."""

    startup_grace_s: Seconds = 30.0
    """Seconds after startup during which No Communication raises no alarm."""
    comm_loss_threshold: Annotated[int, Field(ge=1, le=100)] = 3
    """Consecutive failures that lead to No Communication. Wrong credentials lead to it at once."""
    probe_interval_s: Annotated[float, Field(ge=1, le=3600)] = 60.0
    """Seconds between checks of the account and its numbers."""
    mask_toggles: bool = False
    """Whether Mask on a masked asset unmasks it; otherwise only Reset does."""
    latch: bool = False
    """Whether alarms of the built-in status table stay until Acknowledge and Reset."""
    latch_mode: Literal["escalate", "strict"] = "escalate"
    """``escalate`` shows a more urgent alarm over a latched one, ``strict`` keeps the latched one shown."""
    reset_while_active: Literal["realarm", "reject"] = "realarm"
    """What Reset does to a fault that still holds: ``realarm`` raises a new alarm, ``reject`` rejects the command."""
    re_alarm_on_repeat: bool = False
    """Whether a failure after Acknowledge raises a new alarm; otherwise it is counted."""
    fault_on_send_failure: bool = True
    """Whether a terminated message puts its phone in Fault."""
    fault_hold_s: Seconds = 0.0
    """Seconds after which this fault ends by itself; 0: never."""
    reject_when_down: bool = False
    """Whether Send Message is rejected while the asset has no communication; otherwise it is attempted."""
    suppress_child_comm_alarms: bool = True
    """Whether phones raise no alarms of their own while they have no communication only because the system has none.
    The system's alarm says how many phones are affected. If ``false``, one lost line raises one alarm per phone."""
    child_fault_rollup: bool = True
    """Whether the system is in Fault while any phone is."""
    fault_on: tuple[Literal["trial", "unverified", "automatic_reply", "inbound_dropped", "clock_skew"], ...] = ()
    """Conditions that count as a Fault: a ``trial`` account, an ``unverified`` number on a trial account, Twilio's
    ``automatic_reply``, replies to a Messaging Service that are dropped (``inbound_dropped``), a ``clock_skew`` of more
    than 30 s."""


class DebugtoolsConfig(Section):
    """The debug tools. They always listen on port 9623, and access to them is protected like the data server."""

    host: str = "127.0.0.1"
    """Address to listen on. Without users and tokens, only a loopback address is allowed."""


class StoreConfig(Section):
    """The database: SQLite or PostgreSQL."""

    url: DatabaseAddress = "sqlite:///driver.db"
    """URL of the database: ``sqlite:///FILE`` or ``postgresql://USER@HOST/DATABASE``."""
    retention_days: Annotated[float, Field(ge=8)] = 400.0
    """Days to keep messages, finished executions and events, at least 8. The audit is kept forever."""


class FailoverConfig(Section):
    """Two or more drivers on one database: one is active, the others are on standby and take over from it."""

    enabled: bool = False
    """Whether this driver waits on standby while another driver uses its database. If ``false``, it refuses to start
    instead."""
    server_address: PlainAddress | None = None
    """URL at which clients reach this driver's data server, as a driver on standby reports it. By default, the address
    it listens on."""
    heartbeat_interval_s: Annotated[float, Field(ge=0.1, le=60)] = 1.0
    """Seconds between the active driver's heartbeats, and between the checks of a driver on standby."""
    takeover_after_s: Annotated[float, Field(ge=1, le=3600)] = 10.0
    """Seconds without a heartbeat after which a standby takes over from an active driver that still seems to be
    running."""

    @model_validator(mode="after")
    def _patient(self) -> Self:
        if self.takeover_after_s < 4 * self.heartbeat_interval_s:
            raise ValueError("takeover_after_s must be at least four times heartbeat_interval_s")
        return self


class LogConfig(Section):
    """Logging. Message texts are private, so ``bodies`` is off by default."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """Minimum level of the records that are kept and shown."""
    bodies: bool = False
    """Whether message texts appear in logs."""
    file: str = ""
    """File, used by this driver alone, that keeps the newest records of the debug tools across restarts (8 MB in two
    parts). If empty, there is no such file."""


class InternalConfig(Section):
    """For tests only: lets several drivers run on one machine."""

    debug_port: Port = 9623
    """Port of the debug tools. Leave it unchanged in production."""


class DriverConfig(Section):
    """The whole configuration of a driver."""

    system: SystemConfig = SystemConfig()
    """The system asset."""
    twilio: TwilioConfig
    """The Twilio account."""
    send: SendConfig = SendConfig()
    """Sending."""
    receive: ReceiveConfig = ReceiveConfig()
    """Receiving."""
    states: StatesConfig = StatesConfig()
    """States and alarms."""
    dataserver: DataserverConfig = DataserverConfig()
    """The data server."""
    debugtools: DebugtoolsConfig = DebugtoolsConfig()
    """The debug tools."""
    store: StoreConfig = StoreConfig()
    """The database."""
    failover: FailoverConfig = FailoverConfig()
    """Standby and failover."""
    log: LogConfig = LogConfig()
    """Logging."""
    internal: InternalConfig = InternalConfig()
    """For tests."""
    phones: tuple[PhoneConfig, ...] = ()
    """The phones; more can be imported."""
    notify: NotifyConfig = NotifyConfig()
    """Settings shared by all workflow rules."""
    workflows: tuple[WorkflowConfig, ...] = ()
    """Workflow rules."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        seen: set[str] = {self.system.id}
        for phone in self.phones:
            if phone.id in seen:
                raise ValueError(f"the asset id {phone.id!r} is used twice; ids must be unique, the system's included")
            seen.add(phone.id)
        if self.receive.same_numbers == "reject":
            for twin, other in same_numbers(self.phones):
                raise ValueError(
                    f"the phones {other!r} and {twin!r} have the same two numbers, which receive.same_numbers = "
                    '"reject" forbids; change a number, or set it to "allow"'
                )
        if self.dataserver.open_to_all and not is_loopback(self.debugtools.host):
            raise ValueError(
                "without users and tokens in [dataserver], the debug tools only listen on loopback, "
                f"not on {self.debugtools.host!r}; add users or tokens, or set debugtools.host to 127.0.0.1"
            )
        if self.receive.mode != "poll" and self.receive.public_url is None:
            raise ValueError(f"receive.mode {self.receive.mode!r} requires receive.public_url, which Twilio calls")
        if self.receive.mode != "poll" and self.twilio.auth_token is None and self.twilio.shared_key is None:
            raise ValueError(
                f"receive.mode {self.receive.mode!r} requires twilio.auth_token or twilio.shared_key: an API key or "
                "OAuth app cannot verify webhook signatures"
            )
        rules_of(self.workflows, self.notify)
        return self
