"""Execution of work on a database: each unit of work is handed over whole and runs in one go.

Work is a plain function of a connection. Anything it does not commit is rolled back when it returns. With SQLite, it
runs in a thread, because a commit waits for the disk. A switch to a thread takes longer than most statements, so there
is only one per unit of work. With PostgreSQL, it runs on the event loop, and waits for the server at each statement.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import Connection, Engine

if TYPE_CHECKING:  # it imports SQLAlchemy's whole ORM, which only the PostgreSQL driver uses
    from sqlalchemy.ext.asyncio import AsyncEngine

Answer = TypeVar("Answer")

#: Units of work that can run at once on a SQLite file: one that writes, and several that read meanwhile.
THREADS = 5


class SqliteDatabase:
    """A SQLite file."""

    dialect = "sqlite"

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._threads: ThreadPoolExecutor | None = None

    async def do(self, work: Callable[[Connection], Answer], *, automatic: bool = False) -> Answer:
        """Run work on a connection in a thread; once begun it runs to completion, even if nobody waits any longer."""

        def carry_out() -> Answer:
            with self.engine.connect() as connection:
                return work(connection.execution_options(isolation_level="AUTOCOMMIT") if automatic else connection)

        return await self._visit(carry_out)

    async def close(self) -> None:
        """Close all unused connections, and release the threads."""
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
            # A canceled caller may next close the database or hand over the lead, so no work may still be running.
            while not visit.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait({visit})
            if not visit.cancelled():
                visit.exception()
            raise


class PostgresqlDatabase:
    """A database on a PostgreSQL server."""

    dialect = "postgresql"

    def __init__(self, engine: "AsyncEngine") -> None:
        self.engine = engine

    async def do(self, work: Callable[[Connection], Answer], *, automatic: bool = False) -> Answer:
        """Run work on a connection."""
        async with self.engine.connect() as connection:
            level = {"isolation_level": "AUTOCOMMIT"} if automatic else {}
            return await (await connection.execution_options(**level)).run_sync(work)

    async def close(self) -> None:
        """Close all unused connections."""
        await self.engine.dispose()


Database = SqliteDatabase | PostgresqlDatabase
"""A database as the store uses it. ``dialect`` is SQLAlchemy's name for its kind.

``do`` raises ``SQLAlchemyError`` or ``OSError`` if the database fails, and anything else that the work raises. The work
is one transaction unless it is ``automatic``: then each statement is committed by itself, for statements that cannot
run in a transaction. ``close`` closes all unused connections; the next work opens a new one.
"""
