"""Databases for the driver's tests: a PostgreSQL server, and a SQLite file locked by another program."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from harness.driver import postgres_server as server
from harness.driver.postgres_server import PostgresServer


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    """Run a server with an empty database while the context lasts; skip the test where there is none."""
    try:
        with server.postgres_server() as running:
            yield running
    except server.NoServerError as exc:
        pytest.skip(str(exc))


@contextmanager
def locked(file: Path) -> Iterator[sqlite3.Connection]:
    """Hold the write lock of a SQLite file, as a backup or a person with a database tool would."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield other
