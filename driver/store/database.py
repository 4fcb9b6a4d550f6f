"""Where work is done on a database: a piece of work is handed over whole, and done in one go.

Work is a plain function of a connection. What it does not commit is taken back when it returns. With SQLite it runs in
a thread, for a commit waits for the disk; a visit to a thread costs more than most statements take, so the whole of it
is one visit. With PostgreSQL it runs on the event loop, and waits for the server where it asks something.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine

if TYPE_CHECKING:  # it brings SQLAlchemy's whole ORM, which only PostgreSQL's driver makes use of
    from sqlalchemy.ext.asyncio import AsyncEngine

Answer = TypeVar("Answer")

#: So many pieces of work can be done at once on a SQLite file: one that writes, and some that read meanwhile.
THREADS = 5


class SqliteDatabase:
    """A SQLite file."""

    dialect = "sqlite"

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._threads: ThreadPoolExecutor | None = None

    async def do(self, work: Callable[[Connection], Answer], *, automatic: bool = False) -> Answer:
        """Do work on a connection, in a thread; once begun it comes to its end, even if nobody waits any more."""

        def carry_out() -> Answer:
            with self.engine.connect() as connection:
                return work(connection.execution_options(isolation_level="AUTOCOMMIT") if automatic else connection)

        return await self._visit(carry_out)

    async def close(self) -> None:
        """Close every connection that is not in use, and let the threads go."""
        await self._visit(self.engine.dispose)
        threads, self._threads = self._threads, None
        if threads is not None:
            threads.shutdown(wait=False)

    async def _visit(self, what: Callable[[], Answer]) -> Answer:
        if self._threads is None:
            self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="sqlite")
        visit = asyncio.get_running_loop().run_in_executor(self._threads, what)
        try:
            return await asyncio.shield(visit)
        except asyncio.CancelledError:
            # Whoever is cancelled may close the database or hand the lead on next: nothing may go on behind their back.
            while not visit.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({visit})
            if not visit.cancelled():
                visit.exception()
            raise


class PostgresqlDatabase:
    """A database of a PostgreSQL server."""

    dialect = "postgresql"

    def __init__(self, engine: "AsyncEngine") -> None:
        self.engine = engine

    async def do(self, work: Callable[[Connection], Answer], *, automatic: bool = False) -> Answer:
        """Do work on a connection."""
        async with self.engine.connect() as connection:
            level = {"isolation_level": "AUTOCOMMIT"} if automatic else {}
            return await (await connection.execution_options(**level)).run_sync(work)

    async def close(self) -> None:
        """Close every connection that is not in use."""
        await self.engine.dispose()


Database = SqliteDatabase | PostgresqlDatabase
"""A database as the store uses it. ``dialect`` is SQLAlchemy's name for its kind.

``do`` raises ``SQLAlchemyError`` or ``OSError`` where the database could not, and anything else that the work raises.
Its work is one transaction unless it is ``automatic``: then each statement is committed by itself, for those that allow
no transaction around them. ``close`` closes every connection that is not in use; the next work opens a new one.
"""
