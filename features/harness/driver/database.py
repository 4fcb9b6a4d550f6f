"""The driver's database: empty at the start, copied from one that is made once in a session, and full on demand."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path


class EmptyDatabase:
    """Copies of one freshly migrated SQLite file; making the schema anew would take as long as a scenario."""

    def __init__(self, folder: Path) -> None:
        self._original = folder / "empty.db"

    async def place(self, file: Path) -> None:
        """Put an empty database there, unless there is one already."""
        from driver.store import open_store

        if not self._original.exists():
            async with open_store(f"sqlite:///{self._original}"):
                pass
        if not file.exists():
            shutil.copyfile(self._original, file)


async def administer(url: str, *statements: str) -> None:
    """Carry out an administrator's statements in one transaction; ``url`` is that of the driver's configuration."""
    if url.startswith("postgresql:"):
        import asyncpg  # late: it is an extra

        connection = await asyncpg.connect(url)
        try:
            await connection.execute(";".join(statements))
        finally:
            await connection.close()
        return

    def carry_out() -> None:
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file, file:
            for statement in statements:
                file.execute(statement)

    await asyncio.to_thread(carry_out)


FULL = "database or disk is full"
"""What SQLite says when it can store nothing more."""


class DatabaseFile:
    """The driver's database from outside, as another program of the machine sees it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self) -> None:
        """Let nothing more be stored; what is there can be read."""
        with closing(sqlite3.connect(self.path)) as connection:
            for table, change, name in _barriers(connection):
                refusal = f"BEGIN SELECT RAISE(ABORT, '{FULL}'); END"
                connection.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} {refusal}")

    def make_room(self) -> None:
        """Let everything be stored as before.

        Raises:
            AssertionError: When it could be all the time.
        """
        with closing(sqlite3.connect(self.path)) as connection:
            full = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'full_%'")
            assert full.fetchone(), "the database is not full: `Given the database is full` comes before"
            for _, _, name in _barriers(connection):
                connection.execute(f"DROP TRIGGER {name}")


def _barriers(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    for (table,) in tables.fetchall():
        for change in ("INSERT", "UPDATE"):
            yield table, change, f"full_{table}_{change}"
