"""Clients resume where they were, unless the database has been replaced by an older one."""

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, text

from driver.api.frames import SnapshotFrame
from driver.client.events import Lost, StatusChanged
from driver.client.failover import FailoverClient
from driver.client.settings import FailoverSettings, in_order
from driver.config.models import DriverConfig
from driver.store import migration
from driver.store.event_history import MAX_TERMS, History, Term
from fake_twilio import ManualClock
from harness.driver.database import administer
from harness.driver.open_store import open_store
from support.driver_site import Site, refused, settings, site

LOST = "database_may_lack_commits"


async def frames(here: Site, query: str, count: int) -> list[dict[str, Any]]:
    async with here.http.ws_connect(f"{here.driver.dataserver_url}/api/events{query}") as socket:
        return [await socket.receive_json(timeout=5) for _ in range(count)]


async def place(here: Site) -> tuple[str, int]:
    """Return the position of a client that connects now: the history and the last event."""
    hello = (await frames(here, "", 1))[0]
    return hello["historyId"], hello["seq"]


async def resumed(here: Site, history: str, seq: int) -> str:
    """Return type and sequence number of the first frame after hello for a client that resumes from this position."""
    asked = f"?since={seq}&history={history}" if history else f"?since={seq}"
    frame = (await frames(here, asked, 2))[1]
    return str(frame["type"]) + (f" {frame['seq']}" if "seq" in frame else "")


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Site]:
    async with site(tmp_path, start=False) as opened:
        yield opened


@pytest.fixture
def config(here: Site, url: str, tmp_path: Path) -> DriverConfig:
    return settings(here.fake, tmp_path, store={"url": url})


async def masks(here: Site, count: int) -> None:
    for number in range(count):
        await here.command("gate", "Reset" if number % 2 else "Mask")


async def test_a_restart_is_no_other_history(here: Site, config: DriverConfig) -> None:
    async with here.running(config):
        was = await place(here)
        await masks(here, 2)
    for _ in range(2):
        async with here.running(config):
            assert (await place(here))[0] != was[0]
            assert await resumed(here, *was) == f"event {was[1] + 1}"
            assert await resumed(here, "", was[1]) == f"event {was[1] + 1}"


async def test_a_client_of_a_database_that_was_replaced_by_a_backup_starts_over(
    here: Site, config: DriverConfig, url: str
) -> None:
    async with here.running(config):
        await masks(here, 2)
        backed_up = await place(here)
    async with here.running(config):
        lost = await place(here)
        await masks(here, 4)
        later = await place(here)
    # A backup made between the two contains everything up to then, and nothing of the second term.
    await administer(
        url,
        f"DELETE FROM events WHERE seq > {backed_up[1]}",
        "DELETE FROM terms WHERE term > 1",
        "UPDATE leadership SET term = 1",
    )
    async with here.running(config):
        await masks(here, 8)
        assert (await place(here))[1] > later[1]
        assert await resumed(here, *later) == "resync"
        assert await resumed(here, *lost) == "resync"
        assert await resumed(here, backed_up[0], backed_up[1] + 3) == "resync", "its term ended before that"
        assert await resumed(here, *backed_up) == f"event {backed_up[1] + 1}"
        assert await resumed(here, "somebody-elses", 1) == "resync"


@pytest.mark.parametrize("since", ["9" * 30, "-1", "1.5", "soon", "٣" * 25])
async def test_what_is_no_number_of_an_event_is_told_so(here: Site, config: DriverConfig, since: str) -> None:
    async with here.running(config):
        frame = (await frames(here, f"?since={since}", 2))[1]
        assert frame == {"type": "resync", "reason": f"event {since} does not belong to the history of this database"}


