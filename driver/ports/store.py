"""The store as the services see it: complete commits of plain writes go in; rows, lists and changes come out."""

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
    """One audit entry, with the columns of the platform's operator activity report."""

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
    """Messages from or to a person's ``number``, with ``text`` in their bodies or numbers, within a period."""

    number: str = ""
    text: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Audit entries whose columns contain a text, within a period."""

    location: str = ""
    user: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlarmSearch:
    """Alarm events of these assets, within a period; without ``names``, all alarm events."""

    asset_ids: tuple[str, ...] | None = None
    names: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AlarmCounts:
    """The number of alarms raised per ten minutes, and per asset."""

    by_time: Mapping[datetime, int] = field(default_factory=dict)
    by_asset: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Place:
    """A reading position: the active driver's term, its transactions in it, and the number of the last event."""

    term: int
    beat: int
    seq: int


@dataclass(frozen=True, slots=True)
class Whole:
    """The complete current state: the active driver's address, the stored assets, and the marks."""

    place: Place
    address: str
    assets: Mapping[str, Asset]
    marks: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """What was stored since a place: events in order, and assets. ``marks`` is None unless some have changed."""

    place: Place
    events: tuple[Event, ...] = ()
    assets: tuple[Asset, ...] = ()
    marks: Mapping[str, str] | None = field(default=None)


@dataclass(frozen=True, slots=True)
class DropAsset:
    """Delete the state of an asset that no longer exists."""

    asset_id: str


@dataclass(frozen=True, slots=True)
class SetMark:
    """Store a small value under a name: a cursor, the start of receiving. An empty value deletes the mark."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Forget:
    """Delete at most ``most`` rows of each kind that are finished and older than a given time; the audit stays."""

    before: datetime
    most: int


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """Store the answer to a request that another driver accepted; without one, nobody waits, and it is deleted."""

    request_id: str
    answer: Mapping[str, Any] | None


Write = Execution | Message | Asset | DropAsset | Event | AuditEntry | SetMark | Forget | AnswerRequest
"""What a commit accepts.

An execution, a message or an asset is inserted or updated; the execution of a message has everything needed to send it.
An event or an audit entry is added; the event gets its ``seq`` in the commit and is published after it.
"""


class OnceKind(StrEnum):
    """What may exist only once."""

    COMMAND = "command"
    MESSAGE = "message"


@dataclass(frozen=True, slots=True)
class Once:
    """Commit only if this command id or message SID does not exist yet."""

    kind: OnceKind
    key: str


@dataclass(frozen=True, slots=True)
class Committed:
    """The result of a commit.

    ``fresh`` is False if a ``Once`` prevented it; ``existing`` then is the existing execution id or SID.
    """

    fresh: bool = True
    existing: str = ""


#: How long to follow a message whose delivery Twilio does not report.
MAX_FOLLOWED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Remembered:
    """The stored state that the driver starts from; ``open_messages`` are those that are still followed."""

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
    """Read access to the persistent data, also for a driver that does not lead.

    Raises (every method): ``StoreUnavailableError`` when the database cannot do it now.
    """

    async def answers(self) -> None:
        """Return if the database can be read right now and, on the leader, accepted the last commit."""

    async def execution(self, execution_id: str) -> Execution | None:
        """Return an execution."""

    async def execution_of(self, command_id: str) -> Execution | None:
        """Return the execution of a command id."""

    async def executions_of(self, command_ids: Sequence[str]) -> Sequence[tuple[Execution, Message | None]]:
        """Return the executions of command ids, each with its message once Twilio has it."""

    async def message(self, sid: str) -> Message | None:
        """Return a message by its SID."""

    async def known_messages(self, sids: Sequence[str]) -> frozenset[str]:
        """Return the SIDs that are stored."""

    async def messages(self, size: int, cursor: str, wanted: MessageSearch = ...) -> Page[Message]:
        """Return messages, newest first."""

    async def executions(self, size: int, cursor: str, *, dead: bool = False) -> Page[Execution]:
        """Return executions, newest first: all, or the dead letters."""

    async def waiting(self) -> Sequence[OutboundMessage]:
        """Return the messages that are waiting or being sent, in the order of acceptance."""

    async def outbound_messages(self, size: int, text: str) -> Sequence[OutboundMessage]:
        """Return the newest outbound messages that contain a text in their ids, numbers or contents."""

    async def audit(self, size: int, cursor: str, wanted: AuditSearch = ...) -> Page[AuditEntry]:
        """Return the audit, newest first."""

    async def alarm_events(self, size: int, cursor: str, wanted: AlarmSearch) -> Page[Event]:
        """Return alarm events, newest first."""

    async def alarm_counts(self, since: datetime, until: datetime) -> AlarmCounts:
        """Return how many alarms were raised within a period."""

    @property
    def history_id(self) -> str:
        """The id of the current event history, with which a client can state its position."""

    def includes(self, seq: int, history_id: str) -> bool:
        """Return whether this event number still refers to the event seen under this history id."""

    async def events_after(self, seq: int, limit: int) -> tuple[Event, ...]:
        """Return the first ``limit`` stored events after ``seq``, in order."""

    async def events_since(self, seq: int, limit: int) -> tuple[Event, ...] | None:
        """Return events after ``seq`` in order; None if some are no longer stored or there are more than ``limit``."""


class Store(StoreReader, Protocol):
    """Persistent data. A commit is atomic and on disk when ``commit`` returns.

    Raises (every method): ``StoreUnavailableError`` when the database cannot do it now.
    """

    async def commit(self, writes: Sequence[Write], *, once: Once | None = None) -> Committed:
        """Apply all writes or none."""

    async def remember(self) -> Remembered:
        """Read everything the driver needs to continue where it stopped."""

    def on_events(self, listener: Callable[[Sequence[Event]], None]) -> None:
        """Call ``listener`` with the events of each commit, in order of ``seq``, once they are durable."""

    async def has_older(self, before: datetime) -> bool:
        """Return whether ``Forget`` would find anything older than a given time."""
