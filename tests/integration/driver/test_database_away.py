"""A database that refuses commits for a while, in every way that either kind can.

Commands are refused with the reason, nothing acknowledged is lost or doubled, and the driver recovers by itself.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from pathlib import Path

import asyncpg
import pytest
from sqlalchemy import Connection, Engine

from driver.store.database import THREADS, SqliteDatabase
from harness.driver.postgres_server import PostgresServer
from support.driver_database import locked
from support.driver_site import REFUSED, Site, refused, settings, site

pytestmark = pytest.mark.usefixtures("impatient")

AWAY = {"Message Content": "While it is away"}

Away = Callable[[Site], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def sqlite_locked(here: Site) -> AsyncIterator[None]:
    """Hold the write lock, as a backup or a curious person would."""
    with locked(Path(here.driver.config.store.url.removeprefix("sqlite:///"))):
        yield


@asynccontextmanager
async def sqlite_read_only(here: Site) -> AsyncIterator[None]:
    """Make all connections read-only: a remounted file system gives the same error."""
    await _pragma(here, "query_only=1")
    yield
    await _pragma(here, "query_only=0")


async def _pragma(here: Site, words: str) -> None:
    """Set a pragma on every connection of the pool."""
    database = here.driver.services.store.database
    assert isinstance(database, SqliteDatabase)
    connect = database.engine.connect

    def say() -> None:
        with ExitStack() as held:
            for connection in [held.enter_context(connect()) for _ in range(THREADS)]:
                connection.exec_driver_sql(f"PRAGMA {words}")

    await asyncio.to_thread(say)


@asynccontextmanager
async def _administrator(here: Site) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(here.driver.config.store.url)
    try:
        yield connection
    finally:
        await connection.close()


END_SESSIONS = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
    " WHERE pid <> pg_backend_pid() AND datname = 'postgres'"
)
LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"


@asynccontextmanager
async def postgresql_read_only(here: Site) -> AsyncIterator[None]:
    """Make the database read-only, like a server whose primary has moved to another machine."""
    async with _administrator(here) as admin:
        await admin.execute("ALTER DATABASE postgres SET default_transaction_read_only = on")
        await admin.execute(END_SESSIONS)
        yield
        await admin.execute("SET default_transaction_read_only = off")
        await admin.execute("ALTER DATABASE postgres RESET default_transaction_read_only")
        await admin.execute(END_SESSIONS)


@asynccontextmanager
async def postgresql_locked(here: Site) -> AsyncIterator[None]:
    """Hold a lock that every commit needs, as a careless migration would."""
    async with _administrator(here) as admin, admin.transaction():
        await admin.execute("LOCK TABLE leadership IN ACCESS EXCLUSIVE MODE")
        yield


DISK_FULL = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'could not extend file: No space left on device';
END $$;
DO $$ DECLARE t regclass; BEGIN
    FOR t IN SELECT oid::regclass FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace LOOP
        EXECUTE format('CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON %s EXECUTE FUNCTION refuse()', t);
    END LOOP;
END $$
"""


@asynccontextmanager
async def postgresql_full(here: Site) -> AsyncIterator[None]:
    """Make every table respond like a server whose disk is full."""
    async with _administrator(here) as admin:
        await admin.execute(DISK_FULL)
        yield
        await admin.execute("DROP FUNCTION refuse CASCADE")


@pytest.fixture
def postgresql_stopped(own_server: PostgresServer) -> Away:
    """Stop the server, like a power cut, and start it again."""

    @asynccontextmanager
    async def stopped(_here: Site) -> AsyncIterator[None]:
        await asyncio.to_thread(own_server.stop)
        try:
            yield
        finally:
            await asyncio.to_thread(own_server.start)

    return stopped


SQLITE = {"locked": sqlite_locked, "read-only": sqlite_read_only}
POSTGRESQL = {"locked": postgresql_locked, "read-only": postgresql_read_only, "full": postgresql_full}


@pytest.fixture(
    params=[
        *(f"sqlite {name}" for name in SQLITE),
        *(pytest.param(f"postgresql {name}", marks=pytest.mark.postgresql) for name in (*POSTGRESQL, "stopped")),
    ]
)
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[tuple[str, Away]]:
    """Return the URL of an empty database and a way to stop it from accepting commits."""
    kind, name = request.param.split()
    if kind == "sqlite":
        yield f"sqlite:///{tmp_path}/driver.db", SQLITE[name]
        return
    server = request.getfixturevalue("own_server")
    yield server.url, POSTGRESQL[name] if name in POSTGRESQL else request.getfixturevalue("postgresql_stopped")
    await emptied(server.url)


