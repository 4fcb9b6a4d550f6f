"""A connection to SQLite that visits its thread once for a statement.

aiosqlite visits it four times (open a cursor, execute, fetch, close), and SQLAlchemy rolls back whenever a connection
goes back into its pool, a fifth visit. Each costs two switches between threads: more than most statements take.
"""

import sqlite3
from collections.abc import Callable, Iterable
from typing import Any, Self

import aiosqlite

#: Readers and the writer do not wait for each other, and what is committed is on disk.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")

_NO_ROWS: list[Any] = []


class _Cursor:
    """What SQLAlchemy asks of a cursor; everything it can tell is there once a statement is carried out."""

    def __init__(self, connection: "SqliteConnection") -> None:
        self._connection = connection
        self._rows = _NO_ROWS
        self.description: Any = None
        self.rowcount = -1
        self.lastrowid: int | None = None
        self.arraysize = 1

    async def __aenter__(self) -> Self:
        return self

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> Self:
        """Carry out a statement and fetch all its rows."""
        return await self._visit(lambda cursor: cursor.execute(sql, parameters))  # type: ignore[arg-type]

    async def executemany(self, sql: str, parameters: Iterable[Iterable[Any]]) -> Self:
        """Carry out a statement for each of many rows."""
        return await self._visit(lambda cursor: cursor.executemany(sql, parameters))  # type: ignore[arg-type]

    async def _visit(self, statement: Callable[[sqlite3.Cursor], object]) -> Self:
        def carry_out(connection: sqlite3.Connection) -> None:
            cursor = connection.cursor()
            try:
                statement(cursor)
                self.description, self.rowcount, self.lastrowid = cursor.description, cursor.rowcount, cursor.lastrowid
                self._rows = cursor.fetchall() if cursor.description else _NO_ROWS
            finally:
                cursor.close()

        await self._connection.visit(carry_out)
        return self

    async def fetchall(self) -> list[Any]:
        """Return the rows of the last statement."""
        return self._rows

    async def close(self) -> None:
        """Close it; nothing is open any more."""


def _open(path: str, named: dict[str, Any]) -> sqlite3.Connection:
    connection: sqlite3.Connection = sqlite3.connect(path, **named)
    try:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
    except sqlite3.Error:
        connection.close()
        raise
    return connection


class SqliteConnection(aiosqlite.Connection):
    """An aiosqlite connection with cheaper cursors. Await it to open it.

    ``path`` and ``named`` are what ``sqlite3.connect`` takes.
    """

    def __init__(self, path: str, **named: Any) -> None:
        super().__init__(lambda: _open(path, named), iter_chunk_size=64)
        self._thread.daemon = True

    async def visit(self, work: Callable[[sqlite3.Connection], None]) -> None:
        """Do something on the connection's own thread."""
        await self._execute(work, self._conn)  # type: ignore[no-untyped-call]  # aiosqlite gives it no types

    def cursor(self) -> _Cursor:  # type: ignore[override]  # SQLAlchemy awaits what it returns, not the call
        """Return a cursor, without visiting the thread."""
        return _Cursor(self)

    async def rollback(self) -> None:
        """Take back what is not committed; nothing to do without a transaction."""
        if self._conn.in_transaction:
            await super().rollback()
