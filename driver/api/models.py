"""What the data server answers: one model for each JSON object of the API."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema
from pydantic.alias_generators import to_camel

from driver.config.models import Role
from driver.domain.commands import AssetType, ExecutionState
from driver.domain.events import iso
from driver.domain.facts import CauseKind, CommReason, FaultCause
from driver.domain.message_status import MessageStatus
from driver.domain.relevance import MAX_LENGTH
from driver.domain.status_table import State

T = TypeVar("T")
Moment = Annotated[
    datetime, PlainSerializer(iso, return_type=str), WithJsonSchema({"type": "string", "format": "date-time"})
]
#: A text that is null where there is none.
OrNull = Annotated[str | None, BeforeValidator(lambda text: text or None)]
#: A field that is left out where there is no value.
Omitted = Annotated[T | None, Field(exclude_if=lambda value: value is None)]


class ApiModel(BaseModel):
    """A JSON object of the API: ``snake_case`` here is ``camelCase`` there."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        from_attributes=True,
        frozen=True,
        hide_input_in_errors=True,
    )


class LoginModel(ApiModel):
    """A bearer token, and how many seconds it lasts."""

    token: str
    expires_in: int
    role: Role


class InfoModel(ApiModel):
    """What a driver is and can do; what a driver on standby cannot know is null."""

    driver: str
    version: str
    instance_id: str | None = None
    role: Literal["active", "standby"]
    term: int | None
    active_server_address: OrNull
    system_id: str
    caption: str = ""
    debug_port: int = 0
    project_hash: str | None = None
    authentication: Literal["none", "required"]
    capabilities: list[str] = []


class HealthModel(ApiModel):
    """Whether a driver is well, and what is wrong with the tasks that ended."""

    status: Literal["ok", "broken"]
    tasks: Omitted[dict[str, str]] = None


class ReadinessModel(ApiModel):
    """Whether a driver can serve and what, why not, and whether there is communication with Twilio.

    ``can`` names what it does now: ``read`` answers lists and pages, ``stream`` events, ``command`` takes commands,
    ``send`` talks to Twilio.
    """

    status: Literal["ready", "standby", "store unavailable"]
    can: Sequence[str]
    reason: Omitted[str] = None
    twilio: Omitted[Literal["connected", "no communication"]] = None


class ShelfModel(ApiModel):
    """Who put an alarm aside, until when, and why. The alarm may be over; another one of ``status`` is silent too."""

    alarm_id: str
    status: State
    by: str
    since: Moment
    until: Moment
    comment: str


class AlarmModel(ApiModel):
    """An alarm with the columns of the platform's alarm grid; a masked or shelved one has no age."""

    alarm_id: str
    asset_id: str
    item_id: str
    caption: str
    alarm_type: str
    status: State
    state: Literal["Acknowledged", "Unacknowledged"]
    active: bool
    masked: bool
    time: Moment
    age: float | None
    count: int
    last_seen: Moment
    acknowledged_at: Moment | None
    acknowledged_by: str
    acknowledged_via: Literal["", "workstation", "api", "workflow", "sms"]
    acknowledged_at_workstation: str
    comment: str
    cleared_at: Moment | None
    location: str
    severity: int
    cause: OrNull
    causes: list[str]
    reason: str
    shelved: ShelfModel | None = None


class CommunicationModel(ApiModel):
    """Why an asset has no communication."""

    reason: CommReason
    detail: str
    hint: str
    since: Moment


class ConditionModel(ApiModel):
    """Something worth knowing of an asset that works; ``stale`` while communication is down."""

    cause: FaultCause
    detail: str
    hint: str
    since: Moment
    stale: bool = False


class FaultModel(ConditionModel):
    """One cause of a fault."""

    kind: CauseKind
    code: int | None
    count: int
    last_seen: Moment


class MaskModel(ApiModel):
    """Who masked an asset, and until when."""

    by: str
    since: Moment
    until: Moment | None
    comment: str


class FactsModel(ApiModel):
    """What the state of an asset is made of."""

    comm: CommunicationModel | None
    faults: list[FaultModel]
    conditions: list[ConditionModel]
    masked: MaskModel | None


class AssetModel(ApiModel):
    """An asset with everything that explains its state. The system has no phone numbers."""

    asset_id: str
    item_id: str
    asset_type: AssetType
    caption: str
    status: str
    active_states: list[State]
    true_states: list[State]
    facts: FactsModel
    reason: str
    awaiting: str
    status_table: str
    command_table: OrNull
    since: Moment
    alarms: list[AlarmModel]
    shelved: list[ShelfModel] = []
    external_phone_number: Omitted[str] = None
    twilio_phone_number: Omitted[str] = None


class AlarmsDoneModel(ApiModel):
    """What became of each alarm, by id: done, as it already was, or over before."""

    done: list[str]
    unchanged: list[str]
    gone: list[str]


