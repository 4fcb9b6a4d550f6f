"""Leader election: a candidate for the lead over a database checks who leads, and takes the lock when it may."""

import structlog
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from driver.errors import StartError
from driver.store import migration
from driver.store.database import PostgresqlDatabase
from driver.store.engines import database_file, open_database, open_for_reading
from driver.store.follower import SqlFollower
from driver.store.leadership import Candidacy, Leader, leader
from driver.store.locks import FileLock, Lock, ServerLock

_log = structlog.get_logger("driver.store")

#: Why a driver does not wait for a driver with another version or schema.
_UNLIKE = "has {0} {1}, but this driver has {2}: run the same version on all; see docs/how-to/run-two-drivers.md"


class UnlikeDriverError(StartError):
    """Another driver, with another version or schema than this one, uses the database."""


class AlreadyLedError(StartError):
    """Another driver uses the database: ``leader``, if known."""

    def __init__(self, database: str, leader: Leader | None) -> None:
        super().__init__(f"another driver is using {database}; stop it first, or enable [failover] on both")
        self.leader = leader


class Candidate:
    """Everything a driver needs to take the lead and to keep it. ``file`` is None with PostgreSQL.

    Raises:
        StartError: the folder of the SQLite file does not exist.
    """

    def __init__(self, url: str, candidacy: Candidacy) -> None:
        self.candidacy = candidacy
        self.database = database = open_database(url, candidacy.session)
        server = database if isinstance(database, PostgresqlDatabase) else None
        self.file = None if server else database_file(url)
        self._server = server
        self.lock: Lock = ServerLock(server.engine) if server else FileLock(database_file(url))
        self.shown = make_url(url).render_as_string(hide_password=True)
        self._looking = database if server else open_for_reading(url)

    async def take(self, over: Leader | None) -> None:
        """Take the lock on the database, if it is free or still held by ``over``.

        Raises:
            AlreadyLedError: another driver leads.
            UnlikeDriverError: with PostgreSQL, another driver leads and has another version or schema.
        """
        if await self.lock.take():
            return
        present = await self._who_leads()
        if over is None or present != over or not await self.lock.seize(over.session):
            raise AlreadyLedError(self.shown, present)
        _log.warning(
            "lead_taken_over", reason="the other driver no longer responds", term=over.term, at_url=over.address
        )

    def follower(self) -> SqlFollower | None:
        """Return a follower, for the time while another driver leads; None with SQLite."""
        return SqlFollower(self._server) if self._server else None

    async def aclose(self) -> None:
        """Close the databases."""
        await self.database.close()
        if self._looking is not self.database:
            await self._looking.close()

    async def _who_leads(self) -> Leader | None:
        """Return the leader, without changing anything; None if it cannot be determined.

        Raises:
            UnlikeDriverError: with PostgreSQL, the active driver has another version or schema.
        """
        try:
            found, present = await self._looking.do(lambda connection: _seen(connection, self._server is not None))
        except (SQLAlchemyError, OSError):
            return None
        if found != migration.HEAD:
            raise UnlikeDriverError(f"{self.shown} {_UNLIKE.format('schema', found, migration.HEAD)}")
        if self._server and present is not None and present.version != self.candidacy.version:
            at = f" at {present.address}" if present.address else ""
            what = _UNLIKE.format("version", present.version or "(unknown)", self.candidacy.version or "(unknown)")
            raise UnlikeDriverError(f"the active driver{at} {what}")
        return present


def _seen(connection: Connection, with_schema: bool) -> tuple[str, Leader | None]:
    """Return the schema of a PostgreSQL database, and the leader if the schema is this driver's."""
    found = migration.revision(connection) if with_schema else None
    return found or migration.HEAD, leader(connection) if found in (None, migration.HEAD) else None
