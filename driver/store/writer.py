"""The single writer: commits everything that is waiting in one transaction.

A durable commit costs a disk flush whatever its size, so requests that arrive together share one. Each of them is still
atomic: if a shared transaction fails, every request is retried alone, and only the faulty one is rejected.
"""

import asyncio
import re
import sqlite3
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, Table, delete, select
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, SQLAlchemyError, StatementError

from driver.domain.events import Event
from driver.domain.execution import Execution
from driver.errors import NotActiveError, StoreUnavailableError, UnstorableError
from driver.ports.store import Committed, Forget, Once, OnceKind, Write
from driver.runtime.idle import is_cancelled
from driver.store import requests, retention, row_codec, schema
from driver.store.database import Database
from driver.store.leadership import Leadership
from driver.store.notifications import CHANGES, notify
from driver.store.reader import cause
from driver.store.row_statements import RowStatements
from driver.store.sqlite_guard import SqliteGuard
from driver.store.transaction_rows import TransactionRows

_log = structlog.get_logger("driver.store")

T = TypeVar("T")
Listener = Callable[[Sequence[Event]], None]

_QUOTED = re.compile(r"'.*'")
#: Maximum number of requests per transaction; with more, the response to the first would take too long.
MAX_BATCH = 500


@dataclass(slots=True)
class _Request:
    writes: Sequence[Write]
    once: Once | None
    answer: "asyncio.Future[Committed]"


@dataclass(slots=True)
class _Transaction:
    """How far a transaction got, and what to publish once it is committed."""

    answers: list[Committed] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    committing: bool = False


