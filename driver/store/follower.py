"""Follows a PostgreSQL database that another driver leads: reads everything once, and then only the changes.

Each read is one transaction with a consistent snapshot, so events and assets match. Every transaction of the active
driver increments its ``beat``, and marks the assets that it writes with it. Reading the same beat takes one statement.
"""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, func, select, text, tuple_

from driver.domain.events import TABLES_CHANGED
from driver.errors import StoreUnavailableError
from driver.ports.store import Changes, Place, Whole
from driver.store import event_history, row_codec, schema
from driver.store.database import Database
from driver.store.event_history import History
from driver.store.leadership import Leader, leader
from driver.store.reader import SqlReader, found

#: A follower that missed more events than this reads everything again.
MAX_MISSED = 10_000
#: Seconds that a read may take, in real time.
LOOK_S = 5.0
_ONE_MOMENT = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
T = TypeVar("T")


class SqlFollower(SqlReader):
    """Implements ``driver.ports.store.StoreReader`` while another driver leads."""

    def __init__(self, database: Database) -> None:
        super().__init__(database, History(()))

    async def whole(self) -> Whole:
        """Return the complete current state, and load the terms so far into ``history``.

        Raises:
            StoreUnavailableError: the database cannot be read, or no driver has led it yet.
        """
        known = await self._at_one_moment(_whole)
        if known is None:
            raise StoreUnavailableError("no driver has been active on this database yet")
        self.history, whole = known
        return whole

    async def changes(self, since: Place, *, marks: bool = False) -> Changes | None:
        """Return what was stored since a place; None if that cannot be determined, because another driver leads.

        ``marks`` requests the marks even if nothing has changed.

        Raises:
            StoreUnavailableError: the database cannot be read.
        """
        try:
            async with asyncio.timeout(LOOK_S):
                return await self._at_one_moment(lambda connection: _changes(connection, since, marks=marks))
        except TimeoutError as exc:
            raise StoreUnavailableError(f"the database does not answer within {LOOK_S:g} s") from exc

    async def _at_one_moment(self, work: Callable[[Connection], T]) -> T:
        def look(connection: Connection) -> T:
            connection.execute(_ONE_MOMENT)
            return work(connection)

        return await self._look(look)


def _whole(connection: Connection) -> tuple[History, Whole] | None:
    present = leader(connection)
    if present is None:
        return None
    last = connection.scalar(select(func.max(schema.events.c.seq))) or 0
    return event_history.known(connection), Whole(
        _place(present, last),
        present.address,
        {row["asset_id"]: row_codec.asset_record(row) for row in found(connection, select(schema.assets))},
        _marks(connection),
    )


def _changes(connection: Connection, since: Place, *, marks: bool) -> Changes | None:
    present = leader(connection)
    if present is None or present.term != since.term or present.beat < since.beat:
        return None
    if present.beat == since.beat and not marks:
        return Changes(since)
    table = schema.events
    missed = select(table).where(table.c.seq > since.seq).order_by(table.c.seq).limit(MAX_MISSED + 1)
    events = tuple(map(row_codec.event_record, found(connection, missed)))
    if len(events) > MAX_MISSED or (events and events[0].seq != since.seq + 1):
        return None
    columns = schema.assets.c
    changed = select(schema.assets).where(tuple_(columns.term, columns.beat) > (since.term, since.beat))
    return Changes(
        _place(present, events[-1].seq if events else since.seq),
        events,
        tuple(map(row_codec.asset_record, found(connection, changed))),
        _marks(connection) if marks or any(event.name == TABLES_CHANGED for event in events) else None,
    )


def _place(present: Leader, seq: int) -> Place:
    return Place(present.term, present.beat, seq)


def _marks(connection: Connection) -> dict[str, str]:
    return {row["name"]: row["value"] for row in found(connection, select(schema.marks))}
