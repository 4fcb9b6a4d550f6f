"""Keeps an eye on the database's file: SQLite goes on writing into a deleted one, and nobody would notice.

Before its schema is changed, a copy is kept. Whoever runs PostgreSQL has backups of their own.
"""

from pathlib import Path

import structlog
from sqlalchemy import Connection, text

from driver.errors import StoreUnavailableError
from driver.store.database import Database
from driver.store.file_permissions import make_private

_log = structlog.get_logger("driver.store")


def is_torn(path: Path) -> bool:
    """Return whether there is a database file without a write-ahead log, which one that nobody closed has."""
    log = path.with_name(f"{path.name}-wal")
    return path.exists() and not (log.exists() and log.stat().st_size)


async def checkpointed(database: Database) -> bool:
    """Move everything from the write-ahead log into the file; True if nothing is only in the log any more."""

    def move(connection: Connection) -> bool:
        return not connection.scalar(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    return await database.do(move, automatic=True)


_log = structlog.get_logger("driver.store")


async def copy_before(database: Database, path: Path, revision: str) -> Path:
    """Write a whole copy of the database beside it, named after the schema it still has; an older copy stays."""
    copy = path.with_name(f"{path.name}.schema-{revision}.backup")
    number = 1
    while copy.exists():
        number += 1
        copy = path.with_name(f"{path.name}.schema-{revision}.backup-{number}")

    def write(connection: Connection) -> None:
        make_private(copy)
        connection.execute(text("VACUUM INTO :copy"), {"copy": str(copy)})

    await database.do(write, automatic=True)
    _log.info("database_copied", reason="its schema is about to change", copy=str(copy))
    return copy


class SqliteGuard:
    """The file of an open database. ``database`` holds connections to it even after it has vanished."""

    def __init__(self, path: Path, database: Database) -> None:
        self._path = path
        self._database = database
        self._inode = path.stat().st_ino
        self._log = path.with_name(f"{path.name}-wal")
        self._log_inode: int | None = None

    async def check(self) -> None:
        """Make sure that what is committed next is found again after a restart.

        A deleted file is written anew from the connections that still hold its contents, so nothing is lost. What only
        a deleted write-ahead log holds is moved into the file.

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
        await self._check_log()

    async def _check_log(self) -> None:
        try:
            inode = self._log.stat().st_ino
        except OSError:
            if self._log_inode is not None:
                await self._move_log()
            return
        if self._log_inode not in (None, inode):
            raise StoreUnavailableError(f"somebody has put another file in the place of {self._log.name}")
        self._log_inode = inode

    async def _move_log(self) -> None:
        if not await checkpointed(self._database):
            raise StoreUnavailableError(f"{self._log.name} is gone, and what it held cannot be moved into the file now")
        await self._database.close()
        self._log_inode = None
        _log.warning("write_ahead_log_was_gone", reason="what it held is in the database file", file=self._path.name)

    async def _rescue(self) -> None:
        def write_anew(connection: Connection) -> None:
            make_private(self._path)
            connection.execute(text("VACUUM INTO :path"), {"path": str(self._path)})

        try:
            await self._database.do(write_anew, automatic=True)
            await self._database.close()
            self._inode = self._path.stat().st_ino
            self._log_inode = None
        except Exception as exc:
            raise StoreUnavailableError(f"the database file {self._path.name} is gone: {exc}") from exc
        _log.warning("database_file_was_gone", reason="it has been written anew", file=self._path.name)
