"""Keeps an eye on the database's file: SQLite goes on writing into a deleted one, and nobody would notice."""

from pathlib import Path

import structlog
from sqlalchemy import Connection, text

from driver.errors import StoreUnavailableError
from driver.store.database import Database
from driver.store.private import make_private

_log = structlog.get_logger("driver.store")


class SqliteFile:
    """The file of an open database. ``database`` holds connections to it even after it has vanished."""

    def __init__(self, path: Path, database: Database) -> None:
        self._path = path
        self._database = database
        self._inode = path.stat().st_ino

    async def check(self) -> None:
        """Make sure that what is committed next is found again after a restart.

        A deleted file is written anew from the connections that still hold its contents, so nothing is lost.

        Raises:
            StoreUnavailableError: the file is gone and cannot be written.
        """
        try:
            inode = self._path.stat().st_ino
        except OSError:
            await self._rescue()
            return
        if inode != self._inode:
            raise StoreUnavailableError(f"somebody has put another file in the place of {self._path.name}")

    async def _rescue(self) -> None:
        def write_anew(connection: Connection) -> None:
            make_private(self._path)
            connection.execute(text("VACUUM INTO :path"), {"path": str(self._path)})

        try:
            await self._database.do(write_anew, automatic=True)
            await self._database.close()
            self._inode = self._path.stat().st_ino
        except Exception as trouble:
            raise StoreUnavailableError(f"the database file {self._path.name} is gone: {trouble}") from trouble
        _log.warning("the database file was gone and has been written anew", file=self._path.name)
