"""Work on either database is done completely or not at all, and never continues behind a canceled caller."""

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from driver.store.database import Database
from driver.store.engines import open_database

COUNT = text("SELECT count(*) FROM things")


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    opened = open_database(url, "a test")

    def prepare(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE things (name text)"))
        connection.commit()

    await opened.do(prepare)
    yield opened
    await opened.close()


def add(connection: Connection) -> None:
    connection.execute(text("INSERT INTO things VALUES ('one')"))


def count(connection: Connection) -> int:
    return connection.scalar(COUNT) or 0


async def test_what_is_not_committed_is_taken_back(database: Database) -> None:
    await database.do(add)
    assert await database.do(count) == 0


async def test_automatic_work_commits_each_statement(database: Database) -> None:
    await database.do(add, automatic=True)
    assert await database.do(count) == 1
    await database.do(add)
    assert await database.do(count) == 1, "a connection is not automatic for whoever uses it next"


async def test_what_work_raises_reaches_who_waits(database: Database) -> None:
    def fail(connection: Connection) -> None:
        add(connection)
        raise LookupError("nothing like it")

    with pytest.raises(LookupError, match="nothing like it"):
        await database.do(fail)
    assert await database.do(count) == 0


async def test_it_opens_again_after_it_was_closed(database: Database) -> None:
    await database.close()
    assert await database.do(count) == 0


async def test_work_on_a_file_ends_before_its_cancellation_is_heard_of(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/driver.db", "a test")
    begun, go_on = asyncio.Event(), threading.Event()
    loop, ended = asyncio.get_running_loop(), False

    def long(connection: Connection) -> None:
        nonlocal ended
        loop.call_soon_threadsafe(begun.set)
        assert go_on.wait(10)
        connection.execute(text("CREATE TABLE things (name text)"))
        connection.commit()
        ended = True

    task = asyncio.create_task(database.do(long))
    await begun.wait()
    for _ in range(2):
        task.cancel()
        await asyncio.wait({task}, timeout=0.01)
        assert not task.done()
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended
    assert await database.do(count) == 0
    await database.close()


async def test_another_program_that_looks_at_the_file_leaves_its_write_ahead_log(tmp_path: Path) -> None:
    file = tmp_path / "driver.db"
    database = open_database(f"sqlite:///{file}", "a test")
    together = threading.Barrier(2)

    def prepare(connection: Connection) -> None:
        connection.execute(text("CREATE TABLE things (name text)"))
        connection.commit()

    def meet(connection: Connection) -> None:
        connection.scalar(COUNT)
        together.wait(10)

    await database.do(prepare)
    await asyncio.gather(database.do(meet), database.do(meet))  # two connections of one process
    look = "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('SELECT * FROM things').fetchall()"
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", look, str(file))
    assert await other.wait() == 0
    assert (tmp_path / "driver.db-wal").exists(), "the other program took itself for the last one, and removed the log"
    await database.close()
