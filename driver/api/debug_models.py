"""What the debug tools take and answer."""

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
#: Minutes that a trace lasts by default, and at most: a raised level never stays by mistake.
USUAL_MINUTES, MAX_MINUTES = 15, 24 * 60


def _level(name: object) -> object:
    return name.lower() if isinstance(name, str) else name


def _topic(name: object) -> LogTopic:
    if name not in set(LogTopic):
        raise ValueError(f"{name!r} is not a topic; the topics are {', '.join(LogTopic)}")
    return LogTopic(str(name))


class LogQuery(StrictQuery):
    """Which log records are wanted; ``since`` is the number of the last one that is known."""

    since: Annotated[int, Field(ge=0, le=2**53), IN_DIGITS] | None = None
    page_size: Digits = Field(200, alias="pageSize", ge=1, le=MAX_PAGE_SIZE)
    level: Annotated[Literal["", "debug", "info", "warning", "error", "critical"], BeforeValidator(_level)] = ""
    logger: str = ""
    asset: str = ""
    text: str = ""


class TraceBody(StrictBody):
    """``PUT /api/trace``. ``asset`` empty means all assets; ``minutes`` from now the trace ends by itself."""

    topics: list[Annotated[LogTopic, BeforeValidator(_topic)]]
    asset: str = ""
    minutes: float = Field(USUAL_MINUTES, gt=0, le=MAX_MINUTES)


class DebugInfoModel(ApiModel):
    """Who asks the debug tools, and on which port of the same machine the console is."""

    version: str
    user: str
    role: Role
    console_port: int


class AssetNameModel(ApiModel):
    """An asset to choose from."""

    asset_id: str
    caption: str


class AssetNamesModel(ApiModel):
    """The assets to choose from."""

    items: list[AssetNameModel]


class TextsQuery(StrictQuery):
    """``GET /api/texts``: an execution, a message SID, a number, or a part of the text."""

    q: Annotated[Sought, Field(min_length=3)]


class TextStoryModel(ApiModel):
    """What became of one text, and why, sentence by sentence."""

    execution_id: str
    asset_id: str
    state: ExecutionState
    sentences: list[str]


class TextsModel(ApiModel):
    """The newest texts that fit."""

    items: list[TextStoryModel]


class LogRecordModel(BaseModel):
    """A log record; what else it says depends on its event."""

    model_config = ConfigDict(extra="allow")

    id: int
    at: str
    level: str
    logger: str
    event: str
    source: str


class _Documented:
    """Has the document describe a value by a model that it is not made into."""

    def __init__(self, model: type[BaseModel]) -> None:
        self._model = model

    def __get_pydantic_json_schema__(self, _schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(self._model.__pydantic_core_schema__)


#: A record stays as it was logged, whatever is in it.
LogRecord = Annotated[dict[str, Any], _Documented(LogRecordModel)]


class LogPageModel(ApiModel):
    """Log records, oldest first; ``next`` is the number of the last one."""

    items: list[LogRecord]
    next: int


class ActiveTraceModel(ApiModel):
    """Which topics of an asset are recorded, and until when."""

    asset: str
    topics: Annotated[list[LogTopic], BeforeValidator(sorted)]
    until: Moment


class TraceModel(ApiModel):
    """Every topic explained, and what is traced now."""

    topics: dict[str, str]
    active: list[ActiveTraceModel]


class StatusRowModel(ApiModel):
    """A row of a status table, and whether it fits the active states of an asset."""

    status: str
    states: SortedStates
    priority: int
    fits: bool = False
    alarm: bool
    latch: bool


class AlarmRecordModel(ApiModel):
    """An alarm as the driver keeps it; ``annunciated_at`` is null while a mask keeps it silent.

    ``state`` says whether it is active or latched, and unacknowledged or acknowledged: ``UA``, ``AA``, ``UL``, ``AL``.
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
    """How the facts of an asset became the status it shows."""

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
    """What the self-test found; ``ok`` is false if something keeps the driver from working."""

    ok: bool
    findings: Sequence[CheckFinding]


class ClockModel(ApiModel):
    """When the driver started, what time it has, and how far Twilio's clock is ahead; null if that is unknown."""

    started_at: Moment
    now: Moment
    twilio_ahead_s: int | None


class QueuedTextModel(ApiModel):
    """A text that waits, or is being sent; ``in_doubt`` while nobody knows whether Twilio has it."""

    execution: str
    asset: str
    sender: str
    recipient: str
    attempt: int
    in_doubt: bool
    due_at: Moment


class QueueModel(ApiModel):
    """How many texts wait, and the first of them."""

    size: int
    texts: list[QueuedTextModel]


class TimerModel(ApiModel):
    """A task that rests, and until when; null: until it is woken."""

    task: str
    until: Moment | None


class EventCountModel(ApiModel):
    """The number of the last event."""

    last: int


class LogStateModel(ApiModel):
    """The number of the last log record, and what is traced now."""

    last: int
    traces: list[ActiveTraceModel]


class DiagnosticsModel(ApiModel):
    """A report for a ticket, redacted like the log.

    ``account`` is the Twilio account as last seen, ``assets`` counts them by status; ``configuration`` has the sections
    of ``driver.toml`` as they are applied.
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
