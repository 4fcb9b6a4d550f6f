"""A store and a Twilio in memory for tests of the driver's services; their contents are what the test sets."""

from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from driver.domain.asset import Asset
from driver.domain.events import Event
from driver.domain.execution import Execution
from driver.domain.message import Message
from driver.domain.outbound_message import OutboundMessage
from driver.domain.send_result import Accepted, Outcome
from driver.errors import StoreUnavailableError, UnstorableError
from driver.ports.gateway import InboundPage, RemoteAccount, RemoteMessage, RemoteNumber
from driver.ports.store import (
    AuditEntry,
    Committed,
    Once,
    OnceKind,
    SetMark,
    Write,
)
from driver.runtime.clock import Clock
from fake_twilio.clock import turn

T = TypeVar("T")
OURS, GUARD, GATE = "+12015550100", "+12015550101", "+12015550102"


class MemoryStore:
    """Keeps committed data and every commit; ``failing`` selects commits that the database refuses."""

    def __init__(self) -> None:
        self.commits: list[list[Write]] = []
        self.assets: dict[str, Asset] = {}
        self.executions: dict[str, Execution] = {}
        self.rows: dict[str, Message] = {}
        self.marks: dict[str, str] = {}
        self.events: list[Event] = []
        self.audit_lines: list[AuditEntry] = []
        self._seq = 0
        self._listeners: list[Callable[[Sequence[Event]], None]] = []
        self.failing: Callable[[Sequence[Write]], Exception | None] = lambda _writes: None

    def fail(self, detail: str = "the disk is full") -> None:
        """Refuse all commits from now on."""
        self.failing = lambda _writes: StoreUnavailableError(detail)

    def refuse(self, sid: str, detail: str) -> None:
        """Refuse to store messages, but accept everything else."""

        def failing(writes: Sequence[Write]) -> Exception | None:
            rows = [write for write in writes if isinstance(write, Message)]
            return UnstorableError(detail) if any(row.sid == sid for row in rows) else None

        self.failing = failing

    def work(self) -> None:
        """Accept all commits from now on."""
        self.failing = lambda _writes: None

    async def commit(self, writes: Sequence[Write], *, once: Once | None = None) -> Committed:
        """Apply all writes or none."""
        await turn()
        if problem := self.failing(writes):
            raise problem
        if once is not None and (existing := self._existing(once)):
            return Committed(fresh=False, existing=existing)
        self.commits.append(list(writes))
        before = len(self.events)
        for write in writes:
            self._keep(write)
        if fresh := self.events[before:]:
            for listener in self._listeners:
                listener(fresh)
        return Committed()

    def on_events(self, listener: Callable[[Sequence[Event]], None]) -> None:
        """Call ``listener`` with the events of each commit."""
        self._listeners.append(listener)

    async def events_after(self, seq: int, limit: int) -> tuple[Event, ...]:
        """Return the first stored events after ``seq``."""
        return tuple(event for event in self.events if event.seq > seq)[:limit]

    def _existing(self, once: Once) -> str:
        if once.kind is OnceKind.MESSAGE:
            return once.key if once.key in self.rows else ""
        return next((each.execution_id for each in self.executions.values() if each.command_id == once.key), "")

    def _keep(self, write: Write) -> None:
        match write:
            case Execution() as execution:
                self.executions[execution.execution_id] = execution
            case Message() as message:
                self.rows[message.sid] = message
            case Asset() as asset:
                self.assets[asset.asset_id] = asset
            case Event() as event:
                self._seq += 1
                self.events.append(replace(event, seq=self._seq))
            case AuditEntry() as entry:
                self.audit_lines.append(entry)
            case SetMark(name, value):
                self.marks = {known: self.marks[known] for known in self.marks if known != name}
                self.marks |= {name: value} if value else {}
            case _:
                pass

    async def execution(self, execution_id: str) -> Execution | None:
        """Return an execution."""
        return self.executions.get(execution_id)

    async def execution_of(self, command_id: str) -> Execution | None:
        """Return the execution of a command ID."""
        return next((each for each in self.executions.values() if each.command_id == command_id), None)

    async def executions_of(self, command_ids: Sequence[str]) -> list[tuple[Execution, Message | None]]:
        """Return the executions of command IDs, each with its message."""
        found = [each for each in self.executions.values() if each.command_id in command_ids]
        return [(each, self.rows.get(each.message_sid)) for each in found]

    async def message(self, sid: str) -> Message | None:
        """Return a message."""
        return self.rows.get(sid)

    async def known_messages(self, sids: Sequence[str]) -> frozenset[str]:
        """Return those of the SIDs that are stored."""
        return frozenset(sids) & self.rows.keys()

    def named(self, name: str) -> list[dict[str, Any]]:
        """Return the parameters of the events of a name, each with its asset."""
        return [{"asset": each.asset_id, **each.parameters} for each in self.events if each.name == name]


