"""Makes SQLAlchemy's engines for the two databases, each set up as the driver needs it."""

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from driver.errors import StartError
from driver.store.sqlite_connection import SqliteConnection

#: How long a commit waits, in real seconds, for another program's lock: on the SQLite file, or in PostgreSQL.
BUSY_S = 2.0
#: How long, in real seconds, a PostgreSQL server may take to accept a connection, and to carry out a statement.
CONNECT_S, STATEMENT_S = 5.0, 10.0


def make_engine(url: str, session: str) -> AsyncEngine:
    """Return the engine of a driver that leads; ``session`` is the name its PostgreSQL sessions carry.

    Raises:
        StartError: the folder of the SQLite file does not exist.
    """
    if url.startswith("postgresql://"):
        connect = {
            "timeout": CONNECT_S,
            "command_timeout": STATEMENT_S,
            "server_settings": {"application_name": session, "lock_timeout": str(round(BUSY_S * 1000))},
        }
        return create_async_engine(_asyncpg(url), pool_size=5, pool_pre_ping=True, connect_args=connect)
    folder = database_file(url).parent
    if not folder.is_dir():
        raise StartError(f"the database {url} cannot be opened: the folder {folder} does not exist")
    path = url.removeprefix("sqlite:///")
    connect = {"timeout": BUSY_S, "async_creator_fn": SqliteConnection}
    return create_async_engine(f"sqlite+aiosqlite:///{path}", pool_size=5, connect_args=connect)


def reading_engine(url: str) -> AsyncEngine:
    """Return an engine that only looks: it makes no file and keeps no connection."""
    if url.startswith("postgresql://"):
        return create_async_engine(_asyncpg(url), poolclass=NullPool)
    return create_async_engine(f"sqlite+aiosqlite:///file:{database_file(url)}?mode=ro&uri=true", poolclass=NullPool)


def database_file(url: str) -> Path:
    """Return the file of a SQLite database."""
    return Path(url.removeprefix("sqlite:///")).absolute()


def _asyncpg(url: str) -> str:
    return url.replace("postgresql://", "postgresql+asyncpg://", 1)