class AcceptedModel(ApiModel):
    """A command that was stored, and will be carried out; how long its message is, if it has one."""

    execution_id: str
    state: ExecutionState
    result: OrNull
    reason: OrNull
    segments: Omitted[int] = None
    encoding: Omitted[str] = None


class AttemptModel(ApiModel):
    """One attempt to hand a message to Twilio."""

    number: int
    at: Moment
    outcome: Annotated[str, BeforeValidator(lambda outcome: outcome or "in flight")]
    http_status: int | None
    code: int | None
    sid: OrNull
    detail: OrNull


class ExecutionModel(ApiModel):
    """How far a command is. ``delivery`` is Twilio's status of the message, once there is one."""

    execution_id: str
    command_id: OrNull
    asset_id: str
    scope: Literal["asset", "system", "broadcast"]
    command: str
    parameters: dict[str, str]
    user: str
    workstation: str
    state: ExecutionState
    result: OrNull
    reason: OrNull
    created_at: Moment
    finished_at: Moment | None
    attempts: list[AttemptModel] = []
    message_sid: OrNull
    delivery: MessageStatus | None = None
    error_code: int | None = None


class BroadcastProblemModel(ApiModel):
    """A message of a broadcast that needs a person: one that failed, or whose outcome is not known."""

    asset_id: str
    execution_id: str
    progress: Literal["failed", "unknown"]
    reason: OrNull


class BroadcastModel(ApiModel):
    """How far a broadcast is: how many of its phones' messages are where. The numbers add up to ``phones``."""

    broadcast_id: str
    command_id: OrNull
    user: str
    workstation: str
    created_at: Moment
    phones: int
    waiting: int
    accepted: int
    sent: int
    delivered: int
    failed: int
    canceled: int
    unknown: int
    problems: list[BroadcastProblemModel]


class PurgedModel(ApiModel):
    """How many texts were canceled, and how many were not because they are on their way to Twilio."""

    canceled: int
    on_their_way: int


class MessageModel(ApiModel):
    """A message in either direction."""

    sid: str
    direction: Literal["inbound", "outbound"]
    from_number: str = Field(alias="from")
    to_number: str = Field(alias="to")
    body: str
    status: MessageStatus
    error_code: int | None
    segments: int | None
    media: list[str]
    asset_id: OrNull
    execution_id: OrNull
    created_at: Moment
    updated_at: Moment


class AuditLineModel(ApiModel):
    """A line of the audit with the seven columns of the platform's report."""

    at: Moment = Field(alias="Record Date")
    device_type: str = Field(alias="Device Type")
    command_or_status: str = Field(alias="Command/Status")
    action: str = Field(alias="Action")
    computer: str = Field(alias="Computer")
    user_name: str = Field(alias="User Name")
    location: str = Field(alias="Location")


class AlarmEventModel(ApiModel):
    """What happened to an alarm: raised, repeated, acknowledged, cleared, reset, masked, shelved or unshelved."""

    at: Moment
    event: str
    asset_id: str
    caption: str
    alarm_id: str
    alarm_type: str
    status: str
    count: int
    user: str
    comment: str
    reason: str


class AlarmSlotModel(ApiModel):
    """How many alarms were raised in ten minutes."""

    at: Moment
    raised: int


class WorstAssetModel(ApiModel):
    """How many alarms an asset raised."""

    asset_id: str
    caption: str
    raised: int


class AlarmStatisticsModel(ApiModel):
    """The figures of EEMUA 191: how many alarms were raised in ten minutes, on average and at most; what stands now.

    ``slots`` are the ten minutes in which any was; ``worst`` are the ten assets that raised most.
    """

    since: Moment = Field(alias="from")
    until: Moment = Field(alias="to")
    raised: int
    average_per_ten_minutes: float
    most_in_ten_minutes: int
    standing: int
    shelved: int
    masked: int
    slots: list[AlarmSlotModel]
    worst: list[WorstAssetModel]


class SegmentsModel(ApiModel):
    """How long a message is for the network; ``foreign`` are the characters that make it longer.

    Twilio refuses a message of more than ``limit`` characters.
    """

    encoding: str
    segments: int
    units: int
    per_segment: int
    remaining: int
    foreign: list[str]
    characters: int
    limit: int = MAX_LENGTH


class PageModel(ApiModel, Generic[T]):
    """A page of a list; ``next`` is the cursor of the following one."""

    items: list[T]
    next: OrNull


AssetPage = PageModel[AssetModel]
AlarmPage = PageModel[AlarmModel]
ExecutionPage = PageModel[ExecutionModel]
MessagePage = PageModel[MessageModel]
AuditPage = PageModel[AuditLineModel]
AlarmHistoryPage = PageModel[AlarmEventModel]