async def test_the_failover_client_starts_over_where_the_database_was_replaced(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        async with here.running(config):
            pass
        shutil.copy(tmp_path / "driver.db", tmp_path / "backup.db")
        how = FailoverSettings(connection_retries=0, connection_retry_delay_ms=1)
        async with here.running(config):
            await masks(here, 2)
            client = FailoverClient(here.http, in_order([here.driver.dataserver_url]), how, clock=ManualClock())
            following = client.follow()
            while not isinstance(await anext(following), SnapshotFrame):
                pass
            known = client._known
            await following.aclose()
        shutil.copy(tmp_path / "backup.db", tmp_path / "driver.db")
        async with here.running(config):
            await masks(here, 6)
            client = FailoverClient(here.http, in_order([here.driver.dataserver_url]), how, clock=ManualClock())
            client._known = known
            following = client.follow()
            kinds = []
            while "snapshot" not in kinds:
                answer = await anext(following)
                kinds += [] if isinstance(answer, StatusChanged | Lost) else [answer.type]
            await following.aclose()
            assert kinds == ["hello", "resync", "snapshot"]
            assert known.history == (await place(here))[0]


def left_behind(folder: Path, to: Path, *, log: bool) -> None:
    """Copy the files of a driver as if it were killed now; without ``log``, leave out the write-ahead log."""
    to.mkdir()
    shutil.copy(folder / "driver.db", to / "driver.db")
    if log:
        shutil.copy(folder / "driver.db-wal", to / "driver.db-wal")


async def test_a_database_whose_log_was_deleted_after_a_crash_is_reported(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        async with here.running(settings(here.fake, tmp_path)):
            was = await place(here)
            await masks(here, 3)
            later = await place(here)
            left_behind(tmp_path, tmp_path / "killed", log=True)
            left_behind(tmp_path, tmp_path / "deleted", log=False)
        async with here.running(settings(here.fake, tmp_path / "killed")):
            assert await here.logged(LOST) == []
            assert await resumed(here, "", was[1]) == f"event {was[1] + 1}"
        async with here.running(settings(here.fake, tmp_path / "deleted")):
            (record,) = await here.logged(LOST)
            assert "-wal" in record["hint"]
            audit = await here.audit()
            assert sum("May lack its last commits" in line.values() for line in audit) == 1
            await masks(here, 8)
            assert await resumed(here, *later) == "resync"
            assert await resumed(here, "", later[1]) == "resync", "that number may have been another event's"
            assert await resumed(here, "", 0) == "event 1"
        async with here.running(settings(here.fake, tmp_path / "deleted")):
            assert await here.logged(LOST) == [], "it was closed well"
            assert await resumed(here, "", later[1]) == "resync", "that is still so"
        async with here.running(settings(here.fake, tmp_path)):
            assert await here.logged(LOST) == []


async def test_after_a_clean_end_nothing_is_only_in_the_log(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        with closing(sqlite3.connect(tmp_path / "driver.db")) as curious:
            async with here.running(settings(here.fake, tmp_path)):
                await masks(here, 3)
                seq = (await place(here))[1]
                curious.execute("PRAGMA journal_mode").fetchone()
            assert (tmp_path / "driver.db-wal").stat().st_size == 0
        (tmp_path / "driver.db-wal").unlink(missing_ok=True)
        async with here.running(settings(here.fake, tmp_path)):
            assert (await place(here))[1] >= seq
            assert await here.logged(LOST) == []


async def test_a_log_that_is_deleted_while_the_driver_runs_loses_nothing(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        async with here.running(settings(here.fake, tmp_path)):
            await masks(here, 3)
            (tmp_path / "driver.db-wal").unlink()
            await masks(here, 3)
            seq = (await place(here))[1]
            assert await here.logged("write_ahead_log_was_gone")
            left_behind(tmp_path, tmp_path / "killed", log=True)
        async with here.running(settings(here.fake, tmp_path / "killed")):
            assert len(await here.events()) >= seq
            assert await here.logged(LOST) == []


async def test_another_log_in_its_place_is_not_written_to(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await masks(here, 1)
        log = tmp_path / "driver.db-wal"
        log.rename(tmp_path / "kept")
        log.write_bytes(b"somebody else's")
        problem = await refused(here.client.command("gate", "Mask"), 503)
        assert "somebody has replaced driver.db-wal with another file" in problem["detail"]
        log.unlink()
        (tmp_path / "kept").rename(log)
        await masks(here, 1)


def made_by_the_last_schema(file: Path) -> None:
    """Create a database as a driver with the previous schema left it, with one event."""
    config = Config()
    config.set_main_option("script_location", str(migration.SCRIPTS))
    engine = create_engine(f"sqlite:///{file}")
    rows: dict[str, dict[str, Any]] = {
        "leadership": {"leader_id": 1, "term": 7, "beat": 3, "session": "s", "address": "", "lapse_ms": 0},
        "marks": {"name": "instance.id", "value": "kept"},
        "events": {
            **dict.fromkeys(("event_id", "asset_id", "item_id", "item_type", "name"), "x"),
            **dict.fromkeys(("parameters", "initial"), "{}"),
            "seq": 1,
            "occurred_at": 0,
            "observed_at": 0,
        },
    }
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0002")
        for table, row in rows.items():
            columns = ", ".join(row)
            connection.execute(text(f"INSERT INTO {table} ({columns}) VALUES (:{', :'.join(row)})"), row)
    engine.dispose()


async def test_a_database_of_the_last_schema_goes_on_under_a_history_of_its_own(tmp_path: Path) -> None:
    await asyncio.to_thread(made_by_the_last_schema, tmp_path / "driver.db")
    async with site(tmp_path, start=False) as here, here.running(settings(here.fake, tmp_path)):
        assert [copy.name for copy in tmp_path.glob("*.backup")] == ["driver.db.schema-0002.backup"]
        assert ((await here.client.info()).instance_id, (await here.client.info()).term) == ("kept", 8)
        history, seq = await place(here)
        await masks(here, 1)
        assert await resumed(here, history, seq) == await resumed(here, "", seq) == f"event {seq + 1}"
        assert (await frames(here, "?since=0", 2))[1]["seq"] == 1
        assert await here.logged(LOST) == []


async def test_only_the_last_terms_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_TERMS >= 1000
    monkeypatch.setattr("driver.store.event_history.MAX_TERMS", 3)
    kept: list[list[int]] = []
    for _ in range(5):
        async with open_store(f"sqlite:///{tmp_path}/driver.db") as store:
            kept.append([term.number for term in store.history._terms])
    assert kept[-1] == [3, 4, 5]


def test_a_term_reaches_as_far_as_the_next_one() -> None:
    history = History([Term(1, "a", 1, False), Term(2, "b", 11, False), Term(3, "c", 11, False)])
    assert [history.includes(seq, "a") for seq in (0, 10, 11)] == [True, True, False]
    assert [history.includes(seq, "b") for seq in (10, 11)] == [True, False]
    assert [history.includes(seq, each) for seq, each in ((99, "c"), (99, ""), (1, "x"))] == [True, True, False]
