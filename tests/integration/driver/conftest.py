"""An empty database of each kind that the driver supports."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from harness.driver.database import administer
from harness.driver.postgres_server import PostgresServer
from support.driver_database import postgres_server

# structlog's default tracebacks, where rich is installed, list all variables and take seconds to write.
structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Run a PostgreSQL server for the whole session; no test may stop it."""
    with postgres_server() as postgres:
        yield postgres.url


@pytest.fixture(scope="module")
def own_server() -> Iterator[PostgresServer]:
    """Run a server for the tests of one file, which may stop it."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Return the URL of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/driver.db"
        return
    url = request.getfixturevalue("server")
    yield url
    await administer(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make drivers wait only briefly for a locked SQLite file."""
    monkeypatch.setattr("driver.store.engines.BUSY_S", 0.05)
