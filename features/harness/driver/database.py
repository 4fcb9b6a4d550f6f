"""The driver's database: copied from an empty one that is created once per session, and full on demand."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path


class EmptyDatabase:
    """Copies of one freshly migrated SQLite file; creating the schema anew would take as long as a scenario."""

    def __init__(self, folder: Path) -> None:
        self._original = folder / "empty.db"

    async def place(self, file: Path) -> None:
        """Put an empty database at this path, unless one exists already."""
        from harness.driver.open_store import open_store

        if not self._original.exists():
            async with open_store(f"sqlite:///{self._original}"):
                pass
        if not file.exists():
            shutil.copyfile(self._original, file)


async def administer(url: str, *statements: str) -> None:
    """Run administrative statements in one transaction; ``url`` is the one in the driver's configuration."""
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
"""SQLite's error message when the disk is full."""


class DatabaseFile:
    """The driver's database file, accessed from outside like any other program would."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def fill(self) -> None:
        """Make every write fail; stored data can still be read."""
        with closing(sqlite3.connect(self.path)) as connection:
            for table, change, name in _barriers(connection):
                refusal = f"BEGIN SELECT RAISE(ABORT, '{FULL}'); END"
                connection.execute(f"CREATE TRIGGER {name} BEFORE {change} ON {table} {refusal}")

    def make_room(self) -> None:
        """Make writes succeed again.

        Raises:
            AssertionError: If they never failed.
        """
        with closing(sqlite3.connect(self.path)) as connection:
            full = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'trigger' AND name LIKE 'full_%'")
            assert full.fetchone(), "the database is not full: add `Given the database is full` before this step"
            for _, _, name in _barriers(connection):
                connection.execute(f"DROP TRIGGER {name}")


def _barriers(connection: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    for (table,) in tables.fetchall():
        for change in ("INSERT", "UPDATE"):
            yield table, change, f"full_{table}_{change}"
