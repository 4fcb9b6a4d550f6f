"""Engines for SQLite and PostgreSQL, configured as the driver needs them."""

import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Pool, create_engine
from sqlalchemy.pool import NullPool, QueuePool

from driver.errors import StartError
from driver.store.database import THREADS, Database, PostgresqlDatabase, SqliteDatabase
from driver.store.file_permissions import make_private

#: How long a commit waits, in real seconds, for another program's lock: on the SQLite file, or in PostgreSQL.
BUSY_S = 2.0
#: How long, in real seconds, a PostgreSQL server may take to accept a connection, and to execute a statement.
CONNECT_S, STATEMENT_S = 5.0, 10.0
#: Readers and the writer of a SQLite file do not wait for each other, and committed data is on disk.
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")


def open_database(url: str, session: str) -> Database:
    """Return the database of a driver that leads; ``session`` is the name of its PostgreSQL sessions.

    Raises:
        StartError: the folder of the SQLite file does not exist.
    """
    if url.startswith("postgresql://"):
        from sqlalchemy.ext.asyncio import create_async_engine

        connect = {
            "timeout": CONNECT_S,
            "command_timeout": STATEMENT_S,
            "server_settings": {"application_name": session, "lock_timeout": str(round(BUSY_S * 1000))},
        }
        engine = create_async_engine(_asyncpg(url), pool_size=5, pool_pre_ping=True, connect_args=connect)
        return PostgresqlDatabase(engine)
    file = database_file(url)
    if not file.parent.is_dir():
        raise StartError(f"the database {url} cannot be opened: the folder {file.parent} does not exist")
    return _sqlite(QueuePool(_opening(file), pool_size=THREADS, max_overflow=0))


def open_for_reading(url: str) -> Database:
    """Return a database that is only read: no file is created, and no connection is kept open."""
    if url.startswith("postgresql://"):
        from sqlalchemy.ext.asyncio import create_async_engine

        return PostgresqlDatabase(create_async_engine(_asyncpg(url), poolclass=NullPool))
    address = f"{database_file(url).as_uri()}?mode=ro"

    def connect() -> Any:
        return _with_letters(sqlite3.connect(address, uri=True, check_same_thread=False))

    return _sqlite(NullPool(connect))


def database_file(url: str) -> Path:
    """Return the file of a SQLite database."""
    return Path(url.removeprefix("sqlite:///")).absolute()


def _sqlite(pool: Pool) -> SqliteDatabase:
    """Return the database that a pool's connections lead to."""
    model, compiled = _shared()
    return SqliteDatabase(Engine(pool, model.dialect, model.url, execution_options={"compiled_cache": compiled}))


@cache
def _shared() -> tuple[Engine, dict[Any, Any]]:
    """Return what all SQLite files of a process share: SQLAlchemy's dialect, and the statements it has compiled.

    Compiling a statement takes longer than executing it, and a driver uses the same statements for every file it leads.
    """
    model = create_engine("sqlite://", poolclass=NullPool)
    with model.connect():
        """Detect the features of this SQLite once, with an in-memory database."""
    return model, {}


def _opening(file: Path) -> Callable[[], Any]:
    """Return a function that opens a connection. Threads share it: SQLAlchemy's pool hands it to one at a time."""

    def connect() -> Any:
        make_private(file)  # the files that SQLite creates beside it get the same permissions
        connection = sqlite3.connect(file, timeout=BUSY_S, check_same_thread=False)
        try:
            for pragma in PRAGMAS:
                connection.execute(f"PRAGMA {pragma}")
        except sqlite3.Error:
            connection.close()
            raise
        return _with_letters(connection)

    return connect


def _with_letters(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Make searches ignore case in all scripts, as in PostgreSQL; SQLite itself does so only for ASCII."""
    connection.create_function("lower", 1, lambda value: value and str(value).lower(), deterministic=True)
    return connection


def _asyncpg(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)
