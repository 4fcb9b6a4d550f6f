"""A driver that is after the lead over a database: it looks who leads, and takes the lock when it may."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from driver.errors import StartError
from driver.store.engines import database_file, make_engine, reading_engine
from driver.store.leadership import Claim, Leader, leader
from driver.store.locks import FileLock, Lock, ServerLock

_log = structlog.get_logger("driver.store")


class AlreadyLedError(StartError):
    """Another driver uses the database: ``leader``, as far as that can be seen."""

    def __init__(self, database: str, leader: Leader | None) -> None:
        super().__init__(f"another driver is using {database}; stop it first, or let both take turns: [failover]")
        self.leader = leader


class Candidate:
    """What a driver needs to get the lead, and to keep it. ``file`` is None with PostgreSQL."""

    def __init__(self, url: str, claim: Claim, engine: AsyncEngine) -> None:
        self.claim = claim
        self.engine = engine
        self.file = database_file(url) if engine.dialect.name == "sqlite" else None
        self.lock: Lock = ServerLock(engine) if self.file is None else FileLock(self.file)
        self.shown = make_url(url).render_as_string(hide_password=True)
        self._looking = engine if self.file is None else reading_engine(url)

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
        _log.warning("the lead is taken from a driver that gives no sign of life", term=over.term, at_url=over.address)

    async def _who_leads(self) -> Leader | None:
        """Return who leads, without changing anything; None if that cannot be seen."""
        try:
            async with self._looking.connect() as connection:
                return await leader(connection)
        except (SQLAlchemyError, OSError):
            return None


@asynccontextmanager
async def candidate(url: str, claim: Claim) -> AsyncIterator[Candidate]:
    """Be after the lead while the context lasts.

    Raises:
        StartError: the folder of the SQLite file does not exist.
    """
    engine = make_engine(url, claim.session)
    try:
        yield Candidate(url, claim, engine)
    finally:
        await engine.dispose()
