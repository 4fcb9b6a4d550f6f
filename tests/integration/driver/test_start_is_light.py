"""A driver that starts again on its SQLite file loads nothing that only PostgreSQL, or a new schema, needs."""

import subprocess
import sys
from pathlib import Path

from driver.store import open_store

NEEDLESS = ("alembic", "asyncpg", "sqlalchemy.dialects.postgresql", "sqlalchemy.ext.asyncio", "sqlalchemy.orm")
AGAIN = """
import asyncio, sys

import driver.app
import driver.cli.run
from driver.store import open_store


async def open_it() -> None:
    async with open_store(sys.argv[1]):
        pass


asyncio.run(open_it())
print(*[name for name in sys.argv[2:] if name in sys.modules])
"""


async def test_sqlite_needs_neither_the_orm_nor_another_database(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/driver.db"
    async with open_store(url):
        """The first start makes the schema."""

    again = subprocess.run(  # noqa: ASYNC221 - nothing else goes on here
        [sys.executable, "-c", AGAIN, url, *NEEDLESS], capture_output=True, text=True, check=True, timeout=60
    )

    assert again.stdout.split() == []
