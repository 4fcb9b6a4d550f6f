"""An empty database of each kind that the driver works on, and which of these tests each interpreter plays."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog

from support.driver_database import administer
from support.driver_postgres import postgresql

# Tracebacks with the values of all variables, structlog's default where rich is installed, take seconds to write.
structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback

#: What each interpreter plays: a driver that starts, sends, receives, stores and tells. The rest is played once.
ON_EACH_INTERPRETER = frozenset(
    {
        "test_api_page",
        "test_cli",
        "test_receiving",
        "test_sending",
        "test_states",
        "test_store",
        "test_stream",
        "test_tables_live",
        "test_rule_events",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder that say little about the interpreter."""
    for item in items:
        if item.path.parent == Path(__file__).parent and item.path.stem not in ON_EACH_INTERPRETER:
            item.add_marker(pytest.mark.once)


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
