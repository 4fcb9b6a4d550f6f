"""Checks a database without changing it: its schema, the integrity of the file, and the validity of its rows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, Table, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, SQLAlchemyError

from driver.errors import StartError
from driver.ports.store import Remembered
from driver.store import migration, row_codec, schema
from driver.store.engines import database_file, open_for_reading
from driver.store.store import remember


@dataclass(frozen=True, slots=True)
class StoreReport:
    """The result of a check. ``problems`` say what is wrong and what to do; a sound database has none."""

    address: str
    schema: str
    rows: dict[str, int]
    problems: tuple[str, ...]
    remembered: Remembered | None


async def check_store(url: str) -> StoreReport:
    """Check a database, which may be in use.

    Raises:
        StartError: it cannot be opened, or does not exist.
    """
    shown = make_url(url).render_as_string(hide_password=True)
    if not url.startswith("postgresql://") and not database_file(url).is_file():
        raise StartError(f"the database {database_file(url)} does not exist; the driver creates it on its first run")
    database = open_for_reading(url)
    try:
        return await database.do(lambda connection: _look(connection, shown))
    except (SQLAlchemyError, OSError) as exc:
        cause = getattr(exc, "orig", None) or exc
        raise StartError(f"the database {shown} cannot be read: {cause}") from exc
    finally:
        await database.close()


def _look(connection: Connection, shown: str) -> StoreReport:
    damage = _damage(connection) if connection.dialect.name == "sqlite" else []
    if damage:
        return StoreReport(shown, "unknown", {}, tuple(damage), None)
    revision = migration.revision(connection)
    if revision != migration.HEAD:
        return StoreReport(shown, revision or "none", {}, (_outdated(connection),), None)
    counts = {name: select(func.count()).select_from(table) for name, table in schema.metadata.tables.items()}
    rows = {name: connection.scalar(count) or 0 for name, count in counts.items()}
    problems = [*_without_message(connection), *_unreadable(connection)]
    remembered = None if problems else remember(connection, None)
    return StoreReport(shown, revision, rows, tuple(problems), remembered)


def _damage(connection: Connection) -> list[str]:
    try:
        found = [str(row[0]) for row in connection.execute(text("PRAGMA integrity_check(20)"))]
    except DatabaseError as exc:
        found = [str(exc.orig)]
    advice = "stop the driver, keep a copy of the file, and restore a backup"
    return [] if found == ["ok"] else [f"the file is damaged: {text}; {advice}" for text in found]


def _outdated(connection: Connection) -> str:
    try:
        old = migration.pending(connection)
    except StartError as exc:
        return str(exc)
    if old is None:
        return "it has no schema yet; the driver creates it on its first run"
    return f"its schema is {old}, this driver's is {migration.HEAD}; starting this driver upgrades it"


def _without_message(connection: Connection) -> list[str]:
    executions = schema.executions.c
    stuck = select(executions.execution_id).where(schema.OPEN, executions.from_number.is_(None))
    return [
        f"the execution {row[0]} is not finished, but no message is waiting for it; it will never end"
        for row in connection.execute(stuck.limit(20))
    ]


def _unreadable(connection: Connection) -> list[str]:
    unfinished = select(schema.executions).where(schema.OPEN)
    readers: tuple[tuple[Table, Select[Any], Callable[[Any], object]], ...] = (
        (schema.assets, select(schema.assets), row_codec.asset_record),
        (schema.executions, unfinished, row_codec.execution_record),
    )
    problems = []
    for table, rows, read in readers:
        for row in connection.execute(rows):
            try:
                read(row._mapping)  # noqa: SLF001 - its documented name
            except (ValueError, TypeError, KeyError) as exc:
                key = row[0]
                problems.append(f"the row {key!r} of {table.name} cannot be read: {str(exc).splitlines()[0]}")
    return problems
