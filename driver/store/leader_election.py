"""A driver that is after the lead over a database: it looks who leads, and takes the lock when it may."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from driver.errors import StartError
from driver.store.database import Database, PostgresqlDatabase
from driver.store.engines import database_file, open_database, open_for_reading
from driver.store.leadership import Candidacy, Leader, leader
from driver.store.locks import FileLock, Lock, ServerLock

_log = structlog.get_logger("driver.store")


class AlreadyLedError(StartError):
    """Another driver uses the database: ``leader``, as far as that can be seen."""

    def __init__(self, database: str, leader: Leader | None) -> None:
        super().__init__(f"another driver is using {database}; stop it first, or let both take turns: [failover]")
        self.leader = leader


class Candidate:
    """What a driver needs to get the lead, and to keep it. ``file`` is None with PostgreSQL."""

    def __init__(self, url: str, candidacy: Candidacy, database: Database) -> None:
        self.candidacy = candidacy
        self.database = database
        server = database if isinstance(database, PostgresqlDatabase) else None
        self.file = None if server else database_file(url)
        self.lock: Lock = ServerLock(server.engine) if server else FileLock(database_file(url))
        self.shown = make_url(url).render_as_string(hide_password=True)
        self._looking = database if server else open_for_reading(url)

    async def take(self, over: Leader | None) -> None:
        """Take the lock on the database: a free one, or the one that ``over`` still holds.

        Raises:
            AlreadyLedError: another driver leads.
        """
        if await self.lock.take():
            return
        present = await self._who_leads()
        if over is None or present != over or not await self.lock.seize(over.session):
            raise AlreadyLedError(self.shown, present)
        _log.warning(
            "lead_taken_over", reason="the other driver gives no sign of life", term=over.term, at_url=over.address
        )

    async def close(self) -> None:
        """Close what was opened."""
        await self.database.close()
        if self._looking is not self.database:
            await self._looking.close()

    async def _who_leads(self) -> Leader | None:
        """Return who leads, without changing anything; None if that cannot be seen."""
        try:
            return await self._looking.do(leader)
        except (SQLAlchemyError, OSError):
            return None


@asynccontextmanager
async def candidate(url: str, candidacy: Candidacy) -> AsyncIterator[Candidate]:
    """Be after the lead while the context lasts.

    Raises:
        StartError: the folder of the SQLite file does not exist.
    """
    database = open_database(url, candidacy.session)
    this = Candidate(url, candidacy, database)
    try:
        yield this
    finally:
        await this.close()
