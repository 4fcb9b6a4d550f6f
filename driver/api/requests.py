"""What requests carry: bodies and queries, read strictly."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, WithJsonSchema

from driver.domain.storable_text import odd_character
from driver.runtime.strict_json import StrictBody, StrictQuery

CSV, JSON = "text/csv", "application/json"
MAX_PAGE_SIZE = 1000
FIRST_YEAR, LAST_YEAR = 1970, 9998
#: Alarms that one request may be about: all that 10,000 phones can have.
MAX_ALARMS = 20_000
#: Phones that one broadcast may go to.
MAX_PHONES = 10_000


def _digits(value: object) -> object:
    """Refuse what else reads as a number: ``5.0``, ``1_0``, digits of other scripts."""
    if isinstance(value, str) and not (value.isascii() and value.isdigit()):
        raise ValueError("expected a whole number in digits")
    return value


def _flag(value: object) -> object:
    """Refuse what else reads as yes or no: ``1``, ``on``."""
    if isinstance(value, str) and value not in ("true", "false"):
        raise ValueError("expected true or false")
    return value


def _iso(value: object) -> object:
    """Refuse what else reads as a moment: seconds since 1970, a date alone."""
    if isinstance(value, str) and "T" not in value:
        raise ValueError("expected a moment such as 2026-01-31T18:00:00Z")
    return value


def _storable(text: str) -> str:
    """Refuse what no database takes."""
    if odd := odd_character(text):
        raise ValueError(f"has {odd}, which is not text")
    return text


def _utc(moment: datetime) -> datetime:
    """Return a moment in UTC; the years are those that every calculation with it can bear."""
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"expected a moment between the years {FIRST_YEAR} and {LAST_YEAR}")
    return moment.astimezone(UTC)


IN_DIGITS = BeforeValidator(_digits)
Digits = Annotated[int, IN_DIGITS]
Flag = Annotated[bool, BeforeValidator(_flag)]
#: A text that is looked for.
Sought = Annotated[str, Field(max_length=200), AfterValidator(_storable)]
Utc = Annotated[AwareDatetime, AfterValidator(_utc)]
Instant = Annotated[Utc | None, BeforeValidator(_iso)]


class LoginBody(StrictBody):
    """``POST /api/Auth/Login``."""

    username: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class OperatorBody(StrictBody):
    """What a person gives as a command: who, for the audit; both are optional."""

    user: str = Field("", max_length=200)
    workstation: str = Field("", max_length=200)


class AcknowledgeBody(OperatorBody):
    """``POST /api/alarms/{id}/acknowledge``; everything is optional, as in ``CommandBody``."""

    comment: str = Field("", max_length=1000)
    commandId: str = Field("", max_length=200)  # noqa: N815 - a wire name


class AlarmsBody(OperatorBody):
    """``POST /api/alarms/unshelve``: which alarms, and who."""

    alarmIds: list[str] = Field(min_length=1, max_length=MAX_ALARMS)  # noqa: N815 - a wire name
    comment: str = Field("", max_length=1000)


class AcknowledgeAlarmsBody(AlarmsBody):
    """``POST /api/alarms/acknowledge``: the same, and whether what follows from them is acknowledged too."""

    consequences: bool = False


class ShelveBody(AlarmsBody):
    """``POST /api/alarms/shelve``: the same, until when, and why."""

    until: Utc
    comment: str = Field(min_length=1, max_length=1000)


class CommandBody(OperatorBody):
    """``POST …/commands``. ``commandId`` makes repeating safe; ``user`` and ``workstation`` go into the audit."""

    command: str
    parameters: dict[str, str] = Field(default_factory=dict)
    commandId: str = Field("", max_length=200)  # noqa: N815 - a wire name


class BroadcastBody(OperatorBody):
    """``POST /api/broadcasts``: one message to several phones; the rest as in ``CommandBody``."""

    assets: list[str] = Field(min_length=1, max_length=MAX_PHONES)
    message: str
    commandId: str = Field("", max_length=200)  # noqa: N815 - a wire name


class PurgeBody(OperatorBody):
    """``POST /api/queue/purge``: which sender's texts, and who."""

    sender: str = Field(alias="from", max_length=200)


class CancelBody(OperatorBody):
    """``POST /api/executions/{id}/cancel``: who; everything is optional."""


class SegmentsBody(StrictBody):
    """``POST /api/segments``."""

    text: str = Field(max_length=10_000)


class PageQuery(StrictQuery):
    """The parameters of every list."""

    page_size: Digits = Field(50, alias="pageSize", ge=1, le=MAX_PAGE_SIZE)
    cursor: str = ""


class MessagesQuery(PageQuery):
    """``GET /api/messages``: of a phone, with a text, from a moment on, before a moment."""

    asset: Sought = ""
    q: Sought = ""
    since: Instant = Field(None, alias="from")
    until: Instant = Field(None, alias="to")


class AuditQuery(PageQuery):
    """``GET /api/audit``: lines whose columns hold a text, from a moment on, before a moment."""

    location: Sought = ""
    user: Sought = ""
    kind: Sought = ""
    since: Instant = Field(None, alias="from")
    until: Instant = Field(None, alias="to")


class AlarmHistoryQuery(PageQuery):
    """``GET /api/alarms/history``: of assets whose id, caption or location holds a text, and within a time."""

    asset: Sought = ""
    event: Sought = ""
    since: Instant = Field(None, alias="from")
    until: Instant = Field(None, alias="to")


class AlarmStatisticsQuery(StrictQuery):
    """``GET /api/alarms/statistics``: within a time, by default the last 24 hours."""

    since: Instant = Field(None, alias="from")
    until: Instant = Field(None, alias="to")


class LongPageQuery(PageQuery):
    """The same, of a list whose pages are long unless somebody asks for less."""

    page_size: Digits = Field(MAX_PAGE_SIZE, alias="pageSize", ge=1, le=MAX_PAGE_SIZE)


class EventsQuery(StrictQuery):
    """``GET /api/events``: the last event that the client took, of which database, and the client's project.

    A ``since`` that is not a number is answered in the stream, with ``resync``: a browser shows no page why a WebSocket
    was refused.
    """

    since: Annotated[str, WithJsonSchema({"type": "integer", "minimum": 0})] = Field(default_factory=str)
    history: str = ""
    project_hash: str = Field("", alias="projectHash")


class TableQuery(StrictQuery):
    """``GET /api/tables/{kind}``: the columns alone, and of CSV how they are spelled and whether for a spreadsheet."""

    template: Flag = False
    spelling: Literal["own", "platform"] = "own"
    for_excel: Flag = Field(False, alias="forExcel")


class ImportQuery(StrictQuery):
    """``PUT /api/tables/{kind}`` and its preview: whether rows that the file does not name stay."""

    mode: Literal["update", "replace"] = "update"
