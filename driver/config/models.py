"""The sections of ``driver.toml``: what each key means, its unit and its default."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from driver.config.dataserver import DataserverConfig
from driver.config.phones import PhoneConfig, same_numbers
from driver.config.rules import NotifyConfig, WorkflowConfig, rules_of
from driver.config.secrets import DatabaseAddress, Secret
from driver.config.types import (
    Identifier,
    PlainAddress,
    Port,
    Seconds,
    Section,
    WebAddress,
    is_loopback,
)


class SystemConfig(Section):
    """The integrated system itself, as an asset."""

    id: Identifier = "twilio"
    """Asset id of the system, and its part of every item id."""
    caption: str = "Twilio SMS"
    """Name shown for the system."""
    logging_description: str = ""
    """Location of the system in alarms and in the audit; empty: its caption."""


class TwilioConfig(Section):
    """The account. An OAuth app, an API key or ``auth_token`` logs in, the first of them that is there.

    Webhooks are verified with the token or with a shared key.
    """

    account_sid: Annotated[str, Field(pattern=r"^AC[0-9a-fA-F]{32}$")]
    """The Account Security Identifier."""
    auth_token: Secret = None
    """The Authentication Token."""
    auth_token_secondary: Secret = None
    """A second token while tokens are rotated: webhooks signed with either are accepted, and where Twilio refuses
    ``auth_token`` the driver logs in with this one."""
    api_key_sid: Annotated[str, Field(pattern=r"^SK[0-9a-fA-F]{32}$")] | None = None
    """An API key, to sign requests with instead of the token."""
    api_key_secret: Secret = None
    """The secret of the API key."""
    oauth_client_id: Annotated[str, Field(pattern=r"^OQ[0-9a-fA-F]{32}$")] | None = None
    """The client ID of an OAuth app, to log in with instead of the token or an API key."""
    oauth_client_secret: Secret = None
    """Its client secret. The driver fetches access tokens with it and renews them before they expire."""
    shared_key: Secret = None
    """The secret of the shared key that a Webhook Setting signs webhooks with, instead of the token."""
    shared_key_secondary: Secret = None
    """A second shared key while keys are rotated: webhooks signed with either are accepted."""
    base_url: PlainAddress = "https://api.twilio.com"
    """Where Twilio's API answers; change it to talk to a fake or a proxy."""
    connect_timeout_s: Annotated[float, Field(gt=0, le=60)] = 5.0
    """Seconds to wait for a connection."""
    timeout_s: Annotated[float, Field(gt=0, le=300)] = 15.0
    """Seconds to wait for an answer; a text without one is looked up before it is sent again."""
    concurrency: Annotated[int, Field(ge=1, le=500)] = 50
    """Requests in flight at most."""

    @model_validator(mode="after")
    def _credentials(self) -> Self:
        if (self.api_key_sid is None) != (self.api_key_secret is None):
            raise ValueError("api_key_sid and api_key_secret belong together")
        if (self.oauth_client_id is None) != (self.oauth_client_secret is None):
            raise ValueError("oauth_client_id and oauth_client_secret belong together")
        if self.auth_token is None and self.api_key_sid is None and self.oauth_client_id is None:
            raise ValueError(
                "expected auth_token (or auth_token_file), api_key_sid with api_key_secret, or oauth_client_id with "
                "oauth_client_secret"
            )
        return self


class SendConfig(Section):
    """Sending. Two attempts five seconds apart are the platform's rule and are not configurable."""

    retry_permanent: bool = True
    """Whether a text is sent again although Twilio refused it for good, as the platform's rule says."""
    validity_s: Annotated[int, Field(ge=1, le=36000)] = 14400
    """Seconds after which a text is too old to be sent or delivered."""
    per_sender_per_s: Annotated[float, Field(ge=0, le=1000)] = 0.0
    """Texts a second from one number at most; 0: no limit of the driver's own."""
    lookups: Annotated[int, Field(ge=1, le=20)] = 4
    """How often a text that may or may not exist at Twilio is looked for after its last attempt."""
    lookups_before_resend: Annotated[int, Field(ge=1, le=20)] = 4
    """Looks that must not find a text whose answer was lost before it is sent again. With 4 no text is doubled while
    Twilio's lists lag behind by up to 35 seconds, and one that never arrived is sent again after 35; with 1 after 5."""
    lookup_wait_s: Annotated[float, Field(gt=0, le=600)] = 10.0
    """Seconds between such looks."""