class ScriptedTwilio:
    """Answers as a test specifies; exceptions are raised."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.ahead = timedelta(0)
        """How far Twilio's clock is ahead, once a response has shown it (``clock_known``)."""
        self.clock_known = True
        self.sent: list[tuple[OutboundMessage, str]] = []
        self.outcomes: list[Outcome | Exception] = []
        self.before_answer: Callable[[], Awaitable[None]] = turn
        self.asked: list[dict[str, Any]] = []
        """The requests, in order."""
        self.rows: list[RemoteMessage] = []
        self.list_problem: Exception | None = None
        self.messages: dict[str, RemoteMessage | Exception] = {}
        self.media_of: dict[str, Sequence[str] | Exception] = {}
        self.pages: dict[str, list[InboundPage | Exception]] = {}
        self.before_page: Callable[[], Awaitable[None]] = turn
        self.redactions: list[str] = []
        self.redaction_problem: Exception | None = None
        self.answered: Callable[[timedelta], None] = lambda _begun: None
        numbers = (RemoteNumber(OURS, sms_capable=True),)
        self.answer: RemoteAccount | Exception = RemoteAccount("AC1", "active", "Full", numbers, clock_ahead_s=0.0)

    async def send(self, message: OutboundMessage, *, callback: str) -> Outcome:
        """Accept a message, or do what the next of ``outcomes`` says."""
        self.sent.append((message, callback))
        await self.before_answer()
        if not self.outcomes:
            return Accepted(f"SM{len(self.sent)}", "queued", 1)
        outcome = self.outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def find(self, *, from_number: str, to_number: str, since: datetime) -> Sequence[RemoteMessage]:
        """Return the rows."""
        self.asked.append({"from": from_number, "to": to_number, "since": since})
        if self.list_problem is not None:
            raise self.list_problem
        return self.rows

    async def inbound(self, *, number: str, since: datetime, resume: str = "") -> AsyncIterator[InboundPage]:
        """Yield the pages of a number, or continue where another reader stopped; an exception among them ends it."""
        self.asked.append({"number": number, "since": since, "resume": resume})
        for page in list(self.pages.get(resume or number, [InboundPage(())])):
            await self.before_page()
            yield _given(page)

    def twilio_now(self) -> datetime:
        """Return the time of Twilio's clock."""
        return self._clock.now() + self.ahead

    def twilio_time(self, monotonic: timedelta) -> datetime | None:
        """Return the time of Twilio's clock at a moment, or None if it is not known yet."""
        return self.twilio_now() - (self._clock.monotonic() - monotonic) if self.clock_known else None

    async def message(self, sid: str) -> RemoteMessage | None:
        """Return one message."""
        self.asked.append({"message": sid})
        return _given(self.messages.get(sid))

    async def media(self, sid: str) -> Sequence[str]:
        """Return the URLs of a message's media."""
        self.asked.append({"media": sid})
        return _given(self.media_of.get(sid, ()))

    async def redact(self, sid: str) -> None:
        """Delete the body of a message."""
        self.redactions.append(sid)
        if self.redaction_problem is not None:
            raise self.redaction_problem

    async def account(self, *, services: Collection[str] = (), pools: bool = False) -> RemoteAccount:
        """Return the account."""
        self.asked.append({"services": tuple(services), "pools": pools})
        account = _given(self.answer)
        self.answered(self._clock.monotonic())
        return account


def _given(answer: T | Exception) -> T:
    if isinstance(answer, Exception):
        raise answer
    return answer
