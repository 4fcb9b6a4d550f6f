"""The driver's database from outside, of either kind: what an administrator does to it with statements."""

import asyncio
import sqlite3
from contextlib import closing

import asyncpg


async def administer(url: str, *statements: str) -> None:
    """Carry out statements in one transaction; ``url`` is written as in the driver's configuration."""
    if url.startswith("postgresql:"):
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
