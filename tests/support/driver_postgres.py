"""The PostgreSQL server of the feature suite, for tests, which are skipped where there is none."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from harness.driver import postgres_server as server
from harness.driver.postgres_server import PostgresServer, server_programs

__all__ = ["PostgresServer", "postgres_server", "postgresql", "server_programs"]


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a server while the context lasts; its database is empty."""
    try:
        with server.postgres_server() as running:
            yield running
    except server.NoServerError as exc:
        pytest.skip(str(exc))


@contextmanager
def postgresql() -> Iterator[str]:
    """Run a server while the context lasts; yields the address of an empty database."""
    with postgres_server() as running:
        yield running.url
