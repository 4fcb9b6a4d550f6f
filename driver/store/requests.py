"""The request table in PostgreSQL: a driver on standby adds requests, the active driver takes and answers them.

Times are the server's, so the machines' clocks need not agree.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any, TypeVar

import orjson
from sqlalchemy import BigInteger, Connection, delete, func, insert, literal_column, or_, select, update
from sqlalchemy.exc import SQLAlchemyError

from driver.errors import StoreUnavailableError
from driver.ports.requests import RequestKind, TakenRequest
from driver.store import schema
from driver.store.database import Database
from driver.store.notifications import notify
from driver.store.reader import cause

#: The channel on which the active driver is notified of requests.
REQUESTS = "sms_driver_requests"
#: Number of requests taken at once.
AT_ONCE = 100
_TABLE = schema.requests
_COLUMNS = _TABLE.c
_NOW: Any = literal_column("(extract(epoch FROM clock_timestamp()) * 1000000)::bigint", BigInteger)
_MICROSECOND = timedelta(microseconds=1)
T = TypeVar("T")


class SqlRequests:
    """Implements ``driver.ports.requests.RequestTable``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(self, request: TakenRequest, lasts: timedelta | None) -> None:
        """Store a request, and wake the active driver."""
        row = {
            "request_id": request.request_id,
            "kind": request.kind.value,
            "content": orjson.dumps(request.content).decode(),
            "taken_at": _NOW,
            "expires_at": None if lasts is None else _NOW + lasts // _MICROSECOND,
        }

        def store(connection: Connection) -> None:
            connection.execute(insert(_TABLE).values(row))
            connection.execute(notify(REQUESTS))
            connection.commit()

        await self._do(store)

    async def answers(self, request_ids: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
        """Return the answers already given to some requests."""
        answered = _COLUMNS.request_id.in_(request_ids) & _COLUMNS.answer.is_not(None)
        query = select(_COLUMNS.request_id, _COLUMNS.answer).where(answered)
        found = await self._do(lambda connection: connection.execute(query).all())
        return {row.request_id: orjson.loads(row.answer) for row in found}

    async def withdraw(self, request_id: str) -> bool:
        """Withdraw a request; return False if the active driver has it, or had it."""
        return await self._delete((_COLUMNS.request_id == request_id) & _COLUMNS.term.is_(None)) == 1

    async def forget(self, request_ids: Collection[str]) -> None:
        """Delete requests that are answered."""
        await self._delete(_COLUMNS.request_id.in_(request_ids))

    async def _delete(self, which: Any) -> int:
        def carry_out(connection: Connection) -> int:
            gone = connection.execute(delete(_TABLE).where(which)).rowcount
            connection.commit()
            return gone

        return await self._do(carry_out)

    async def _do(self, work: Callable[[Connection], T]) -> T:
        try:
            return await self._database.do(work)
        except (SQLAlchemyError, OSError) as exc:
            raise StoreUnavailableError(f"the database cannot be used now: {cause(exc)}") from exc


def take(connection: Connection, term: int) -> Sequence[TakenRequest]:
    """Take requests that no driver has taken in this term, oldest first; from now on they are this driver's.

    A driver that no longer leads gets none. Expired requests are deleted.
    """
    free = _COLUMNS.answer.is_(None) & or_(_COLUMNS.term.is_(None), _COLUMNS.term < term)
    expired = _COLUMNS.expires_at < _NOW
    any_free, any_expired = connection.execute(select(func.bool_or(free), func.bool_or(expired))).one()
    if any_expired:
        connection.execute(delete(_TABLE).where(expired))
        connection.commit()
    if not any_free:
        return ()
    present = select(schema.leadership.c.term).scalar_subquery()
    oldest = select(_COLUMNS.request_id).where(free).order_by(_COLUMNS.request_id).limit(AT_ONCE).with_for_update()
    taking = (
        update(_TABLE)
        .where(_COLUMNS.request_id.in_(oldest), present == term)
        .values(term=term)
        .returning(_COLUMNS.request_id, _COLUMNS.kind, _COLUMNS.content, (_NOW - _COLUMNS.taken_at).label("age"))
    )
    taken = [
        TakenRequest(row.request_id, RequestKind(row.kind), orjson.loads(row.content), row.age * _MICROSECOND)
        for row in connection.execute(taking)
    ]
    connection.commit()
    return sorted(taken, key=lambda request: request.request_id)


def write_answers(connection: Connection, answers: Mapping[str, Mapping[str, Any] | None]) -> None:
    """Write answers, inside the caller's transaction; a request without one is deleted."""
    for request_id, answer in answers.items():
        this = _COLUMNS.request_id == request_id
        if answer is None:
            connection.execute(delete(_TABLE).where(this))
        else:
            connection.execute(update(_TABLE).where(this).values(answer=orjson.dumps(answer).decode()))
