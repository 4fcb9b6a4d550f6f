"""The lock on a database, which is released when the process that holds it ends, however it ends.

It shows immediately that a driver has died. It does not keep two drivers from writing: the term does (see
``leadership``). So the lock may be taken from a process that holds it but no longer does anything.
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

#: The number of the advisory lock in PostgreSQL; any number works if all drivers use the same one.
LOCK = 9622_9623
#: How long, in seconds, a server may take to end the sessions of a driver that lost the lead.
ENDING_S = 5.0


class FileLock:
    """A lock on a file beside a SQLite database. Seizing it puts another file in its place."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(f"{database.name}.lock")
        self._file: IO[str] | None = None

    async def take(self) -> bool:
        """Take the lock if nobody holds it; return whether it is now held."""
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
        """Lock another file and replace the held one with it, whichever ``session`` holds that."""
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}.")
        file = os.fdopen(handle, "a")
        _lock(file)
        try:
            Path(name).replace(self._path)
        except OSError:
            # Windows does not replace open files, nor suspend processes in a way that needs this.
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
        """Release the lock."""
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
        """Take the lock if nobody holds it; return whether it is now held."""
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
        """Have the server end all sessions of the driver that holds the lock, including their open transactions."""
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
        """Release the lock: its connection is ended and not reused."""
        connection, self._connection = self._connection, None
        await discard(connection)


async def discard(connection: "AsyncConnection | None") -> None:
    """End a connection, if there is one, instead of returning it to the pool."""
    if connection is not None:
        with suppress(SQLAlchemyError, OSError):
            await connection.invalidate()
        with suppress(SQLAlchemyError, OSError):
            await connection.close()


Lock = FileLock | ServerLock
"""A lock that at most one driver of a database holds. It is seized from a driver that no longer responds, and taken
again if it was lost by accident: the server restarted, or the file was deleted."""
