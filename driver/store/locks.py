"""The lock on a database, which ends with the process that holds it, however it ends.

It says at once that a driver has died. It is not what keeps two drivers from writing: that is the term, see
``leadership``. So a lock may be taken from a process that holds it and does nothing any more.
"""

import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from driver.store.file_permissions import make_private

if TYPE_CHECKING:  # only with PostgreSQL, see ``database``
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

#: The number of the advisory lock in PostgreSQL; any would do, as long as every driver takes the same.
LOCK = 9622_9623
#: How long, in seconds, a server may take to end the sessions of a driver that lost the lead.
ENDING_S = 5.0


class FileLock:
    """A lock on a file beside a SQLite database. Who seizes it puts another file in its place."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.lock")
        self._file: IO[str] | None = None

    async def take(self) -> bool:
        """Take the lock if nobody holds it; True if it is held now."""
        make_private(self._path)
        file = self._path.open("a")
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            file.close()
            return False
        if not self._is_in_place(file):
            file.close()
            return False
        await self.release()
        self._file = file
        return True

    async def seize(self, session: str) -> bool:
        """Lock another file and put it in the place of the one that is held, whatever ``session`` holds it."""
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        file = os.fdopen(handle, "a")
        _lock(file)
        try:
            Path(name).replace(self._path)
        except OSError:
            # Windows replaces no file that somebody has open, and suspends no process in a way that needs this.
            file.close()
            Path(name).unlink()
            return False
        self._file = file
        return True

    async def keep(self) -> None:
        """Take the lock again if its file was deleted."""
        if self._file is None or not self._is_in_place(self._file):
            await self.take()

    async def release(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _is_in_place(self, file: IO[str]) -> bool:
        with suppress(OSError):
            return os.path.samestat(os.fstat(file.fileno()), self._path.stat())
        return False


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


class ServerLock:
    """An advisory lock in a PostgreSQL database, on a connection of its own."""

    def __init__(self, engine: "AsyncEngine") -> None:
        self._engine = engine
        self._connection: AsyncConnection | None = None

    async def take(self) -> bool:
        """Take the lock if nobody holds it; True if it is held now."""
        connection = await self._engine.connect()
        try:
            automatic = await connection.execution_options(isolation_level="AUTOCOMMIT")
            taken = bool(await automatic.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": LOCK}))
        except BaseException:
            await connection.invalidate()
            raise
        if not taken:
            await connection.close()
            return False
        self._connection = automatic
        return True

    async def seize(self, session: str) -> bool:
        """Have the server end every session of the driver that holds the lock, its open transactions with them."""
        ending = text(
            "SELECT pg_terminate_backend(pid, :patience) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = :session"
        )
        async with self._engine.connect() as connection:
            automatic = await connection.execution_options(isolation_level="AUTOCOMMIT")
            await automatic.execute(ending, {"patience": round(ENDING_S * 1000), "session": session})
        return await self.take()

    async def keep(self) -> None:
        """Take the lock again if its connection was lost."""
        if self._connection is not None:
            try:
                await self._connection.scalar(text("SELECT 1"))
            except (SQLAlchemyError, OSError):
                await self.release()
        if self._connection is None:
            await self.take()

    async def release(self) -> None:
        """Give the lock back: the connection ends, and is not used again."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(SQLAlchemyError, OSError):
                await connection.invalidate()
            with suppress(SQLAlchemyError, OSError):
                await connection.close()


Lock = FileLock | ServerLock
"""Held by one driver of a database at most. It is seized from one that is not heard of any more, and taken again if it
was lost without anybody's doing: a server restarted, a file deleted."""