async def emptied(url: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    await connection.close()


async def logged(here: Site, *events: str) -> list[str]:
    return [
        record["event"]
        for record in await here.client.logs(pageSize="1000", level="WARNING")
        if record["event"] in events
    ]


LOST, BACK = "database_refuses_commits", "database_recovered"


async def test_nothing_acknowledged_is_lost_and_the_driver_goes_on_by_itself(
    database: tuple[str, Away], tmp_path: Path
) -> None:
    url, away = database
    async with site(tmp_path, start=False) as here, here.running(settings(here.fake, tmp_path, store={"url": url})):
        here.fault(REFUSED)
        execution = await here.send("Before")
        assert here.creates() == 1
        async with away(here):
            problem = await refused(here.client.command("guard", "Send Message", AWAY, commandId="away"), 503)
            assert problem["code"] == "store_unavailable"
            assert problem["detail"].startswith("the database cannot store this now: ")
            assert len(problem["detail"]) > len("the database cannot store this now: "), "the reason is given"
            await refused(here.client.command("guard", "Mask"), 503)
            await here.clock.advance(20)
            assert here.creates() == 1, "an attempt that cannot be written down is not made"
            lost = await logged(here, LOST, BACK)
            assert set(lost) == {LOST}
            assert len(lost) <= 3, "each reason once, however often it is met"
        await here.clock.advance(60)
        assert (await here.execution(execution))["state"] == "succeeded"
        assert here.received() == ["Before"]
        assert await logged(here, LOST, BACK) == [*lost, BACK]
        accepted = await here.client.command("guard", "Send Message", AWAY, commandId="away")
        await here.clock.wait_idle()
        assert (await here.client.execution(accepted.execution_id)).state == "succeeded"
        assert here.received() == ["Before", "While it is away"]
        assert await here.status() == "Normal"


@pytest.mark.postgresql
async def test_sessions_that_are_ended_are_opened_again_and_the_lock_is_taken_again(
    own_server: PostgresServer, tmp_path: Path
) -> None:
    async with (
        site(tmp_path, start=False) as here,
        here.running(settings(here.fake, tmp_path, store={"url": own_server.url})),
    ):
        for number in range(3):
            async with _administrator(here) as admin:
                await admin.execute(END_SESSIONS)
            await here.send(f"Text {number}")
            await here.clock.advance(2)
        assert here.received() == ["Text 0", "Text 1", "Text 2"]
        async with _administrator(here) as admin:
            assert await admin.fetchval(LOCKS) == 1
    await emptied(own_server.url)


@pytest.mark.parametrize("answer_later", [True, False])
async def test_a_commit_whose_answer_was_lost_is_neither_forgotten_nor_doubled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer_later: bool
) -> None:
    """The connection breaks after the commit, before its confirmation; the database is reachable at once, or later."""
    commit, connect = Connection.commit, Engine.connect
    unreachable = False

    def lost(self: Connection) -> None:
        nonlocal unreachable
        commit(self)
        monkeypatch.setattr(Connection, "commit", commit)
        unreachable = not answer_later
        raise ConnectionResetError("the connection broke")

    def start(self: Engine) -> Connection:
        nonlocal unreachable
        if unreachable:
            unreachable = False
            raise ConnectionRefusedError("nobody answers")
        return connect(self)

    async with site(tmp_path) as here:
        before = (await here.client.info()).term
        assert before is not None
        monkeypatch.setattr(Engine, "connect", start)
        monkeypatch.setattr(Connection, "commit", lost)
        if answer_later:
            await here.client.command("guard", "Send Message", AWAY, commandId="lost answer")
        else:
            problem = await refused(here.client.command("guard", "Send Message", AWAY, commandId="lost answer"), 503)
            assert "try again with the same commandId" in problem["detail"]
            await refused(here.client.command("gate", "Mask"), 503)
        await here.clock.advance(60)
        accepted = await here.client.command("guard", "Send Message", AWAY, commandId="lost answer")
        assert (await here.client.execution(accepted.execution_id)).state == "succeeded"
        assert here.received() == ["While it is away"]
        assert (await here.client.info()).term == before + (not answer_later), "it started over, or needed not to"
        assert [event["name"] for event in await here.events("MessageAccepted")] == ["MessageAccepted"]
