"""The sections of ``driver.toml``: what each key means, its unit and its default."""

import re
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, model_validator

from driver.config.fields import Identifier, PhoneNumber, Port, Seconds, Section, Sender, WebAddress, is_loopback
from driver.config.workflows import NotifyConfig, WorkflowConfig, rules_of


class Role(StrEnum):
    """What a user or token may do; each role may do what the ones before it may."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    ENGINEER = "engineer"
    ADMIN = "admin"

    def covers(self, needed: "Role") -> bool:
        """Tell whether this role may do what needs ``needed``."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class SystemConfig(Section):
    """The integrated system itself, as an asset."""

    id: Identifier = "twilio"
    caption: str = "Twilio SMS"
    logging_description: str = ""


class TwilioConfig(Section):
    """The account. Either ``auth_token`` or an API key signs requests; only the token can verify webhooks."""

    account_sid: Annotated[str, Field(pattern=r"^AC[0-9a-fA-F]{32}$")]
    auth_token: SecretStr | None = None
    auth_token_secondary: SecretStr | None = None
    api_key_sid: Annotated[str, Field(pattern=r"^SK[0-9a-fA-F]{32}$")] | None = None
    api_key_secret: SecretStr | None = None
    base_url: WebAddress = "https://api.twilio.com"
    connect_timeout_s: Annotated[float, Field(gt=0, le=60)] = 5.0
    timeout_s: Annotated[float, Field(gt=0, le=300)] = 15.0
    concurrency: Annotated[int, Field(ge=1, le=500)] = 50

    @model_validator(mode="after")
    def _credentials(self) -> Self:
        if (self.api_key_sid is None) != (self.api_key_secret is None):
            raise ValueError("api_key_sid and api_key_secret belong together")
        if self.auth_token is None and self.api_key_sid is None:
            raise ValueError("expected auth_token (or auth_token_file), or api_key_sid with api_key_secret")
        return self


class SendConfig(Section):
    """Sending. Two attempts five seconds apart are the platform's rule and are not configurable."""

    retry_permanent: bool = True
    validity_s: Annotated[int, Field(ge=1, le=36000)] = 14400
    per_sender_per_s: Annotated[float, Field(ge=0, le=1000)] = 0.0
    lookups: Annotated[int, Field(ge=1, le=20)] = 3
    lookup_wait_s: Annotated[float, Field(gt=0, le=600)] = 10.0


class ReceiveConfig(Section):
    """Receiving: by polling (needs no public address), by webhook, or both."""

    mode: Literal["poll", "webhook", "both"] = "poll"
    poll_interval_s: Annotated[float, Field(ge=1, le=3600)] = 10.0
    poll_floor_s: Annotated[float, Field(ge=0.5, le=3600)] = 2.0
    overlap_s: Annotated[float, Field(ge=1, le=604800)] = 600.0
    sweep_interval_s: Annotated[float, Field(ge=1, le=86400)] = 300.0
    backfill_s: Seconds = 0.0
    webhook_host: str = "0.0.0.0"
    webhook_port: Port = 9624
    public_url: WebAddress | None = None


class StatesConfig(Section):
    """The choices that the platform's documentation leaves open, each with its recommended default."""

    startup_grace_s: Seconds = 30.0
    comm_loss_threshold: Annotated[int, Field(ge=1, le=100)] = 3
    probe_interval_s: Annotated[float, Field(ge=1, le=3600)] = 60.0
    mask_toggles: bool = False
    latch: bool = False
    latch_mode: Literal["escalate", "strict"] = "escalate"
    reset_while_active: Literal["realarm", "reject"] = "realarm"
    re_alarm_on_repeat: bool = False
    fault_on_send_failure: bool = True
    fault_hold_s: Seconds = 0.0
    reject_when_down: bool = False
    suppress_child_comm_alarms: bool = False
    child_fault_rollup: bool = True


class UserConfig(Section):
    """A person who may log in; ``password_hash`` comes from ``sms-driver access user``."""

    username: Annotated[str, Field(min_length=1, max_length=100)]
    password_hash: SecretStr
    role: Role