class ReceiveConfig(Section):
    """Receiving: by polling (needs no public address), by webhook, or both."""

    mode: Literal["poll", "webhook", "both"] = "poll"
    """How texts come in: ``poll`` needs no public address, ``webhook`` is faster, ``both`` is fast and sure."""
    poll_interval_s: Annotated[float, Field(ge=1, le=3600)] = 10.0
    """Seconds between looks for new texts when nothing happens."""
    poll_floor_s: Annotated[float, Field(ge=0.5, le=3600)] = 2.0
    """Seconds between looks in the minute after a text arrived."""
    overlap_s: Annotated[float, Field(ge=1, le=604800)] = 600.0
    """Seconds that each look reaches back, for texts that Twilio lists late."""
    sweep_interval_s: Annotated[float, Field(ge=1, le=86400)] = 300.0
    """Seconds between looks that reach back a whole day, for texts lost on the way; with ``webhook`` the only ones."""
    backfill_s: Seconds = 0.0
    """Seconds before the very first start from which texts still count; 0: none."""
    webhook_host: str = "0.0.0.0"
    """Address the webhook listener binds."""
    webhook_port: Port = 9624
    """Port of the webhook listener, the only one meant for the public."""
    match: Literal["both", "external"] = "both"
    """Which numbers make an arriving text a phone's: ``both``, or the person's only (``external``), wherever sent."""
    same_numbers: Literal["allow", "reject"] = "allow"
    """Two phones with the same two numbers: ``allow`` gives both every text's event, ``reject`` refuses them."""
    public_url: WebAddress | None = None
    """What Twilio calls; signatures are checked against it."""


class StatesConfig(Section):
    """The choices that the platform's documentation leaves open, each with its recommended default."""

    startup_grace_s: Seconds = 30.0
    """Seconds after the start in which No Communication raises no alarm."""
    comm_loss_threshold: Annotated[int, Field(ge=1, le=100)] = 3
    """Failures in a row that make No Communication; wrong credentials do at once."""
    probe_interval_s: Annotated[float, Field(ge=1, le=3600)] = 60.0
    """Seconds between checks of account and numbers."""
    mask_toggles: bool = False
    """Whether Mask on a masked asset unmasks it; otherwise only Reset does."""
    latch: bool = False
    """Whether alarms of the built-in status table stay until Acknowledge and Reset."""
    latch_mode: Literal["escalate", "strict"] = "escalate"
    """``escalate`` shows a more urgent alarm over a latched one, ``strict`` keeps the latched one shown."""
    reset_while_active: Literal["realarm", "reject"] = "realarm"
    """Reset of a fault that still holds: ``realarm`` raises it anew, ``reject`` refuses."""
    re_alarm_on_repeat: bool = False
    """Whether a failure after Acknowledge raises a new alarm; otherwise it is counted."""
    fault_on_send_failure: bool = True
    """Whether a terminated text puts its phone in Fault."""
    fault_hold_s: Seconds = 0.0
    """Seconds after which such a fault ends by itself; 0: never."""
    reject_when_down: bool = False
    """Whether Send Message is rejected while the asset has no communication; otherwise it is tried."""
    suppress_child_comm_alarms: bool = True
    """Whether phones raise no alarms of their own while they have no communication only because the system has none:
    the system's alarm says how many it concerns. Without it, one lost line is one alarm for each phone."""
    child_fault_rollup: bool = True
    """Whether the system is in Fault while a phone is."""
    fault_on: tuple[Literal["trial", "unverified", "automatic_reply", "inbound_dropped", "clock_skew"], ...] = ()
    """Conditions that are a Fault: a ``trial`` account, an ``unverified`` number on one, Twilio's ``automatic_reply``,
    texts back to a Messaging Service that are ``inbound_dropped``, a ``clock_skew`` of more than 30 s."""


