"""PostgreSQL notifications: a driver that has stored something wakes the waiting drivers, which then look at once.

A notification has no content, so losing one only costs the time until the next regular look.
"""

import asyncio
from typing import TYPE_CHECKING, Any

from sqlalchemy import TextClause, text
from sqlalchemy.exc import SQLAlchemyError

from driver.errors import StoreUnavailableError
from driver.store.database import Database, PostgresqlDatabase
from driver.store.locks import discard

if TYPE_CHECKING:  # only with PostgreSQL, see ``database``
    from sqlalchemy.ext.asyncio import AsyncConnection

#: The channel for what the active driver stores: events, assets, answers to requests.
CHANGES = "sms_driver_changes"


def notify(channel: str) -> TextClause:
    """Return the statement that wakes the listeners of a channel when the transaction is committed."""
    return text(f"NOTIFY {channel}")


class Notifications:
    """Listens on a connection of its own for what other drivers store, and wakes one task; only with PostgreSQL."""

    def __init__(self, database: Database, channel: str, wakeup: asyncio.Event) -> None:
        assert isinstance(database, PostgresqlDatabase)  # noqa: S101 - only PostgreSQL has notifications
        self._engine = database.engine
        self._channel = channel
        self._wakeup = wakeup
        self._connection: AsyncConnection | None = None
        self._lost = True

    async def keep(self) -> None:
        """Listen, or listen again if the connection was lost. The caller looks afterwards, so that nothing is missed.

        Raises:
            StoreUnavailableError: the database cannot be reached.
        """
        if not self._lost:
            return
        await self.close()
        from asyncpg import InterfaceError, PostgresError  # SQLAlchemy does not translate its listener's errors

        try:
            self._connection = await self._engine.connect()
            raw: Any = (await self._connection.get_raw_connection()).driver_connection
            raw.add_termination_listener(self._ended)
            await raw.add_listener(self._channel, self._heard)
        except (SQLAlchemyError, PostgresError, InterfaceError, OSError) as exc:
            raise StoreUnavailableError(f"the database cannot be read now: {exc}") from exc
        self._lost = False

    async def close(self) -> None:
        """Stop listening; the connection is ended and not reused."""
        connection, self._connection, self._lost = self._connection, None, True
        await discard(connection)

    def _heard(self, *_of_what: object) -> None:
        self._wakeup.set()

    def _ended(self, *_of_what: object) -> None:
        self._lost = True
        self._wakeup.set()
