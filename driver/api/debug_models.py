"""What the debug tools take and answer."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, RootModel

from driver.api.api_model import ApiModel, Moment
from driver.api.requests import IN_DIGITS, MAX_PAGE_SIZE, Digits, Sought
from driver.domain.commands import ExecutionState
from driver.domain.roles import Role
from driver.domain.status_table import State
from driver.runtime.log_topics import LogTopic
from driver.runtime.strict_json import StrictBody, StrictQuery
from driver.services.finding import CheckLevel

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


class LogPageModel(ApiModel):
    """Log records, oldest first; ``next`` is the number of the last one."""

    items: list[dict[str, Any]]
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


class WhyModel(ApiModel):
    """How the facts of an asset became the status it shows."""

    asset: str
    sentences: list[str]
    status: str
    since: Moment
    reason: str
    awaiting: str
    facts: dict[str, Any]
    true_states: SortedStates
    alarm_records: list[dict[str, Any]]
    startup_grace_until: str | None
    active_states: SortedStates
    status_table: str
    rows: list[StatusRowModel]


class FindingModel(ApiModel):
    """One thing that the self-test looked at."""

    verdict: CheckLevel
    about: str
    words: str
    remedy: str


class SelfTestModel(ApiModel):
    """What the self-test found; ``ok`` is false if something keeps the driver from working."""

    ok: bool
    findings: list[FindingModel]


class DiagnosticsModel(RootModel[dict[str, Any]]):
    """A report for a ticket, section by section."""
