"""Request and response models of the debug tools."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from driver.api.api_model import ApiModel, Moment
from driver.api.models import FactsModel
from driver.api.requests import IN_DIGITS, MAX_PAGE_SIZE, Digits, Sought
from driver.domain.alarms import RecordState
from driver.domain.commands import ExecutionState
from driver.domain.roles import Role
from driver.domain.status_table import State
from driver.ports.gateway import RemoteAccount
from driver.runtime.log_topics import LogTopic
from driver.runtime.strict_json import StrictBody, StrictQuery
from driver.runtime.supervisor import TaskHealth
from driver.services.finding import CheckFinding

SortedStates = Annotated[list[State], BeforeValidator(sorted)]
#: Default and maximum duration of a trace in minutes, so that none is left on by mistake.
USUAL_MINUTES, MAX_MINUTES = 15, 24 * 60


def _level(name: object) -> object:
    return name.lower() if isinstance(name, str) else name


def _topic(name: object) -> LogTopic:
    if name not in set(LogTopic):
        raise ValueError(f"unknown topic {name!r}; expected one of {', '.join(LogTopic)}")
    return LogTopic(str(name))


class LogQuery(StrictQuery):
    """Filters for log records; ``since`` is the number of the last record that the client has."""

    since: Annotated[int, Field(ge=0, le=2**53), IN_DIGITS] | None = None
    page_size: Digits = Field(200, alias="pageSize", ge=1, le=MAX_PAGE_SIZE)
    level: Annotated[Literal["", "debug", "info", "warning", "error", "critical"], BeforeValidator(_level)] = ""
    logger: str = ""
    asset: str = ""
    text: str = ""


class TraceBody(StrictBody):
    """The body of ``PUT /api/trace``. An empty ``asset`` means all assets; the trace ends after ``minutes``."""

    topics: list[Annotated[LogTopic, BeforeValidator(_topic)]]
    asset: str = ""
    minutes: float = Field(USUAL_MINUTES, gt=0, le=MAX_MINUTES)


class DebugInfoModel(ApiModel):
    """The caller of the debug tools, and the port of the console on the same machine."""

    version: str
    user: str
    role: Role
    console_port: int


class AssetNameModel(ApiModel):
    """The id and caption of an asset."""

    asset_id: str
    caption: str


class AssetNamesModel(ApiModel):
    """The ids and captions of all assets."""

    items: list[AssetNameModel]


class MessageStoriesQuery(StrictQuery):
    """The query of ``GET /api/stories``: an execution id, a message SID, a number, or a part of the message text."""

    q: Annotated[Sought, Field(min_length=3)]


class MessageStoryModel(ApiModel):
    """What happened to a message, and why, as a list of sentences."""

    execution_id: str
    asset_id: str
    state: ExecutionState
    sentences: list[str]


class MessageStoriesModel(ApiModel):
    """The newest messages that match."""

    items: list[MessageStoryModel]


class LogRecordModel(BaseModel):
    """A log record; its further fields depend on its event."""

    model_config = ConfigDict(extra="allow")

    id: int
    at: str
    level: str
    logger: str
    event: str
    source: str


class _Documented:
    """Makes the OpenAPI document describe a value by a model without converting the value to it."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(self._model.__pydantic_core_schema__)


#: A record is returned as it was logged, whatever it contains.
LogRecord = Annotated[dict[str, Any], _Documented(LogRecordModel)]


class LogPageModel(ApiModel):
    """Log records, oldest first; ``next`` is the number of the last one, to be passed as ``since``."""

    items: list[LogRecord]
    next: int


class ActiveTraceModel(ApiModel):
    """The topics of an asset that are traced, and until when."""

    asset: str
    topics: Annotated[list[LogTopic], BeforeValidator(sorted)]
    until: Moment


class TraceModel(ApiModel):
    """All topics with their descriptions, and the active traces."""

    topics: dict[str, str]
    active: list[ActiveTraceModel]


class StatusRowModel(ApiModel):
    """A row of a status table; ``fits`` says whether it matches the active states of the asset."""

    status: str
    states: SortedStates
    priority: int
    fits: bool = False
    alarm: bool
    latch: bool


class AlarmRecordModel(ApiModel):
    """An alarm as stored by the driver; ``annunciatedAt`` is null while a mask silences it.

    ``state`` combines unacknowledged or acknowledged with active or latched: ``UA``, ``AA``, ``UL``, ``AL``.
    """

    alarm_id: str
    status: State
    alarm_type: str
    state: RecordState
    raised_at: Moment
    last_seen: Moment
    annunciated_at: Moment | None
    acked_at: Moment | None
    acked_by: str
    acked_from: str
    acked_at_workstation: str
    comment: str
    cleared_at: Moment | None
    count: int
    causes: list[str]


class WhyModel(ApiModel):
    """How the status of an asset was derived from its facts."""

    asset: str
    sentences: list[str]
    status: str
    since: Moment
    reason: str
    awaiting: str
    facts: FactsModel
    true_states: SortedStates
    alarm_records: list[AlarmRecordModel]
    startup_grace_until: Moment | None
    active_states: SortedStates
    status_table: str
    rows: list[StatusRowModel]


class SelfTestModel(ApiModel):
    """The findings of the self-test; ``ok`` is false if any of them prevents the driver from working."""

    ok: bool
    findings: Sequence[CheckFinding]


class ClockModel(ApiModel):
    """When the driver started, its current time, and how many seconds Twilio's clock is ahead (null if unknown)."""

    started_at: Moment
    now: Moment
    twilio_ahead_s: int | None


class QueuedMessageModel(ApiModel):
    """A message that is waiting or being sent; ``inDoubt`` is true while it is unknown whether Twilio has it."""

    execution: str
    asset: str
    from_number: str = Field(alias="from")
    to_number: str = Field(alias="to")
    attempt: int
    in_doubt: bool
    due_at: Moment


class QueueModel(ApiModel):
    """The number of messages in the queue, and the first of them."""

    size: int
    messages: list[QueuedMessageModel]


class TimerModel(ApiModel):
    """A sleeping task; ``until`` is null if it sleeps until it is woken."""

    task: str
    until: Moment | None


class EventCountModel(ApiModel):
    """The number of the last event."""

    last: int


class LogStateModel(ApiModel):
    """The number of the last log record, and the active traces."""

    last: int
    traces: list[ActiveTraceModel]


class DiagnosticsModel(ApiModel):
    """A diagnostics report for a support ticket, redacted like the log.

    ``account`` is the Twilio account as last read, ``assets`` the number of assets by status, and ``configuration``
    contains the sections of ``driver.toml`` as applied.
    """

    versions: dict[str, str]
    clock: ClockModel
    configuration: dict[str, Any]
    account: RemoteAccount | None
    assets: dict[str, int]
    queue: QueueModel
    tasks: dict[str, TaskHealth]
    timers: list[TimerModel]
    events: EventCountModel
    log: LogStateModel
