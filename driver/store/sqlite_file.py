"""Keeps an eye on the database's file: SQLite goes on writing into a deleted one, and nobody would notice."""

from pathlib import Path

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from driver.errors import StoreUnavailableError

_log = structlog.get_logger("driver.store")


class SqliteFile:
    """The file of an open database. ``engine`` holds connections to it even after it has vanished."""

    def __init__(self, path: Path, engine: AsyncEngine) -> None:
        self._path = path
        self._engine = engine
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
        try:
            async with self._engine.connect() as connection:
                automatic = await connection.execution_options(isolation_level="AUTOCOMMIT")
                await automatic.execute(text("VACUUM INTO :path"), {"path": str(self._path)})
            await self._engine.dispose()
            self._inode = self._path.stat().st_ino
        except Exception as trouble:
            raise StoreUnavailableError(f"the database file {self._path.name} is gone: {trouble}") from trouble
        _log.warning("the database file was gone and has been written anew", file=self._path.name)
