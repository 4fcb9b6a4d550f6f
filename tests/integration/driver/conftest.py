"""An empty database of each kind that the driver works on."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from support.driver_database import administer
from support.driver_postgres import postgresql

# Tracebacks with the values of all variables, structlog's default where rich is installed, take seconds to write.
structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Run a PostgreSQL server; nobody stops it before the end."""
    with postgresql() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
async def url(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """Return the address of an empty database."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/driver.db"
        return
    url = request.getfixturevalue("server")
    yield url
    await administer(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")
