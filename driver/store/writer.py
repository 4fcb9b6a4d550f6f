"""The one writer: takes everything that waits for a commit and puts it into one transaction.

A durable commit costs a disk flush whatever its size, so requests that arrive together share one. Each of them still
is atomic: if a shared transaction fails, every request is tried again alone, and only the guilty one is refused.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from sqlalchemy import Executable, Table, delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from driver.domain.events import Event
from driver.errors import NotActiveError, StoreUnavailableError
from driver.ports.store import (
    AppendAudit,
    AppendEvent,
    Committed,
    DropAsset,
    DropOutbox,
    Forget,
    Once,
    OnceKind,
    PutAttempt,
    PutExecution,
    PutMessage,
    PutOutbox,
    SaveAsset,
    SetMark,
    Write,
)
from driver.store import codec, retention, schema
from driver.store.leadership import Leadership
from driver.store.sqlite_file import SqliteFile

_log = structlog.get_logger("driver.store")

Listener = Callable[[Sequence[Event]], None]

#: At most so many requests share a transaction; beyond it the answer to the first would wait too long.
LARGEST_BATCH = 500


@dataclass(slots=True)
class _Request:
    writes: Sequence[Write]
    once: Once | None
    answer: "asyncio.Future[Committed]"


@dataclass(slots=True)
class _Batch:
    """The rows of one transaction, later writes to the same key replacing earlier ones."""

    rows: dict[Table, dict[tuple[Any, ...], dict[str, Any] | None]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    audit: list[dict[str, Any]] = field(default_factory=list)
    forget: list[Forget] = field(default_factory=list)

    def put(self, table: Table, row: dict[str, Any]) -> None:
        """Write a row."""
        key = tuple(row[column.name] for column in table.primary_key)
        self.rows.setdefault(table, {})[key] = row

    def drop(self, table: Table, key: str) -> None:
        """Delete a row."""
        self.rows.setdefault(table, {})[(key,)] = None

    def mark(self, name: str, value: str) -> None:
        """Write a mark, or delete it where there is no value."""
        if value:
            self.put(schema.marks, {"name": name, "value": value})
        else:
            self.drop(schema.marks, name)

    def add(self, write: Write) -> None:
        """Take one write."""
        match write:
            case PutExecution(execution):
                self.put(schema.executions, codec.execution_row(execution))
            case PutOutbox(text):
                self.put(schema.outbox, codec.outbox_row(text))
            case DropOutbox(execution_id):
                self.drop(schema.outbox, execution_id)
            case PutAttempt(execution_id, attempt):
                self.put(schema.attempts, codec.attempt_row(execution_id, attempt))
            case PutMessage(message):
                self.put(schema.messages, codec.message_row(message))
            case SaveAsset(asset):
                self.put(schema.assets, codec.asset_row(asset))
            case DropAsset(asset_id):
                self.drop(schema.assets, asset_id)
            case AppendEvent(event):
                self.events.append(event)
            case AppendAudit(entry):
                self.audit.append(codec.audit_row(entry))
            case Forget():
                self.forget.append(write)
            case SetMark(name, value):
                self.mark(name, value)


class Writer:
    """Runs as one task; ``submit`` hands it a request and waits for the commit."""

    def __init__(
        self, engine: AsyncEngine, last_seq: int, leadership: Leadership, file: SqliteFile | None = None
    ) -> None:
        self._engine = engine
        self._leadership = leadership
        self._file = file
        self._insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        self._upserts: dict[Table, Executable] = {}
        self._waiting: asyncio.Queue[_Request] = asyncio.Queue()
        self._seq = last_seq
        self._listeners: list[Listener] = []
        self._troubles: set[str] = set()

    def on_events(self, listener: Listener) -> None:
        """Call ``listener`` with the events of each commit."""
        self._listeners.append(listener)

    async def submit(self, writes: Sequence[Write], once: Once | None) -> Committed:
        """Have the writes committed.

        Raises:
            StoreUnavailableError: the database could not; nothing was kept.
        """
        answer: asyncio.Future[Committed] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait(_Request(writes, once, answer))
        return await answer

    async def run(self) -> None:
        """Commit whatever arrives until cancelled."""
        while True:
            requests = [await self._waiting.get()]
            while not self._waiting.empty() and len(requests) < LARGEST_BATCH:
                requests.append(self._waiting.get_nowait())
            try:
                await self._together(requests)
            except SQLAlchemyError as trouble:
                if len(requests) == 1:
                    self._refuse(requests[0], trouble)
                else:
                    await self._one_by_one(requests)
            except (OSError, StoreUnavailableError) as trouble:
                for request in requests:
                    self._refuse(request, trouble)
            except Exception as broken:  # noqa: BLE001 - whoever waits is answered, and the next ones are served
                _log.exception("a commit broke")
                for request in requests:
                    self._refuse(request, broken)

    async def _one_by_one(self, requests: Sequence[_Request]) -> None:
        for request in requests:
            try:
                await self._together([request])
            except (SQLAlchemyError, OSError, StoreUnavailableError) as trouble:
                self._refuse(request, trouble)

    async def _together(self, requests: Sequence[_Request]) -> None:
        batch = _Batch()
        answers: list[Committed] = []
        if self._file is not None:
            await self._file.check()
        async with self._engine.connect() as connection:
            renewed = await self._leadership.renew(connection)
            known = await self._known(connection, [request.once for request in requests if request.once])
            for request in requests:
                answer = self._answer(request, known)
                answers.append(answer)
                if answer.fresh:
                    for write in request.writes:
                        batch.add(write)
            events = [replace(event, seq=self._seq + n) for n, event in enumerate(batch.events, 1)]
            await self._apply(connection, batch, events)
            try:
                await connection.commit()
            except (SQLAlchemyError, OSError) as trouble:
                if not await self._stored_all_the_same(trouble):
                    raise
        self._leadership.renewed(renewed)
        if self._troubles:
            self._troubles.clear()
            _log.warning("the database takes commits again")
        self._seq += len(events)
        if events:
            for listener in self._listeners:
                listener(events)
        for request, answer in zip(requests, answers, strict=True):
            if not request.answer.done():
                request.answer.set_result(answer)

    async def _stored_all_the_same(self, trouble: Exception) -> bool:
        """Tell whether a transaction was stored although its commit failed: the server did it, and its answer was lost.

        Raises:
            StoreUnavailableError: nobody can tell now. If it was, the next transaction finds out, and the driver starts
                over from what is stored.
        """
        try:
            async with self._engine.connect() as connection:
                return await self._leadership.has_moved(connection)
        except (SQLAlchemyError, OSError):
            words = f"the database did not say whether it stored this ({_why(trouble)})"
            raise StoreUnavailableError(f"{words}; ask again under the same commandId") from trouble

    @staticmethod
    def _answer(request: _Request, known: dict[Once, str]) -> Committed:
        if request.once is None:
            return Committed()
        if request.once in known:
            return Committed(fresh=False, existing=known[request.once])
        known[request.once] = next(
            (write.execution.execution_id for write in request.writes if isinstance(write, PutExecution)),
            request.once.key,
        )
        return Committed()

    @staticmethod
    async def _known(connection: AsyncConnection, asked: Sequence[Once]) -> dict[Once, str]:
        known: dict[Once, str] = {}
        commands = [once.key for once in asked if once.kind is OnceKind.COMMAND]
        sids = [once.key for once in asked if once.kind is OnceKind.MESSAGE]
        if commands:
            ids = schema.executions.c
            found = await connection.execute(
                select(ids.command_id, ids.execution_id).where(ids.command_id.in_(commands))
            )
            known.update({Once(OnceKind.COMMAND, row.command_id): row.execution_id for row in found})
        if sids:
            sid = schema.messages.c.sid
            known.update(
                {Once(OnceKind.MESSAGE, s): s for s in await connection.scalars(select(sid).where(sid.in_(sids)))}
            )
        return known

    async def _apply(self, connection: AsyncConnection, batch: _Batch, events: Sequence[Event]) -> None:
        for table, by_key in batch.rows.items():
            rows = [row for row in by_key.values() if row is not None]
            gone = [key[0] for key, row in by_key.items() if row is None]
            if rows:
                await connection.execute(self._upsert(table), rows)
            if gone:
                await connection.execute(delete(table).where(next(iter(table.primary_key)).in_(gone)))
        if events:
            await connection.execute(schema.events.insert(), [codec.event_row(event) for event in events])
        if batch.audit:
            await connection.execute(schema.audit.insert(), batch.audit)
        for forget in batch.forget:
            for deletion in retention.deletions(forget.before, forget.most):
                await connection.execute(deletion)

    def _upsert(self, table: Table) -> Executable:
        """Return the statement that writes a row, new or changed; making it takes longer than carrying it out."""
        if table not in self._upserts:
            insert = self._insert(table)
            keys = [column.name for column in table.primary_key]
            changed = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys}
            self._upserts[table] = insert.on_conflict_do_update(index_elements=keys, set_=changed)
        return self._upserts[table]

    def _refuse(self, request: _Request, trouble: Exception) -> None:
        if not isinstance(trouble, NotActiveError):
            self._say_once(_why(trouble))
            if not isinstance(trouble, StoreUnavailableError):
                trouble = StoreUnavailableError(f"the database cannot store this now: {_why(trouble)}")
        if not request.answer.done():
            request.answer.set_exception(trouble)

    def _say_once(self, why: str) -> None:
        """Log why the database stores nothing, once for each reason until it stores again."""
        if why not in self._troubles:
            self._troubles.add(why)
            _log.error("the database refuses commits", why=why)


def _why(trouble: Exception) -> str:
    """Return a database's own words on one line; some troubles, such as time-outs, have none."""
    words = str(getattr(trouble, "orig", None) or trouble).strip()
    return (words.splitlines()[0] if words else type(trouble).__name__)[:200]