class TokenConfig(Section):
    """A program that may call; ``token_hash`` comes from ``sms-driver access token``."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    token_hash: SecretStr
    role: Role


class DataserverConfig(Section):
    """The data server that workstations and programs talk to."""

    host: str = "127.0.0.1"
    port: Port = 9622
    tls_certificate: str | None = None
    tls_key: str | None = None
    users: tuple[UserConfig, ...] = ()
    tokens: tuple[TokenConfig, ...] = ()

    @property
    def open_to_all(self) -> bool:
        """Whether nobody has to say who they are."""
        return not self.users and not self.tokens

    @model_validator(mode="after")
    def _protected(self) -> Self:
        if self.open_to_all and not is_loopback(self.host):
            raise ValueError(
                f"without users and tokens the data server only listens on loopback, not on {self.host!r}; add "
                "[[dataserver.users]] or [[dataserver.tokens]] (sms-driver access makes them), or set host to 127.0.0.1"
            )
        if (self.tls_certificate is None) != (self.tls_key is None):
            raise ValueError("tls_certificate and tls_key belong together")
        return self


class DebugtoolsConfig(Section):
    """The debug tools. Their port, 9623, is fixed; what they show is protected like the data server."""

    host: str = "127.0.0.1"


class StoreConfig(Section):
    """The database: ``sqlite:///FILE`` or ``postgresql://USER@HOST/DATABASE``."""

    url: str = "sqlite:///driver.db"
    retention_days: Annotated[float, Field(gt=0)] = 400.0

    @model_validator(mode="after")
    def _known_kind(self) -> Self:
        if not re.match(r"sqlite:///.|postgresql://", self.url):
            raise ValueError("expected sqlite:///FILE or postgresql://USER@HOST/DATABASE")
        return self


class LogConfig(Section):
    """Logging. ``bodies`` shows message texts in logs and is off because they are private."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    bodies: bool = False


class InternalConfig(Section):
    """Not for sites: lets tests run several drivers on one machine."""

    debug_port: Port = 9623


class PhoneConfig(Section):
    """One phone asset. A phone without one of its numbers is shown as No Communication with the reason."""

    id: Identifier
    caption: str = ""
    logging_description: str = ""
    external_phone_number: PhoneNumber | None = None
    twilio_phone_number: Sender | None = None


class DriverConfig(Section):
    """The whole configuration of a driver."""

    system: SystemConfig = SystemConfig()
    twilio: TwilioConfig
    send: SendConfig = SendConfig()
    receive: ReceiveConfig = ReceiveConfig()
    states: StatesConfig = StatesConfig()
    dataserver: DataserverConfig = DataserverConfig()
    debugtools: DebugtoolsConfig = DebugtoolsConfig()
    store: StoreConfig = StoreConfig()
    log: LogConfig = LogConfig()
    internal: InternalConfig = InternalConfig()
    phones: tuple[PhoneConfig, ...] = ()
    notify: NotifyConfig = NotifyConfig()
    workflows: tuple[WorkflowConfig, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        seen: set[str] = {self.system.id}
        for phone in self.phones:
            if phone.id in seen:
                raise ValueError(f"the asset id {phone.id!r} is used twice; ids are unique, the system's included")
            seen.add(phone.id)
        if self.dataserver.open_to_all and not is_loopback(self.debugtools.host):
            raise ValueError(
                "without users and tokens in [dataserver] the debug tools only listen on loopback, "
                f"not on {self.debugtools.host!r}"
            )
        if self.receive.mode != "poll" and self.receive.public_url is None:
            raise ValueError(f"receive.mode {self.receive.mode!r} needs receive.public_url, which Twilio calls")
        if self.receive.mode != "poll" and self.twilio.auth_token is None:
            raise ValueError(
                f"receive.mode {self.receive.mode!r} needs twilio.auth_token: an API key cannot verify signatures"
            )
        rules_of(self.workflows, self.notify)
        return self