class Writer:
    """Runs as one task; ``submit`` hands it a request and waits for the commit."""

    def __init__(
        self, database: Database, last_seq: int, leadership: Leadership, *, file: SqliteGuard | None = None
    ) -> None:
        self._database = database
        self._leadership = leadership
        self._file = file
        self._statements = RowStatements(database.dialect)
        self._notify = notify(CHANGES) if database.dialect == "postgresql" else None
        self._waiting: asyncio.Queue[_Request | None] = asyncio.Queue()
        #: Requests that are executed alone, and only while nothing else is waiting.
        self._idle: deque[_Request] = deque()
        self._seq = last_seq
        self._listeners: list[Listener] = []
        self._closed = False
        self._reasons: set[str] = set()

    def on_events(self, listener: Listener) -> None:
        """Call ``listener`` with the events of each commit."""
        self._listeners.append(listener)

    @property
    def refused_because(self) -> str:
        """Why the database rejected the last commits; empty if it accepts them."""
        return ", ".join(sorted(self._reasons))

    async def submit(self, writes: Sequence[Write], once: Once | None) -> Committed:
        """Commit the writes.

        Raises:
            StoreUnavailableError: the commit failed; nothing was stored.
        """
        if self._closed:
            raise self._gone()
        answer: asyncio.Future[Committed] = asyncio.get_running_loop().create_future()
        request = _Request(writes, once, answer)
        if any(isinstance(write, Forget) for write in writes):
            self._idle.append(request)
            self._waiting.put_nowait(None)
        else:
            self._waiting.put_nowait(request)
        return await answer

    async def run(self) -> None:
        """Commit whatever arrives until canceled; requests that are still waiting then are rejected."""
        requests: list[_Request] = []
        try:
            while True:
                requests = await self._next()
                await self._serve(requests)
        finally:
            self._closed = True
            left = [self._waiting.get_nowait() for _ in range(self._waiting.qsize())]
            for request in (*requests, *filter(None, left), *self._idle):
                if not request.answer.done():
                    request.answer.set_exception(self._gone())

    def _gone(self) -> StoreUnavailableError:
        """Return why nothing is committed any more: the lead is lost, or the driver is stopping."""
        if self._leadership.lost:
            return NotActiveError("this driver is no longer the active one")
        return StoreUnavailableError("this driver has closed the database")

    async def _next(self) -> list[_Request]:
        """Wait for requests, and return those to carry out in one transaction."""
        requests: list[_Request] = []
        while not requests:
            if self._waiting.empty() and self._idle:
                return [self._idle.popleft()]
            taken = [await self._waiting.get()]
            while not self._waiting.empty() and len(taken) < MAX_BATCH:
                taken.append(self._waiting.get_nowait())
            requests = [request for request in taken if request is not None]
        return requests

    async def _serve(self, requests: Sequence[_Request]) -> None:
        """Commit requests and answer every one of them, whatever happens."""
        try:
            await self._together(requests)
        except (OSError, StoreUnavailableError) as exc:
            for request in requests:
                self._refuse(request, exc)
        except asyncio.CancelledError:
            if is_cancelled():
                raise
            for request in requests:
                self._refuse(request, StoreUnavailableError("the wait for the database was interrupted; try again"))
        except Exception as exc:  # noqa: BLE001 - every waiting caller is answered, and the next ones are served
            if len(requests) == 1:
                self._refuse(requests[0], exc)
                return
            for request in requests:  # each alone, so that a fault of one does not affect the others
                await self._serve([request])

    async def _together(self, requests: Sequence[_Request]) -> None:
        if self._file is not None:
            await self._check_file(self._file)
        begun = self._leadership.begin()
        done = _Transaction()
        try:
            await self._database.do(lambda connection: self._carry_out(connection, requests, done))
        except NotActiveError:
            self._leadership.end()
            raise
        except (SQLAlchemyError, OSError) as exc:
            if not done.committing or not await self._stored_all_the_same(exc):
                raise
        events = done.events
        self._leadership.renewed(begun)
        if self._reasons:
            self._reasons.clear()
            _log.warning("database_recovered")
        self._seq += len(events)
        for listener in self._listeners if events else ():
            try:
                listener(events)
            except Exception:  # noqa: BLE001 - they are stored, and waiting callers must be answered
                _log.exception("events_not_published", first_seq=events[0].seq)
        for request, answer in zip(requests, done.answers, strict=True):
            if not request.answer.done():
                request.answer.set_result(answer)

    async def _check_file(self, file: SqliteGuard) -> None:
        """Make sure that the next commit will survive a restart.

        Raises:
            NotActiveError: the files are not those that this driver opened, and another driver may have taken over.
            StoreUnavailableError: the files are not those that this driver opened.
        """
        try:
            await file.check()
        except StoreUnavailableError:
            if self._leadership.certain:
                raise
            self._leadership.end()
            raise self._gone() from None

    def _carry_out(self, connection: Connection, requests: Sequence[_Request], done: _Transaction) -> None:
        """Write everything in one transaction and commit it; may run in a thread, so only ``done`` is changed."""
        self._leadership.renew(connection)
        wanted = TransactionRows()
        known = self._known(connection, [request.once for request in requests if request.once])
        for request in requests:
            answer = self._answer(request, known)
            done.answers.append(answer)
            if answer.fresh:
                for write in request.writes:
                    wanted.add(write)
        done.events = [replace(event, seq=self._seq + n) for n, event in enumerate(wanted.events, 1)]
        self._apply(connection, wanted, done.events)
        done.committing = True
        connection.commit()

    async def _stored_all_the_same(self, error: Exception) -> bool:
        """Return whether a transaction was stored although its commit failed, because the server's response was lost.

        Raises:
            StoreUnavailableError: that is unknown now. If it was stored, the next transaction detects it, and the
                driver starts over from what is stored.
        """
        try:
            return await self._database.do(self._leadership.has_moved)
        except (SQLAlchemyError, OSError):
            text = f"the database did not confirm whether it stored this ({cause(error)})"
            raise StoreUnavailableError(f"{text}; try again with the same commandId") from error

    @staticmethod
    def _answer(request: _Request, known: dict[Once, str]) -> Committed:
        if request.once is None:
            return Committed()
        if request.once in known:
            return Committed(fresh=False, existing=known[request.once])
        known[request.once] = next(
            (write.execution_id for write in request.writes if isinstance(write, Execution)), request.once.key
        )
        return Committed()

    @staticmethod
    def _known(connection: Connection, asked: Sequence[Once]) -> dict[Once, str]:
        known: dict[Once, str] = {}
        executions, sid = schema.executions.c, schema.messages.c.sid
        for kind, key, existing in (
            (OnceKind.COMMAND, executions.command_id, executions.execution_id),
            (OnceKind.MESSAGE, sid, sid),
        ):
            if keys := [once.key for once in asked if once.kind is kind]:
                found = connection.execute(select(key, existing).where(key.in_(keys)))
                known.update({Once(kind, key_found): existing_id for key_found, existing_id in found})
        return known

    def _apply(self, connection: Connection, wanted: TransactionRows, events: Sequence[Event]) -> None:
        place = {"term": self._leadership.term, "beat": self._leadership.next_beat}
        self._put(connection, schema.executions, wanted.executions, row=row_codec.execution_row)
        self._put(connection, schema.messages, wanted.messages, row=row_codec.message_row)
        self._put(connection, schema.assets, wanted.assets, row=lambda asset: row_codec.asset_row(asset) | place)
        self._put(connection, schema.marks, wanted.marks, row=lambda mark: {"name": mark.name, "value": mark.value})
        self._statements.write(connection, schema.events, events, row=row_codec.event_row)
        self._statements.write(connection, schema.audit, wanted.audit, row=row_codec.audit_row)
        for forget in wanted.forget:
            for deletion in retention.deletions(forget.before, forget.most):
                connection.execute(deletion)
        requests.write_answers(connection, wanted.answers)
        if self._notify is not None and (events or wanted.answers or wanted.assets):
            connection.execute(self._notify)

    def _put(
        self,
        connection: Connection,
        table: Table,
        records: Mapping[str, T | None],
        *,
        row: Callable[[T], Mapping[str, Any]],
    ) -> None:
        """Write the rows of records, and delete the rows of keys without a record."""
        kept = [record for record in records.values() if record is not None]
        self._statements.write(connection, table, kept, row=row, replace=True)
        gone = [key for key, record in records.items() if record is None]
        if gone:
            connection.execute(delete(table).where(next(iter(table.primary_key)).in_(gone)))

    def _refuse(self, request: _Request, error: Exception) -> None:
        if not isinstance(error, NotActiveError) and _is_its_own_fault(error):
            # The database's message may quote what a person wrote, and so may SQLAlchemy's traceback.
            where = None if isinstance(error, SQLAlchemyError) else error
            _log.error("transaction_refused", reason=_QUOTED.sub("'…'", cause(error)), exc_info=where)
            error = UnstorableError(f"this cannot be stored: {cause(error)}")
        elif not isinstance(error, NotActiveError):
            why = cause(error)
            if why not in self._reasons:  # once per reason, until the database accepts commits again
                self._reasons.add(why)
                _log.error("database_refuses_commits", reason=why)
            if not isinstance(error, StoreUnavailableError):
                error = StoreUnavailableError(f"the database cannot store this now: {why}")
        if not request.answer.done():
            request.answer.set_exception(error)


def _is_its_own_fault(error: Exception) -> bool:
    """Return whether the database rejects the data itself, rather than being unavailable at the moment."""
    if isinstance(error, OSError | StoreUnavailableError):
        return False
    if not isinstance(error, DBAPIError):
        return not isinstance(error, SQLAlchemyError) or isinstance(error, StatementError)
    if isinstance(error, DataError | IntegrityError):
        return True
    said_by = error.orig and error.orig.__cause__  # asyncpg's own error, if it rejected a value itself
    unbound = isinstance(error.orig, sqlite3.ProgrammingError | sqlite3.InterfaceError) and "binding" in str(error.orig)
    sqlstate = str(getattr(error.orig, "sqlstate", None) or "")
    return unbound or isinstance(said_by, ValueError) or sqlstate.startswith(("22", "23"))
