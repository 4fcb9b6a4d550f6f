"""Databases on a PostgreSQL server: one for each scenario, copied from one that was migrated once."""

from __future__ import annotations

import itertools

import asyncpg

from driver.store import open_store

_ORIGINAL = "migrated"


class PostgresDatabases:
    """The databases of one session; of the scenario before, nothing is kept."""

    def __init__(self, url: str) -> None:
        self._server = url.rpartition("/")[0]
        self._admin = url
        self._names = (f"scenario{number}" for number in itertools.count(1))
        self._last = ""

    async def fresh(self) -> str:
        """The address of an empty, migrated database."""
        if not self._last:
            await self._carry_out(f"CREATE DATABASE {_ORIGINAL}")
            async with open_store(f"{self._server}/{_ORIGINAL}"):
                pass
        else:
            await self._carry_out(f"DROP DATABASE IF EXISTS {self._last} WITH (FORCE)")
        self._last = next(self._names)
        await self._carry_out(f"CREATE DATABASE {self._last} TEMPLATE {_ORIGINAL}")
        return f"{self._server}/{self._last}"

    async def _carry_out(self, statement: str) -> None:
        connection = await asyncpg.connect(self._admin)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()
