"""Guards the SQLite database file: SQLite keeps writing to a deleted file, and nobody would notice.

A copy is made before the schema is changed. With PostgreSQL, backups are left to the site.
"""

from pathlib import Path

import structlog
from sqlalchemy import Connection, text

from driver.errors import StoreUnavailableError
from driver.store.database import Database
from driver.store.file_permissions import make_private

_log = structlog.get_logger("driver.store")


def is_torn(path: Path) -> bool:
    """Return whether there is a database file without a write-ahead log, which a file that was not closed has."""
    log = path.with_name(f"{path.name}-wal")
    return path.exists() and not (log.exists() and log.stat().st_size)


async def checkpointed(database: Database) -> bool:
    """Move everything from the write-ahead log into the file; return whether nothing is left only in the log."""

    def move(connection: Connection) -> bool:
        return not connection.scalar(text("PRAGMA wal_checkpoint(TRUNCATE)"))

    return await database.do(move, automatic=True)


async def copy_before(database: Database, path: Path, revision: str) -> Path:
    """Write a full copy of the database beside it, named after its current schema; older copies are kept."""
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
    """The file of an open database. ``database`` keeps connections to it even after it has been deleted."""

    def __init__(self, path: Path, database: Database) -> None:
        self._path = path
        self._database = database
        self._inode = path.stat().st_ino
        self._log = path.with_name(f"{path.name}-wal")
        self._log_inode: int | None = None

    async def check(self) -> None:
        """Make sure that the next commit will survive a restart.

        A deleted file is rewritten from the connections that still have its contents, so nothing is lost. Contents that
        were only in a deleted write-ahead log are moved into the file.

        Raises:
            StoreUnavailableError: the file is gone and cannot be written.
        """
        try:
            inode = self._path.stat().st_ino
        except OSError:
            await self._rescue()
            return
        if inode != self._inode:
            raise StoreUnavailableError(f"somebody has replaced {self._path.name} with another file")
        await self._check_log()

    async def _check_log(self) -> None:
        try:
            inode = self._log.stat().st_ino
        except OSError:
            if self._log_inode is not None:
                await self._move_log()
            return
        if self._log_inode not in (None, inode):
            raise StoreUnavailableError(f"somebody has replaced {self._log.name} with another file")
        self._log_inode = inode

    async def _move_log(self) -> None:
        if not await checkpointed(self._database):
            raise StoreUnavailableError(f"{self._log.name} is gone, and its contents cannot be moved into the file now")
        await self._database.close()
        self._log_inode = None
        _log.warning("write_ahead_log_was_gone", reason="its contents are in the database file", file=self._path.name)

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
        _log.warning("database_file_was_gone", reason="it has been rewritten", file=self._path.name)
