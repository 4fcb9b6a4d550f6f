"""Looks a database over without changing it: schema, the file's own integrity, and whether its rows make sense."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, func, select, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DatabaseError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from driver.domain.commands import ExecutionState
from driver.errors import StartError
from driver.ports.store import Remembered
from driver.store import codec, migration, schema
from driver.store.engines import database_file, reading_engine
from driver.store.store import remember

TABLES = (
    schema.executions,
    schema.outbox,
    schema.attempts,
    schema.messages,
    schema.assets,
    schema.events,
    schema.audit,
    schema.marks,
    schema.leadership,
)


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What was found. ``problems`` are sentences that say what is wrong and what to do; none means sound."""

    address: str
    schema: str
    rows: dict[str, int]
    problems: tuple[str, ...]
    remembered: Remembered | None


async def check_store(url: str) -> StoreReport:
    """Look a database over; it may be in use.

    Raises:
        StartError: it cannot be opened, or there is none.
    """
    shown = make_url(url).render_as_string(hide_password=True)
    if not url.startswith("postgresql://") and not database_file(url).is_file():
        raise StartError(f"there is no database {database_file(url)}; the driver makes one when it first runs")
    engine = reading_engine(url)
    try:
        async with engine.connect() as connection:
            return await _look(connection, shown)
    except (SQLAlchemyError, OSError) as trouble:
        cause = getattr(trouble, "orig", None) or trouble
        raise StartError(f"the database {shown} cannot be read: {cause}") from trouble
    finally:
        await engine.dispose()


async def _look(connection: AsyncConnection, shown: str) -> StoreReport:
    damage = await _damage(connection) if connection.dialect.name == "sqlite" else []
    if damage:
        return StoreReport(shown, "unknown", {}, tuple(damage), None)
    revision = await connection.run_sync(migration.revision)
    if revision != migration.HEAD:
        return StoreReport(shown, revision or "none", {}, (await _outdated(connection),), None)
    rows = {table.name: await _count(connection, table) for table in TABLES}
    problems = [*await _orphans(connection), *await _unreadable(connection)]
    remembered = None if problems else await remember(connection)
    return StoreReport(shown, revision, rows, tuple(problems), remembered)


async def _damage(connection: AsyncConnection) -> list[str]:
    try:
        found = [str(row[0]) for row in await connection.execute(text("PRAGMA integrity_check(20)"))]
    except DatabaseError as trouble:
        found = [str(trouble.orig)]
    advice = "stop the driver, keep a copy of the file, and restore a backup"
    return [] if found == ["ok"] else [f"the file is damaged: {words}; {advice}" for words in found]


async def _outdated(connection: AsyncConnection) -> str:
    try:
        old = await connection.run_sync(migration.pending)
    except StartError as newer:
        return str(newer)
    if old is None:
        return "it has no schema yet; the driver makes it when it first runs"
    return f"its schema is {old}, this driver's is {migration.HEAD}; starting this driver changes it"


async def _count(connection: AsyncConnection, table: Table) -> int:
    return await connection.scalar(select(func.count()).select_from(table)) or 0


async def _orphans(connection: AsyncConnection) -> list[str]:
    executions, outbox, attempts = schema.executions.c, schema.outbox.c, schema.attempts.c
    unfinished = [state.value for state in ExecutionState if not state.final]
    looks = (
        (
            select(outbox.execution_id).where(outbox.execution_id.not_in(select(executions.execution_id))),
            "the text {} waits without its execution; it cannot be sent",
        ),
        (
            select(attempts.execution_id)
            .where(attempts.execution_id.not_in(select(executions.execution_id)))
            .distinct(),
            "attempts of {} are there without their execution",
        ),
        (
            select(executions.execution_id).where(
                executions.state.in_(unfinished), executions.execution_id.not_in(select(outbox.execution_id))
            ),
            "the execution {} is not finished, and no text waits for it; it will never end",
        ),
    )
    return [words.format(row[0]) for query, words in looks for row in await connection.execute(query.limit(20))]


async def _unreadable(connection: AsyncConnection) -> list[str]:
    readers: tuple[tuple[Table, Callable[[Any], object]], ...] = (
        (schema.assets, codec.asset_record),
        (schema.outbox, codec.outbox_record),
    )
    problems = []
    for table, read in readers:
        for row in await connection.execute(select(table)):
            try:
                read(row._mapping)  # noqa: SLF001 - its documented name
            except (ValueError, TypeError, KeyError) as broken:
                key = row[0]
                problems.append(f"the row {key!r} of {table.name} cannot be understood: {str(broken).splitlines()[0]}")
    return problems
