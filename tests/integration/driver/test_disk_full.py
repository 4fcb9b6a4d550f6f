"""A full disk, a real one where possible: commands are refused with the reason; nothing acknowledged is lost."""

import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import event

from driver.errors import RefusedError
from driver.store.database import SqliteDatabase
from harness.driver.postgres_server import PostgresServer
from support.driver_site import REFUSED, Site, settings, site
from support.small_disk import SmallDisk, small_disk


async def fault_causes(here: Site) -> list[str]:
    return [fault["cause"] for fault in (await here.asset("twilio"))["facts"]["faults"]]


async def until_refused(here: Site) -> tuple[list[str], str]:
    """Send long messages until one is refused; return the acknowledged ones and the reason."""
    acknowledged: list[str] = []
    for number in range(200):
        text = f"{number} ".ljust(1600, "x")
        try:
            await here.client.command("guard", "Send Message", {"Message Content": text})
        except RefusedError as exc:
            if exc.status != 503:
                raise
            return acknowledged, str(exc)
        acknowledged.append(text)
    raise AssertionError("the disk never was full")


async def test_a_full_sqlite_file_refuses_and_recovers(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        database = here.driver.services.store.database
        assert isinstance(database, SqliteDatabase)
        allowed = 1

        @event.listens_for(database.engine, "checkout")
        def limit(connection: Any, _record: object, _proxy: object) -> None:
            cursor = connection.cursor()
            cursor.execute(f"PRAGMA max_page_count={allowed}")
            cursor.close()

        acknowledged, why = await until_refused(here)
        assert "full" in why
        allowed = 1_000_000
        await here.clock.advance(300)
        assert here.received() == acknowledged
        assert await fault_causes(here) == []


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    with small_disk(megabytes=4) as mounted:
        yield mounted


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
async def url(request: pytest.FixtureRequest, disk: SmallDisk) -> AsyncIterator[str]:
    """Return the URL of an empty database whose tables are on the small disk."""
    if request.param == "sqlite":
        yield f"sqlite:///{disk.folder}/driver.db"
        return
    server: PostgresServer = request.getfixturevalue("own_server")
    (disk.folder / "tables").mkdir()
    shutil.chown(disk.folder / "tables", "postgres", "postgres")
    admin = await asyncpg.connect(server.url)
    await admin.execute(f"CREATE TABLESPACE small LOCATION '{disk.folder}/tables'")
    await admin.execute("ALTER DATABASE postgres SET default_tablespace = small")
    yield server.url
    await admin.execute("DROP SCHEMA public CASCADE")
    await admin.execute("CREATE SCHEMA public")
    await admin.execute("ALTER DATABASE postgres RESET default_tablespace")
    await admin.execute("DROP TABLESPACE small")
    await admin.close()


async def test_a_full_disk_refuses_and_recovers(url: str, disk: SmallDisk, tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here, here.running(settings(here.fake, tmp_path, store={"url": url})):
        here.fault(REFUSED)
        before = await here.send("before")
        disk.fill()
        acknowledged, why = await until_refused(here)
        assert why.startswith("the database cannot store this now: ")
        assert "full" in why or "No space left on device" in why
        assert await here.logged("database_refuses_commits")
        await here.clock.wait_idle()
        shown = [(said["assetId"], said["parameters"]["Status"]) for said in await here.events("StateChanged")]
        assert ("twilio", "Fault") in [*shown, ("twilio", await here.status("twilio"))]
        await here.clock.advance(20)
        disk.make_room()
        await here.clock.advance(300)
        assert (await here.execution(before))["state"] == "succeeded"
        assert here.received() == ["before", *acknowledged]
        assert await fault_causes(here) == []
        await here.send("after")
        assert here.received()[-1] == "after"
