"""The store over SQLAlchemy: opening, migrating and reading. The writer writes."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import datetime

from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError

from driver.domain.events import Event
from driver.domain.message_status import FINAL, MessageStatus
from driver.domain.outbound_message import OutboundMessage
from driver.errors import NotActiveError, StartError, StoreUnavailableError
from driver.ports.requests import TakenRequest
from driver.ports.store import MAX_FOLLOWED, Committed, Once, Remembered, Write
from driver.runtime.clock import Clock
from driver.store import event_history, migration, requests, retention, row_codec, schema
from driver.store.database import Database
from driver.store.event_history import History
from driver.store.leader_election import Candidate
from driver.store.leadership import BegunTerm, Candidacy, Leader, Leadership, take_over
from driver.store.reader import SqlReader, cause, found
from driver.store.sqlite_guard import SqliteGuard, checkpointed, copy_before, is_torn
from driver.store.writer import Writer


class SqlStore(SqlReader):
    """Implements ``driver.ports.store.Store``."""

    def __init__(
        self, database: Database, writer: Writer, remembered: Remembered, *, leadership: Leadership, history: History
    ) -> None:
        super().__init__(database, history)
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
        """Check that the database can be read right now and accepted the last commit."""
        if self.leadership.lapsed:
            raise NotActiveError("this driver is no longer the active one")
        if self._writer.refused_because:
            raise StoreUnavailableError(f"the database refuses commits: {self._writer.refused_because}")
        await super().answers()

    def on_events(self, listener: Callable[[Sequence[Event]], None]) -> None:
        """Call ``listener`` with the events of each commit."""
        self._writer.on_events(listener)

    async def leads(self) -> bool:
        """Return whether this driver may act outside the database; checks with the database if it is not certain."""
        if not self.leadership.certain:
            with suppress(StoreUnavailableError):
                await self.commit([])
        return self.leadership.certain

    async def take_requests(self) -> Sequence[TakenRequest]:
        """Take requests that standbys have stored and no driver has taken; they are this driver's now.

        Raises:
            StoreUnavailableError: the database is not available now.
        """
        term = self.leadership.term
        return await self._look(lambda connection: requests.take(connection, term))

    async def keep(self) -> None:
        """Renew the lease and keep the lock while nothing else is written."""
        with suppress(SQLAlchemyError, OSError, StoreUnavailableError):
            await self.commit([])
            await self.leadership.keep_lock()

    async def has_older(self, before: datetime) -> bool:
        """Return whether ``Forget`` would find anything."""
        return any(await self._read(*retention.oldest(before)))


@asynccontextmanager
async def led_by(
    candidate: Candidate, clock: Clock, *, over: Leader | None = None, must_exist: bool = False
) -> AsyncIterator[SqlStore]:
    """Take the lead over the database, bring its schema up to date, and run its writer while the context lasts.

    ``over`` is a leader that may be replaced although its lock is still held, because its lease has lapsed. A missing
    SQLite file is created, unless it ``must_exist``.

    Raises:
        AlreadyLedError: another driver leads.
        StartError: the database cannot be opened, or a newer driver created it.
    """
    database = candidate.database
    async with AsyncExitStack() as stack:
        stack.push_async_callback(candidate.lock.release)
        try:
            await candidate.take(over)
            if must_exist and candidate.file is not None and not candidate.file.exists():
                raise StartError(f"the database file {candidate.file} is gone; restore it or a copy of it")
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
            raise StartError(f"the database {candidate.shown} cannot be opened: {cause(exc)}") from exc
        leadership = Leadership(term, candidate.candidacy, candidate.lock, clock=clock, begun=begun)
        file = SqliteGuard(candidate.file, database) if candidate.file is not None else None
        writer = Writer(database, remembered.last_seq, leadership, file=file)
        task = asyncio.create_task(writer.run(), name="store writer")
        # Without a writer, nothing is stored any more, so the leader starts over.
        task.add_done_callback(lambda ended: None if ended.cancelled() else leadership.end())
        try:
            yield SqlStore(database, writer, remembered, leadership=leadership, history=known)
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
    """Record in the file itself, not only in its log, that a driver has the database open."""
    connection.execute(text("PRAGMA wal_checkpoint(PASSIVE)"))


async def _close(database: Database, term: int) -> None:
    """Record that the term ended properly, and leave nothing only in the write-ahead log."""
    await database.do(lambda connection: event_history.close(connection, term))
    if database.dialect == "sqlite":
        await checkpointed(database)


def remember(connection: Connection, followed: datetime | None) -> Remembered:
    """Read everything the driver starts from; only messages created since ``followed``, if given, count as open."""
    executions = schema.executions.c
    waiting = select(schema.executions).where(schema.OPEN).order_by(executions.position)
    unfinished = map(row_codec.execution_record, found(connection, waiting))
    tracked = select(schema.messages).where(
        schema.messages.c.direction == "outbound",
        schema.messages.c.status.in_([status.value for status in MessageStatus if status not in FINAL]),
        schema.messages.c.created_at >= (followed or schema.EPOCH),
    )
    return Remembered(
        assets={row["asset_id"]: row_codec.asset_record(row) for row in found(connection, select(schema.assets))},
        outbox=tuple(each for each in unfinished if isinstance(each, OutboundMessage)),
        open_messages=tuple(row_codec.message_record(row) for row in found(connection, tracked)),
        marks={row["name"]: row["value"] for row in found(connection, select(schema.marks))},
        last_seq=connection.scalar(select(func.max(schema.events.c.seq))) or 0,
    )
