"""Reading the store, on the leading driver and on followers."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Column, Connection, Select, select
from sqlalchemy.exc import SQLAlchemyError

from driver.domain.events import Event
from driver.domain.execution import Execution
from driver.domain.message import Message
from driver.domain.outbound_message import OutboundMessage
from driver.domain.storable_text import odd_character
from driver.errors import StoreUnavailableError
from driver.ports.store import AlarmCounts, AlarmSearch, AuditEntry, AuditSearch, MessageSearch, Page
from driver.store import row_codec, schema, search
from driver.store.database import Database
from driver.store.event_history import History
from driver.store.search import ListQuery

#: Maximum number of parameters of one statement.
_AT_ONCE = 500
#: Seconds, in real time, within which a database must respond to count as reachable.
ANSWER_S = 2.0
T = TypeVar("T")
_ALL_MESSAGES: Final = MessageSearch()
_ALL_AUDIT: Final = AuditSearch()


class SqlReader:
    """Implements ``driver.ports.store.StoreReader``."""

    def __init__(self, database: Database, history: History) -> None:
        self.database = database
        self.history = history

    async def answers(self) -> None:
        """Check that the database can be read right now."""
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._read(select(schema.leadership.c.term))
        except TimeoutError as exc:
            raise StoreUnavailableError(f"the database does not answer within {ANSWER_S:g} s") from exc

    async def execution(self, execution_id: str) -> Execution | None:
        """Return an execution by its id."""
        if odd_character(execution_id):
            return None
        rows = await self._rows(select(schema.executions).where(schema.executions.c.execution_id == execution_id))
        return row_codec.execution_record(rows[0]) if rows else None

    async def execution_of(self, command_id: str) -> Execution | None:
        """Return the execution of a command id."""
        rows = await self._rows(select(schema.executions).where(schema.executions.c.command_id == command_id))
        return row_codec.execution_record(rows[0]) if rows else None

    async def executions_of(self, command_ids: Sequence[str]) -> Sequence[tuple[Execution, Message | None]]:
        """Return the executions of command ids, each with its message if Twilio has accepted it."""
        executions, messages = schema.executions, schema.messages
        rows = await self._among(select(executions), executions.c.command_id, command_ids)
        found = list(map(row_codec.execution_record, rows))
        sids = [execution.message_sid for execution in found if execution.message_sid]
        rows = await self._among(select(messages), messages.c.sid, sids)
        by_sid = {row["sid"]: row_codec.message_record(row) for row in rows}
        return [(execution, by_sid.get(execution.message_sid)) for execution in found]

    async def message(self, sid: str) -> Message | None:
        """Return a message by its SID."""
        rows = await self._rows(select(schema.messages).where(schema.messages.c.sid == sid))
        return row_codec.message_record(rows[0]) if rows else None

    async def known_messages(self, sids: Sequence[str]) -> frozenset[str]:
        """Return the SIDs that are stored."""
        sid = schema.messages.c.sid
        return frozenset(row["sid"] for row in await self._among(select(sid), sid, sids))

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

    async def waiting(self) -> Sequence[OutboundMessage]:
        """Return the messages that are waiting or being sent, in order of acceptance."""
        query = select(schema.executions).where(schema.OPEN).order_by(schema.executions.c.position)
        each = map(row_codec.execution_record, await self._rows(query))
        return [message for message in each if isinstance(message, OutboundMessage)]

    async def outbound_messages(self, size: int, text: str) -> Sequence[OutboundMessage]:
        """Return the newest outbound messages with a text in their ids, numbers or contents."""
        page = await self._page(search.outbound_messages(size, text), size, row_codec.execution_record)
        return [each for each in page.items if isinstance(each, OutboundMessage)]

    async def audit(self, size: int, cursor: str, wanted: AuditSearch = _ALL_AUDIT) -> Page[AuditEntry]:
        """Return the audit, newest first."""
        return await self._page(search.audit(size, cursor, wanted), size, row_codec.audit_record)

    async def alarm_events(self, size: int, cursor: str, wanted: AlarmSearch) -> Page[Event]:
        """Return the events of alarms, newest first."""
        return await self._page(search.alarm_events(size, cursor, wanted), size, row_codec.event_record)

    async def alarm_counts(self, since: datetime, until: datetime) -> AlarmCounts:
        """Return how many alarms were raised within a period."""
        by_time, by_asset = await self._read(*search.alarm_counts(since, until))
        return AlarmCounts(
            {schema.moment(row["slot"] * search.TEN_MINUTES): row["raised"] for row in by_time},
            {row["asset_id"]: row["raised"] for row in by_asset},
        )

    async def events_after(self, seq: int, limit: int) -> tuple[Event, ...]:
        """Return the first ``limit`` stored events after ``seq``, in order."""
        table = schema.events
        rows = await self._rows(select(table).where(table.c.seq > seq).order_by(table.c.seq).limit(limit))
        return tuple(row_codec.event_record(row) for row in rows)

    async def events_since(self, seq: int, limit: int) -> tuple[Event, ...] | None:
        """Return events after ``seq`` in order; None if some are no longer stored or there are more than ``limit``."""
        events = await self.events_after(seq, limit + 1)
        return None if len(events) > limit or (events and events[0].seq != seq + 1) else events

    @property
    def history_id(self) -> str:
        """The history id of the current term, with which a client can say how far it got."""
        return self.history.present.history_id

    def includes(self, seq: int, history_id: str) -> bool:
        """Return whether the event with this number is the one that was seen under this history id."""
        return self.history.includes(seq, history_id)

    async def _page(self, found: ListQuery, size: int, record: Callable[[row_codec.Row], T]) -> Page[T]:
        queries = [found.rows] if found.stopped is None else [found.rows, found.stopped]
        rows, *stopped = await self._read(*queries)
        last = rows[size - 1] if len(rows) > size else next((places[0] for places in stopped if places), None)
        return Page(tuple(map(record, rows[:size])), "" if last is None else found.place(last))

    async def _rows(self, query: Select[Any]) -> list[row_codec.Row]:
        (found,) = await self._read(query)
        return found

    async def _among(self, query: Select[Any], column: Column[Any], values: Sequence[str]) -> list[row_codec.Row]:
        """Return the rows of a query whose column has one of the values."""
        rows: list[row_codec.Row] = []
        for start in range(0, len(values), _AT_ONCE):
            rows += await self._rows(query.where(column.in_(values[start : start + _AT_ONCE])))
        return rows

    async def _read(self, *queries: Select[Any]) -> list[list[row_codec.Row]]:
        """Return the rows of each query."""
        return await self._look(lambda connection: [found(connection, query) for query in queries])

    async def _look(self, work: Callable[[Connection], T]) -> T:
        """Run work on a connection and return its result."""
        try:
            return await self.database.do(work)
        except (SQLAlchemyError, OSError) as exc:
            raise StoreUnavailableError(f"the database cannot be read now: {cause(exc)}") from exc


def found(connection: Connection, query: Select[Any]) -> list[row_codec.Row]:
    """Return the rows of a query."""
    return [cast("row_codec.Row", row) for row in connection.execute(query).mappings()]


def cause(error: Exception) -> str:
    """Return the database's own message on one line; for an error without one, such as a timeout, its name."""
    text = str(getattr(error, "orig", None) or error).strip()
    if not text:
        return "it did not answer in time" if isinstance(error, TimeoutError) else type(error).__name__
    return text.splitlines()[0][:200]
