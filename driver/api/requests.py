"""Request models: bodies and queries, parsed strictly."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, WithJsonSchema

from driver.domain.storable_text import odd_character
from driver.runtime.strict_json import StrictBody, StrictQuery

CSV, JSON = "text/csv", "application/json"
MAX_PAGE_SIZE = 1000
FIRST_YEAR, LAST_YEAR = 1970, 9998
#: Maximum number of alarms in one request: all that 10,000 phones can have.
MAX_ALARMS = 20_000
#: Maximum number of phones in one broadcast.
MAX_PHONES = 10_000


def _digits(value: object) -> object:
    """Reject other notations of numbers: ``5.0``, ``1_0``, digits of other scripts."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("expected a whole number in digits")
    return value


def _flag(value: object) -> object:
    """Reject other notations of booleans: ``1``, ``on``."""
    if isinstance(value, str) and value not in ("true", "false"):
        raise ValueError("expected true or false")
    return value


def _iso(value: object) -> object:
    """Reject other notations of times: seconds since 1970, a date alone."""
    if isinstance(value, str) and "T" not in value:
        raise ValueError("expected a moment such as 2026-01-31T18:00:00Z")
    return value


def _storable(text: str) -> str:
    """Reject characters that a database cannot store."""
    if odd := odd_character(text):
        raise ValueError(f"has {odd}, which is not text")
    return text


def _utc(moment: datetime) -> datetime:
    """Return a time in UTC; the years are limited so that no calculation with it overflows."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"expected a moment between the years {FIRST_YEAR} and {LAST_YEAR}")
    return moment.astimezone(UTC)


IN_DIGITS = BeforeValidator(_digits)
Digits = Annotated[int, IN_DIGITS]
Flag = Annotated[bool, BeforeValidator(_flag)]
#: A search term.
Sought = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
Utc = Annotated[AwareDatetime, AfterValidator(_utc)]
Instant = Annotated[Utc | None, BeforeValidator(_iso)]


class LoginBody(StrictBody):
    """The body of ``POST /api/Auth/Login``: user name and password."""

    username: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class OperatorBody(StrictBody):
    """Who gives a command, and at which workstation, for the audit. Both are optional."""

    user: str = Field("", max_length=200)
    workstation: str = Field("", max_length=200)


class AcknowledgeBody(OperatorBody):
    """The body of ``POST /api/alarms/{id}/acknowledge``. All fields are optional and work as in ``CommandBody``."""

    comment: str = Field("", max_length=1000)
    commandId: str = Field("", max_length=200)  # noqa: N815 - a wire name


class AlarmsBody(OperatorBody):
    """The body of ``POST /api/alarms/unshelve``: the alarms, and who unshelves them."""

    alarmIds: list[str] = Field(min_length=1, max_length=MAX_ALARMS)  # noqa: N815 - a wire name
    comment: str = Field("", max_length=1000)


class AcknowledgeAlarmsBody(AlarmsBody):
    """The body of ``POST /api/alarms/acknowledge``. ``consequences`` includes alarms that follow from them."""

    consequences: bool = False


class ShelveBody(AlarmsBody):
    """The body of ``POST /api/alarms/shelve``: the alarms, the end of the shelving, and the reason."""

    until: Utc
    comment: str = Field(min_length=1, max_length=1000)


class CommandBody(OperatorBody):
    """The body of ``POST …/commands``. ``commandId`` makes retries safe; ``user`` and ``workstation`` are audited."""

    command: str
    parameters: dict[str, str] = Field(default_factory=dict)
    commandId: str = Field("", max_length=200)  # noqa: N815 - a wire name


class BroadcastBody(OperatorBody):
    """The body of ``POST /api/broadcasts``: one message to several phones; other fields as in ``CommandBody``."""

    assets: list[str] = Field(min_length=1, max_length=MAX_PHONES)
    message: str
    commandId: str = Field("", max_length=200)  # noqa: N815 - a wire name


class PurgeBody(OperatorBody):
    """The body of ``POST /api/queue/purge``: the sender whose messages to cancel, and who cancels them."""

    sender: str = Field(alias="from", max_length=200)


class CancelBody(OperatorBody):
    """The body of ``POST /api/executions/{id}/cancel``: who cancels the message. All fields are optional."""


class SegmentsBody(StrictBody):
    """The body of ``POST /api/segments``: the message text to measure."""

    text: str = Field(max_length=10_000)


class PageQuery(StrictQuery):
    """The parameters of every list."""

    page_size: Digits = Field(50, alias="pageSize", ge=1, le=MAX_PAGE_SIZE)
    cursor: str = ""


class MessagesQuery(PageQuery):
    """The query of ``GET /api/messages``: filters by phone, content, start (inclusive) and end (exclusive)."""

    asset: Sought = ""
    q: Sought = ""
    since: Instant = Field(None, alias="from")
    until: Instant = Field(None, alias="to")


class AuditQuery(PageQuery):
    """The query of ``GET /api/audit``: filters by column content, start (inclusive) and end (exclusive)."""

    location: Sought = ""
    user: Sought = ""
    kind: Sought = ""
    since: Instant = Field(None, alias="from")
    until: Instant = Field(None, alias="to")


class AlarmHistoryQuery(PageQuery):
    """The query of ``GET /api/alarms/history``: filters by asset id, caption or location, by event, and by time."""

    asset: Sought = ""
    event: Sought = ""
    since: Instant = Field(None, alias="from")
    until: Instant = Field(None, alias="to")


class AlarmStatisticsQuery(StrictQuery):
    """The query of ``GET /api/alarms/statistics``: the period, by default the last 24 hours."""

    since: Instant = Field(None, alias="from")
    until: Instant = Field(None, alias="to")


class LongPageQuery(PageQuery):
    """The parameters of a list whose default page size is the maximum."""

    page_size: Digits = Field(MAX_PAGE_SIZE, alias="pageSize", ge=1, le=MAX_PAGE_SIZE)


class EventsQuery(StrictQuery):
    """The query of ``GET /api/events``: the client's last event, the history it belongs to, and the client's project.

    An invalid ``since`` is reported in the stream, with ``resync``, because browsers do not tell a page why a WebSocket
    was rejected.
    """

    since: Annotated[str, WithJsonSchema({"type": "integer", "minimum": 0})] = Field(default_factory=str)
    history: str = ""
    project_hash: str = Field("", alias="projectHash")


class TableQuery(StrictQuery):
    """The query of ``GET /api/tables/{kind}``: only the header; for CSV, the spelling and whether it is for Excel."""

    template: Flag = False
    spelling: Literal["own", "platform"] = "own"
    for_excel: Flag = Field(False, alias="forExcel")


class ImportQuery(StrictQuery):
    """The query of ``PUT /api/tables/{kind}`` and its preview: whether rows missing from the file are kept."""

    mode: Literal["update", "replace"] = "update"
