"""One driver a database: two would both send what waits. The lock ends with the process, however it ends."""

import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from driver.errors import StartError

#: The number of the advisory lock in PostgreSQL; any would do, as long as every driver takes the same.
LOCK = 9622_9623


@contextmanager
def file_lock(database: Path) -> Iterator[None]:
    """Hold a lock beside a SQLite file while the context lasts.

    Raises:
        StartError: another driver holds it.
    """
    with database.with_name(f"{database.name}.lock").open("a") as file:
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            raise StartError(f"another driver is using the database {database}; stop it first") from None
        yield


def _lock(file: IO[str]) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


@asynccontextmanager
async def server_lock(engine: AsyncEngine) -> AsyncIterator[None]:
    """Hold an advisory lock in a PostgreSQL database while the context lasts.

    Raises:
        StartError: another driver holds it.
    """
    async with engine.connect() as connection:
        automatic = await connection.execution_options(isolation_level="AUTOCOMMIT")
        if not await automatic.scalar(text("SELECT pg_try_advisory_lock(:number)"), {"number": LOCK}):
            raise StartError("another driver is using this PostgreSQL database; stop it first")
        yield
