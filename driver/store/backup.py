"""Keeps a copy of a SQLite file before its schema is changed. Whoever runs PostgreSQL has backups of their own."""

from pathlib import Path

import structlog
from sqlalchemy import Connection, text

from driver.store.database import Database
from driver.store.file_permissions import make_private

_log = structlog.get_logger("driver.store")


async def copy_before(database: Database, path: Path, revision: str) -> Path:
    """Write a whole copy of the database beside it, named after the schema it still has; an older copy stays."""
    copy = path.with_name(f"{path.name}.schema-{revision}.backup")
    number = 1
    while copy.exists():
        number += 1
        copy = path.with_name(f"{path.name}.schema-{revision}.backup-{number}")

    def write(connection: Connection) -> None:
        make_private(copy)
        connection.execute(text("VACUUM INTO :copy"), {"copy": str(copy)})

    await database.do(write, automatic=True)
    _log.info("database_copied", reason="its schema is about to change", copy=str(copy))
    return copy