class DebugtoolsConfig(Section):
    """The debug tools. Their port, 9623, is fixed; what they show is protected like the data server."""

    host: str = "127.0.0.1"
    """Address to bind. Without users and tokens only loopback is allowed."""


class StoreConfig(Section):
    """The database: ``sqlite:///FILE`` or ``postgresql://USER@HOST/DATABASE``."""

    url: DatabaseAddress = "sqlite:///driver.db"
    """``sqlite:///FILE`` or ``postgresql://USER@HOST/DATABASE``."""
    retention_days: Annotated[float, Field(ge=8)] = 400.0
    """Days that finished texts, executions and events are kept, at least 8; the audit is kept forever."""


class FailoverConfig(Section):
    """Two or more drivers on one database: one is active, the others wait on standby and take over from it."""

    enabled: bool = False
    """Whether this driver waits on standby while another one uses its database; otherwise it refuses to start."""
    server_address: PlainAddress | None = None
    """Where clients reach this driver's data server, as a driver on standby reports it; default: where it listens."""
    heartbeat_interval_s: Annotated[float, Field(ge=0.1, le=60)] = 1.0
    """Seconds between the active driver's signs of life, and between looks of one on standby."""
    takeover_after_s: Annotated[float, Field(ge=1, le=3600)] = 10.0
    """Seconds without a sign of life after which an active driver that still seems to be there is passed over."""

    @model_validator(mode="after")
    def _patient(self) -> Self:
        if self.takeover_after_s < 4 * self.heartbeat_interval_s:
            raise ValueError("takeover_after_s must be at least four times heartbeat_interval_s")
        return self


class LogConfig(Section):
    """Logging. ``bodies`` shows message texts in logs and is off because they are private."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least important records that are kept and shown."""
    bodies: bool = False
    """Whether message texts appear in logs."""
    file: str = ""
    """File of this driver alone that keeps the newest records of the debug tools over restarts, 8 MB in two parts;
    empty: none."""


class InternalConfig(Section):
    """Not for sites: lets tests run several drivers on one machine."""

    debug_port: Port = 9623
    """Port of the debug tools; sites leave it alone."""


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
    """What workflow rules share."""
    workflows: tuple[WorkflowConfig, ...] = ()
    """Workflow rules."""

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        seen: set[str] = {self.system.id}
        for phone in self.phones:
            if phone.id in seen:
                raise ValueError(f"the asset id {phone.id!r} is used twice; ids are unique, the system's included")
            seen.add(phone.id)
        if self.receive.same_numbers == "reject":
            for twin, other in same_numbers(self.phones):
                raise ValueError(
                    f"the phones {other!r} and {twin!r} have the same two numbers, which receive.same_numbers = "
                    '"reject" forbids'
                )
        if self.dataserver.open_to_all and not is_loopback(self.debugtools.host):
            raise ValueError(
                "without users and tokens in [dataserver] the debug tools only listen on loopback, "
                f"not on {self.debugtools.host!r}"
            )
        if self.receive.mode != "poll" and self.receive.public_url is None:
            raise ValueError(f"receive.mode {self.receive.mode!r} needs receive.public_url, which Twilio calls")
        if self.receive.mode != "poll" and self.twilio.auth_token is None and self.twilio.shared_key is None:
            raise ValueError(
                f"receive.mode {self.receive.mode!r} needs twilio.auth_token or twilio.shared_key: neither an API key "
                "nor an OAuth app verifies signatures"
            )
        rules_of(self.workflows, self.notify)
        return self
