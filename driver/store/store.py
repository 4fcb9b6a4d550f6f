"""The store over SQLAlchemy: opening, migrating, reading; writing is the writer's."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Connection, Select, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from driver.domain.events import Event
from driver.domain.execution import Execution
from driver.domain.message import Message
from driver.domain.message_status import FINAL, MessageStatus
from driver.domain.outbound_message import OutboundMessage
from driver.domain.storable_text import odd_character
from driver.errors import StartError, StoreUnavailableError
from driver.ports.records import AuditEntry
from driver.ports.searches import AlarmCounts, AlarmSearch, AuditSearch, MessageSearch
from driver.ports.store import MAX_FOLLOWED, Committed, Once, Page, Remembered, Write
from driver.runtime.clock import Clock, SystemClock
from driver.store import event_history, migration, retention, row_codec, schema, search
from driver.store.backup import copy_before
from driver.store.database import Database
from driver.store.event_history import History
from driver.store.leader_election import Candidate, candidate
from driver.store.leadership import BegunTerm, Candidacy, Leader, Leadership, take_over
from driver.store.search import ListQuery
from driver.store.sqlite_guard import SqliteGuard, checkpointed, is_torn
from driver.store.writer import Writer

#: Parameters that one statement takes at most.
_AT_ONCE = 500
#: Seconds within which a database has to answer to count as reachable, in real time.
ANSWER_S = 2.0
T = TypeVar("T")
_ALL_MESSAGES: Final = MessageSearch()
_ALL_AUDIT: Final = AuditSearch()


class SqlStore:
    """Implements ``driver.ports.store.Store``."""

    def __init__(
        self, database: Database, writer: Writer, remembered: Remembered, leadership: Leadership, history: History
    ) -> None:
        self.database = database
        self.history = history
        self._writer = writer
        self._remembered = remembered
        self.leadership = leadership

    async def commit(self, writes: Sequence[Write], *, once: Once | None = None) -> Committed:
        """Apply all writes or none."""
        return await self._writer.submit(writes, once)

    async def remember(self) -> Remembered:
        """Return what was stored when the store was opened."""
        return self._remembered

    async def answers(self) -> None:
        """Return if the database can be read right now and took the last commit."""
        if self._writer.refused_because:
            raise StoreUnavailableError(f"the database refuses commits: {self._writer.refused_because}")
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._read(select(schema.leadership.c.term))
        except TimeoutError as exc:
            raise StoreUnavailableError(f"the database does not answer within {ANSWER_S:g} s") from exc

    def on_events(self, listener: Callable[[Sequence[Event]], None]) -> None:
        """Call ``listener`` with the events of each commit."""
        self._writer.on_events(listener)

    async def leads(self) -> bool:
        """Tell whether this driver may act outside the database; asks the database if it is not certain."""
        if not self.leadership.certain:
            with suppress(StoreUnavailableError):
                await self.commit([])
        return self.leadership.certain

    async def keep(self) -> None:
        """Renew the lease and hold on to the lock, where nothing else is written for a while."""
        with suppress(SQLAlchemyError, OSError, StoreUnavailableError):
            await self.commit([])
            await self.leadership.keep_lock()

    async def execution(self, execution_id: str) -> Execution | None:
        """Return an execution."""
        if odd_character(execution_id):
            return None
        rows = await self._rows(select(schema.executions).where(schema.executions.c.execution_id == execution_id))
        return row_codec.execution_record(rows[0]) if rows else None

    async def execution_of(self, command_id: str) -> Execution | None:
        """Return the execution that a command id stands for."""
        rows = await self._rows(select(schema.executions).where(schema.executions.c.command_id == command_id))
        return row_codec.execution_record(rows[0]) if rows else None

    async def executions_of(self, command_ids: Sequence[str]) -> Sequence[tuple[Execution, Message | None]]:
        """Return the executions that command ids stand for, each with its message once Twilio has that."""
        found: list[Execution] = []
        for start in range(0, len(command_ids), _AT_ONCE):
            wanted = schema.executions.c.command_id.in_(command_ids[start : start + _AT_ONCE])
            rows = await self._rows(select(schema.executions).where(wanted))
            found.extend(map(row_codec.execution_record, rows))
        sids = [execution.message_sid for execution in found if execution.message_sid]
        messages: dict[str, Message] = {}
        for start in range(0, len(sids), _AT_ONCE):
            wanted = schema.messages.c.sid.in_(sids[start : start + _AT_ONCE])
            rows = await self._rows(select(schema.messages).where(wanted))
            messages.update((row["sid"], row_codec.message_record(row)) for row in rows)
        return [(execution, messages.get(execution.message_sid)) for execution in found]

    async def message(self, sid: str) -> Message | None:
        """Return a message by its SID."""
        rows = await self._rows(select(schema.messages).where(schema.messages.c.sid == sid))
        return row_codec.message_record(rows[0]) if rows else None

    async def known_messages(self, sids: Sequence[str]) -> frozenset[str]:
        """Return those of the SIDs that are stored."""
        known: set[str] = set()
        for start in range(0, len(sids), _AT_ONCE):
            part = schema.messages.c.sid.in_(sids[start : start + _AT_ONCE])
            known.update(row["sid"] for row in await self._rows(select(schema.messages.c.sid).where(part)))
        return frozenset(known)

    async def messages(self, size: int, cursor: str, wanted: MessageSearch = _ALL_MESSAGES) -> Page[Message]:
        """Return messages, newest first."""
        return await self._page(search.messages(size, cursor, wanted), size, row_codec.message_record)

    async def executions(self, size: int, cursor: str, *, dead: bool = False) -> Page[Execution]:
        """Return executions, newest first; their ids sort by time."""
        table = schema.executions
        query = select(table).order_by(table.c.execution_id.desc())
        if dead:
            query = query.where(schema.DEAD)
        if cursor:
            query = query.where(table.c.execution_id < cursor)
        rows = await self._rows(query.limit(size + 1))
        items = tuple(row_codec.execution_record(row) for row in rows[:size])
        return Page(items, items[-1].execution_id if len(rows) > size else "")

    async def texts(self, size: int, text: str) -> Sequence[OutboundMessage]:
        """Return the newest messages that were to be sent and have a text in their ids, numbers or contents."""
        page = await self._page(search.texts(size, text), size, row_codec.execution_record)
        return [each for each in page.items if isinstance(each, OutboundMessage)]

    async def audit(self, size: int, cursor: str, wanted: AuditSearch = _ALL_AUDIT) -> Page[AuditEntry]:
        """Return the audit, newest first."""
        return await self._page(search.audit(size, cursor, wanted), size, row_codec.audit_record)

    async def alarm_events(self, size: int, cursor: str, wanted: AlarmSearch) -> Page[Event]:
        """Return what happened to alarms, newest first."""
        return await self._page(search.alarm_events(size, cursor, wanted), size, row_codec.event_record)

    async def alarm_counts(self, since: datetime, until: datetime) -> AlarmCounts:
        """Return how many alarms were raised within a time."""
        by_time, by_asset = await self._read(*search.alarm_counts(since, until))
        return AlarmCounts(
            {schema.moment(row["slot"] * search.TEN_MINUTES): row["raised"] for row in by_time},
            {row["asset_id"]: row["raised"] for row in by_asset},
        )

    async def events_after(self, seq: int, limit: int) -> tuple[Event, ...]:
        """Return the first ``limit`` events after ``seq`` that are kept, in order."""
        table = schema.events
        rows = await self._rows(select(table).where(table.c.seq > seq).order_by(table.c.seq).limit(limit))
        return tuple(row_codec.event_record(row) for row in rows)

    async def events_since(self, seq: int, limit: int) -> tuple[Event, ...] | None:
        """Return events after ``seq`` in order; None if some are not kept any more or they are more than ``limit``."""
        table = schema.events
        rows = await self._rows(select(table).where(table.c.seq > seq).order_by(table.c.seq).limit(limit + 1))
        if len(rows) > limit or (rows and rows[0]["seq"] != seq + 1):
            return None
        return tuple(row_codec.event_record(row) for row in rows)

    @property
    def history_id(self) -> str:
        """What events are seen under in the present term; with it a client can say where it was."""
        return self.history.present.history_id

    def includes(self, seq: int, history_id: str) -> bool:
        """Tell whether the event of this number is the one that was seen under this history id."""
        return self.history.includes(seq, history_id)

    async def has_older(self, before: datetime) -> bool:
        """Tell whether ``Forget`` would find anything."""
        return any(await self._read(*retention.oldest(before)))

    async def _page(self, found: ListQuery, size: int, record: Callable[[row_codec.Row], T]) -> Page[T]:
        queries = [found.rows] if found.stopped is None else [found.rows, found.stopped]
        rows, *stopped = await self._read(*queries)
        last = rows[size - 1] if len(rows) > size else next((places[0] for places in stopped if places), None)
        return Page(tuple(map(record, rows[:size])), "" if last is None else found.place(last))

    async def _rows(self, query: Select[Any]) -> list[row_codec.Row]:
        (found,) = await self._read(query)
        return found

    async def _read(self, *queries: Select[Any]) -> list[list[row_codec.Row]]:
        """Return the rows of each query."""
        try:
            return await self.database.do(lambda connection: [_found(connection, query) for query in queries])
        except (SQLAlchemyError, OSError) as exc:
            raise StoreUnavailableError(f"the database cannot be read now: {_cause(exc)}") from exc


@asynccontextmanager
async def open_store(
    url: str, *, clock: Clock | None = None, candidacy: Candidacy | None = None
) -> AsyncIterator[SqlStore]:
    """Open a database that no other driver uses, while the context lasts.

    Raises:
        AlreadyLedError: another driver uses it.
        StartError: the database cannot be opened, or a newer driver made it.
    """
    async with (
        candidate(url, candidacy or Candidacy(uuid.uuid4().hex)) as only,
        led_by(only, clock or SystemClock()) as store,
    ):
        yield store


@asynccontextmanager
async def led_by(
    candidate: Candidate, clock: Clock, *, over: Leader | None = None, must_exist: bool = False
) -> AsyncIterator[SqlStore]:
    """Take the lead over the database, bring its schema up to date, and run its writer while the context lasts.

    ``over`` is a leader that may be passed over although its lock is still held: its lease has lapsed. A SQLite file
    that is not there is made, unless it ``must_exist``.

    Raises:
        AlreadyLedError: another driver leads.
        StartError: the database cannot be opened, or a newer driver made it.
    """
    database = candidate.database
    async with AsyncExitStack() as stack:
        stack.push_async_callback(candidate.lock.release)
        try:
            await candidate.take(over)
            if must_exist and candidate.file is not None and not candidate.file.exists():
                raise StartError(f"the database file {candidate.file} is gone; put it back, or a copy of it")
            torn = candidate.file is not None and is_torn(candidate.file)
            old = await database.do(migration.pending)
            if old is not None and candidate.file is not None:
                await copy_before(database, candidate.file, old)
            begun, followed = BegunTerm(clock), clock.now() - MAX_FOLLOWED
            term, known, remembered = await database.do(
                lambda connection: _begin(connection, candidate.candidacy, followed, torn=torn)
            )
            if candidate.file is not None:
                await database.do(_show_open, automatic=True)
        except (SQLAlchemyError, OSError) as exc:
            raise StartError(f"the database {candidate.shown} cannot be opened: {_cause(exc)}") from exc
        leadership = Leadership(term, candidate.candidacy, candidate.lock, clock, begun)
        file = SqliteGuard(candidate.file, database) if candidate.file is not None else None
        writer = Writer(database, remembered.last_seq, leadership, file)
        task = asyncio.create_task(writer.run(), name="store writer")
        # Without a writer nothing is stored any more: whoever leads starts over.
        task.add_done_callback(lambda ended: None if ended.cancelled() else leadership.end())
        try:
            yield SqlStore(database, writer, remembered, leadership, known)
        finally:
            task.cancel()
            await asyncio.wait({task})
            if not leadership.lost:
                with suppress(SQLAlchemyError, OSError):
                    await _close(database, term)


def _begin(
    connection: Connection, candidacy: Candidacy, followed: datetime, *, torn: bool
) -> tuple[int, History, Remembered]:
    """Bring the schema up to date and begin a new term; return its number, the terms so far, and what is stored."""
    migration.upgrade(connection)
    term = take_over(connection, candidacy)
    known = event_history.begin(connection, term, torn=torn)
    connection.commit()
    return term, known, remember(connection, followed)


def _show_open(connection: Connection) -> None:
    """Have it stand in the file itself, not only in its log, that a driver has the database open."""
    connection.execute(text("PRAGMA wal_checkpoint(PASSIVE)"))


async def _close(database: Database, term: int) -> None:
    """Write down that the term ended well, and leave nothing that only the write-ahead log holds."""
    await database.do(lambda connection: event_history.close(connection, term))
    if database.dialect == "sqlite":
        await checkpointed(database)


def remember(connection: Connection, followed: datetime | None) -> Remembered:
    """Read everything the driver starts from; messages count as open if they were sent since ``followed``, if given."""
    executions = schema.executions.c
    waiting = select(schema.executions).where(schema.OPEN).order_by(executions.position)
    unfinished = map(row_codec.execution_record, _found(connection, waiting))
    tracked = select(schema.messages).where(
        schema.messages.c.direction == "outbound",
        schema.messages.c.status.in_([status.value for status in MessageStatus if status not in FINAL]),
        schema.messages.c.created_at >= (followed or schema.EPOCH),
    )
    return Remembered(
        assets={row["asset_id"]: row_codec.asset_record(row) for row in _found(connection, select(schema.assets))},
        outbox=tuple(each for each in unfinished if isinstance(each, OutboundMessage)),
        open_messages=tuple(row_codec.message_record(row) for row in _found(connection, tracked)),
        marks={row["name"]: row["value"] for row in _found(connection, select(schema.marks))},
        last_seq=connection.scalar(select(func.max(schema.events.c.seq))) or 0,
    )


def _found(connection: Connection, query: Select[Any]) -> list[row_codec.Row]:
    return [cast("row_codec.Row", row) for row in connection.execute(query).mappings()]


def _cause(error: Exception) -> str:
    return str(getattr(error, "orig", None) or error)
