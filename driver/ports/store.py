"""The store as the services see it: whole commits of plain writes going in; rows, lists and changes coming out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from driver.domain.asset import Asset
from driver.domain.events import Event
from driver.domain.execution import Execution
from driver.domain.message import Message
from driver.domain.outbound_message import OutboundMessage

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One line of the audit, with the columns of the platform's operator activity report."""

    at: datetime
    device_type: str
    command_or_status: str
    action: str
    computer: str
    user_name: str
    location: str
    entry_id: int = 0


@dataclass(frozen=True, slots=True)
class MessageSearch:
    """Messages from or to a person's ``number``, with ``text`` in their bodies or numbers, within a time."""

    number: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Lines of the audit whose columns hold a text, within a time."""

    location: str = ""
    user: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlarmSearch:
    """What happened to alarms of these assets, within a time; no ``names`` are all events of alarms."""

    asset_ids: tuple[str, ...] | None = None
    names: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlarmCounts:
    """How many alarms were raised in each ten minutes, and of each asset."""

    by_time: Mapping[datetime, int] = field(default_factory=dict)
    by_asset: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """How far somebody has read: the active driver's term, its transactions in it, and the number of the last event."""

    term: int
    beat: int
    seq: int


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything as it is: where the active driver answers, the stored assets, and the marks."""

    place: Place
    address: str
    assets: Mapping[str, Asset]
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """What was stored since a place: events in order and assets. ``marks`` is None unless some have changed."""

    place: Place
    events: tuple[Event, ...] = ()
    assets: tuple[Asset, ...] = ()
    marks: Mapping[str, str] | None = field(default=None)


@dataclass(frozen=True, slots=True)
class DropAsset:
    """Forget an asset's state; the asset is gone."""

    asset_id: str


@dataclass(frozen=True, slots=True)
class SetMark:
    """Remember a small value under a name: a cursor, the start of receiving. An empty one is forgotten."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete at most ``most`` rows of each kind that are older than a moment and finished; the audit stays."""

    before: datetime
    most: int


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """Write down what came of a request that another driver took; without an answer nobody waits, and it is deleted."""

    request_id: str
    answer: Mapping[str, Any] | None


Write = Execution | Message | Asset | DropAsset | Event | AuditEntry | SetMark | Forget | AnswerRequest
"""What a commit takes.

An execution, a message or an asset is written, new or changed; the execution of a message has everything needed to send
it. An event and a line of the audit are added; the event gets its ``seq`` in the commit and is published after it.
"""


class OnceKind(StrEnum):
    """What may exist only once."""

    COMMAND = "command"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Once:
    """Commit only if this command id or message SID is not known yet."""

    kind: OnceKind
    key: str


@dataclass(frozen=True, slots=True)
class Committed:
    """What came of a commit.

    ``fresh`` is False if a ``Once`` held it back; ``existing`` then names what was there (execution id or SID).
    """

    fresh: bool = True
    existing: str = ""


#: How long a message is followed whose delivery Twilio does not report.
MAX_FOLLOWED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Remembered:
    """What the driver starts from after a restart; ``open_messages`` are those that are still followed."""

    assets: Mapping[str, Asset] = field(default_factory=dict)
    outbox: tuple[OutboundMessage, ...] = ()
    open_messages: tuple[Message, ...] = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    last_seq: int = 0


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of rows, newest first, and the cursor of the next one (empty at the end)."""

    items: tuple[T, ...]
    next: str = ""


class StoreReader(Protocol):
    """What can be read of the durable memory, also by a driver that does not lead.

    Raises (every method): ``StoreUnavailableError`` when the database cannot do it now.
    """

    async def answers(self) -> None:
        """Return if the database can be read right now and, on the driver that leads, took the last commit."""
        ...

    async def execution(self, execution_id: str) -> Execution | None:
        """Return an execution."""
        ...

    async def execution_of(self, command_id: str) -> Execution | None:
        """Return the execution that a command id stands for."""
        ...

    async def executions_of(self, command_ids: Sequence[str]) -> Sequence[tuple[Execution, Message | None]]:
        """Return the executions that command ids stand for, each with its message once Twilio has that."""
        ...

    async def message(self, sid: str) -> Message | None:
        """Return a message by its SID."""
        ...

    async def known_messages(self, sids: Sequence[str]) -> frozenset[str]:
        """Return those of the SIDs that are stored."""
        ...

    async def messages(self, size: int, cursor: str, wanted: MessageSearch = ...) -> Page[Message]:
        """Return messages, newest first."""
        ...

    async def executions(self, size: int, cursor: str, *, dead: bool = False) -> Page[Execution]:
        """Return executions, newest first: all, or the dead letters."""
        ...

    async def waiting(self) -> Sequence[OutboundMessage]:
        """Return the messages that wait or are being sent, in the order of acceptance."""
        ...

    async def texts(self, size: int, text: str) -> Sequence[OutboundMessage]:
        """Return the newest messages that were to be sent and have a text in their ids, numbers or contents."""
        ...

    async def audit(self, size: int, cursor: str, wanted: AuditSearch = ...) -> Page[AuditEntry]:
        """Return the audit, newest first."""
        ...

    async def alarm_events(self, size: int, cursor: str, wanted: AlarmSearch) -> Page[Event]:
        """Return what happened to alarms, newest first."""
        ...

    async def alarm_counts(self, since: datetime, until: datetime) -> AlarmCounts:
        """Return how many alarms were raised within a time."""
        ...

    @property
    def history_id(self) -> str:
        """What events are seen under at present; with it a client can say where it was."""
        ...

    def includes(self, seq: int, history_id: str) -> bool:
        """Return whether the event of this number is the one that was seen under this history id."""
        ...

    async def events_after(self, seq: int, limit: int) -> tuple[Event, ...]:
        """Return the first ``limit`` events after ``seq`` that are kept, in order."""
        ...

    async def events_since(self, seq: int, limit: int) -> tuple[Event, ...] | None:
        """Return events after ``seq`` in order; None if some are not kept any more or they are more than ``limit``."""
        ...


class Store(StoreReader, Protocol):
    """Durable memory. A commit is atomic and on disk when ``commit`` returns.

    Raises (every method): ``StoreUnavailableError`` when the database cannot do it now.
    """

    async def commit(self, writes: Sequence[Write], *, once: Once | None = None) -> Committed:
        """Apply all writes or none."""
        ...

    async def remember(self) -> Remembered:
        """Read everything the driver needs to go on where it stopped."""
        ...

    def on_events(self, listener: Callable[[Sequence[Event]], None]) -> None:
        """Call ``listener`` with the events of each commit, in order of ``seq``, once they are durable."""
        ...

    async def has_older(self, before: datetime) -> bool:
        """Return whether ``Forget`` would find anything older than a moment."""
        ...
