"""Keeps a copy of a SQLite file before its schema is changed. Whoever runs PostgreSQL has backups of their own."""

from pathlib import Path

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

_log = structlog.get_logger("driver.store")


async def copy_before(engine: AsyncEngine, path: Path, revision: str) -> Path:
    """Write a whole copy of the database beside it, named after the schema it still has; an older copy stays."""
    copy = path.with_name(f"{path.name}.schema-{revision}.backup")
    number = 1
    while copy.exists():
        number += 1
        copy = path.with_name(f"{path.name}.schema-{revision}.backup-{number}")
    async with engine.connect() as connection:
        automatic = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await automatic.execute(text("VACUUM INTO :copy"), {"copy": str(copy)})
    _log.info("the database is copied before its schema is changed", copy=str(copy))
    return copy
