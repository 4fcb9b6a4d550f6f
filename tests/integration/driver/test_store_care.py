"""Database maintenance: deleting old, finished rows, a copy before each schema change, and the check."""

import asyncio
import json
import shutil
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from driver.cli.store import store as store_command
from driver.domain.commands import ExecutionState
from driver.domain.events import Event
from driver.domain.execution import Attempt, Execution
from driver.domain.message import Message
from driver.domain.message_status import MessageStatus
from driver.errors import StartError, StoreUnavailableError
from driver.ports.store import (
    AuditEntry,
    Forget,
    SetMark,
    Store,
    Write,
)
from driver.runtime.idle import IdleTracker
from driver.services.retention import AGAIN, EVERY, FIRST, Retention
from driver.services.tables import mark
from driver.store import SqlStore, migration
from driver.store.integrity_check import check_store
from driver.tables.models import TableKind
from fake_twilio import ManualClock
from harness.driver.database import administer
from harness.driver.open_store import open_store
from support.commands import invoke

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OLD = NOW - timedelta(days=500)


def execution(name: str, at: datetime, state: ExecutionState = ExecutionState.SUCCEEDED) -> list[Write]:
    made = Execution(execution_id=name, command_id=f"c-{name}", asset_id="p", command="Mask", created_at=at)
    return [replace(made, state=state, attempts=(Attempt(1, at, "accepted"),))]


def message(sid: str, at: datetime, status: MessageStatus = MessageStatus.DELIVERED) -> Message:
    return Message(sid, "outbound", "+1", "+2", "b", status, at, at)


def event(key: str, at: datetime) -> Event:
    return Event(key, "p", "item", "Phone", "E", {}, {}, at, at)


def audit(at: datetime) -> AuditEntry:
    return AuditEntry(
        at=at,
        device_type="Phone",
        command_or_status="Mask",
        action="Command ok",
        computer="",
        user_name="ann",
        location="Gate",
    )


async def forget(store: Store, days: float = 400) -> None:
    """Delete everything that is old enough, a few rows at a time."""
    clock = ManualClock(NOW)
    activity = IdleTracker(clock)
    task = asyncio.create_task(Retention(store, clock, activity, days=days).forget())
    activity.track(task)
    clock.add_idle_waiter(activity.wait_idle)
    await clock.advance(60)
    assert task.done()
    task.result()


async def test_what_is_old_and_finished_goes_and_all_else_stays(url: str) -> None:
    async with open_store(url) as store:
        await store.commit(
            [
                *execution("old", OLD),
                *execution("open", OLD, ExecutionState.EXECUTING),
                *execution("new", NOW),
                message("SM1", OLD),
                message("SM2", OLD, MessageStatus.SENT),
                *(message(f"SM-{status}", OLD, status) for status in MessageStatus),
                message("SM3", NOW),
                event("a", OLD),
                event("b", OLD),
                event("c", NOW),
                audit(OLD),
            ]
        )
        assert await store.has_older(NOW - timedelta(days=400))
        await forget(store)
        assert not await store.has_older(NOW - timedelta(days=400))
        kept = {row.execution_id for row in (await store.executions(10, "")).items}
        assert kept == {"open", "new"}
        assert await store.execution("old") is None
        every = [f"SM-{status}" for status in MessageStatus]
        assert await store.known_messages(["SM1", "SM2", "SM3", *every]) == {"SM3"}
        assert await store.events_since(0, 10) is None, "who asks for what is gone starts over"
        assert [kept.seq for kept in await store.events_since(2, 10) or ()] == [3]
        assert len((await store.audit(10, "")).items) == 1
        await store.commit(execution("old", NOW))
        found = await store.execution("old")
        assert found is not None
        assert len(found.attempts) == 1, "its old attempts were gone"


async def test_events_are_numbered_on_when_all_are_old(url: str) -> None:
    async with open_store(url) as store:
        await store.commit([event("a", OLD), event("b", OLD)])
        await forget(store)
    async with open_store(url) as store:
        assert (await store.remember()).last_seq == 2
        await store.commit([event("c", NOW)])
        assert [kept.event_id for kept in await store.events_since(1, 10) or ()] == ["b", "c"]


async def test_much_goes_in_several_commits(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path}/driver.db") as store:
        await store.commit([event(f"e{n}", OLD) for n in range(1001)])
        commits = 0
        commit = store.commit

        async def counted(writes: list[Write]) -> object:
            nonlocal commits
            commits += 1
            return await commit(writes)

        watched = SimpleNamespace(commit=counted, has_older=store.has_older)
        await forget(watched)
        assert commits == 50
        assert [kept.seq for kept in await store.events_since(1000, 10) or ()] == [1001]


async def test_commands_go_first_and_old_rows_alone(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path}/driver.db") as store:
        await store.commit([event(f"e{n}", OLD) for n in range(10)])
        done: list[str] = []

        async def commit(what: str, *writes: Write) -> None:
            await store.commit(writes)
            done.append(what)

        transactions: list[int] = []
        together = store._writer._together

        async def counted(requests: Sequence[object]) -> None:
            transactions.append(len(requests))
            await together(requests)  # type: ignore[arg-type]

        store._writer._together = counted  # type: ignore[method-assign]
        old = [commit("old rows", Forget(NOW, 3)) for _ in range(2)]
        await asyncio.gather(*old, commit("a", SetMark("a", "1")), commit("b", SetMark("b", "1")))
        assert done == ["a", "b", "old rows", "old rows"]
        assert transactions == [2, 1, 1]
        assert [kept.seq for kept in await store.events_since(6, 10) or ()] == [7, 8, 9, 10]


async def test_it_comes_back_every_day_and_sooner_after_a_failure(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path}/driver.db") as store:
        clock = ManualClock(NOW)
        activity = IdleTracker(clock)
        asked: list[datetime] = []

        async def has_older(_before: datetime) -> bool:
            asked.append(clock.now())
            if len(asked) == 2:
                raise StoreUnavailableError("no")
            return False

        asking = SimpleNamespace(commit=store.commit, has_older=has_older)
        task = asyncio.create_task(Retention(asking, clock, activity, days=400).run())
        activity.track(task)
        clock.add_idle_waiter(activity.wait_idle)
        await clock.wait_idle()
        await clock.advance(2 * 86400 + 7200)
        task.cancel()
        assert [moment - NOW for moment in asked] == [
            FIRST,
            FIRST + EVERY,
            FIRST + EVERY + AGAIN,
            FIRST + 2 * EVERY + AGAIN,
        ]


@pytest.fixture
def second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scripts = tmp_path / "migrations"
    shutil.copytree(migration.SCRIPTS, scripts, ignore=shutil.ignore_patterns("__pycache__"))
    (scripts / "versions" / "9001_test.py").write_text(
        'import sqlalchemy as sa\nfrom alembic import op\nrevision = "9001"\n'
        f'down_revision = "{migration.HEAD}"\n\n\n'
        'def upgrade():\n    op.add_column("marks", sa.Column("more", sa.Text()))\n'
    )
    monkeypatch.setattr(migration, "SCRIPTS", scripts)
    monkeypatch.setattr(migration, "HEAD", "9001")


class TestChangingTheSchema:
    """A copy is kept before a database is changed."""

    async def test_the_copy_has_everything_and_the_old_schema(
        self, tmp_path: Path, request: pytest.FixtureRequest
    ) -> None:
        url = f"sqlite:///{tmp_path}/driver.db"
        head = migration.HEAD
        async with open_store(url) as store:
            await store.commit([SetMark("cursor", "here"), event("a", NOW)])
        assert list(tmp_path.glob("*.backup")) == [], "a new database needs no copy"
        request.getfixturevalue("second")
        async with open_store(url) as store:
            assert (await store.remember()).marks == {"cursor": "here"}
        (copy,) = tmp_path.glob("*.backup")
        assert copy.name == f"driver.db.schema-{head}.backup"
        with sqlite3.connect(copy) as old:
            assert old.execute("SELECT version_num FROM alembic_version").fetchall() == [(head,)]
            assert old.execute("SELECT * FROM marks").fetchall() == [("cursor", "here")]
        old.close()
        async with open_store(url):
            assert len(list(tmp_path.glob("*.backup"))) == 1, "only what is changed is copied"

    async def test_an_older_copy_is_not_overwritten(self, tmp_path: Path, request: pytest.FixtureRequest) -> None:
        url = f"sqlite:///{tmp_path}/driver.db"
        head = migration.HEAD
        async with open_store(url):
            pass
        (tmp_path / f"driver.db.schema-{head}.backup").write_text("precious")
        request.getfixturevalue("second")
        async with open_store(url):
            pass
        assert (tmp_path / f"driver.db.schema-{head}.backup").read_text() == "precious"
        assert (tmp_path / f"driver.db.schema-{head}.backup-2").exists()


class TestLookingOver:
    """``sms-driver store check``."""

    @staticmethod
    def config(tmp_path: Path, url: str) -> str:
        file = tmp_path / "driver.toml"
        file.write_text(f'[twilio]\naccount_sid = "AC{"0" * 32}"\nauth_token = "x"\n[store]\nurl = "{url}"\n')
        return str(file)

    async def test_a_sound_database_is_counted(self, url: str, tmp_path: Path) -> None:
        async with open_store(url) as store:
            await store.commit([*execution("a", NOW), event("a", NOW), audit(NOW)])
            done = await invoke(store_command, "check", "--config", self.config(tmp_path, url), "--json")
        assert done.returncode == 0, done.stderr
        answer = json.loads(done.stdout)
        assert (answer["rows"]["executions"], answer["rows"]["events"], answer["problems"]) == (1, 1, [])
        assert answer["schema"] == migration.HEAD

    async def test_rows_that_make_no_sense_are_named(self, url: str, tmp_path: Path) -> None:
        async with open_store(url) as store:
            await store.commit(
                [*execution("stuck", NOW, ExecutionState.ACCEPTED), *execution("odd", NOW, ExecutionState.ACCEPTED)]
            )
        await administer(
            url,
            "INSERT INTO assets (asset_id, state) VALUES ('gate', '{}')",
            "UPDATE executions SET from_number = '+12015550100', attempts = '[1]' WHERE execution_id = 'odd'",
        )
        done = await invoke(store_command, "check", "--config", self.config(tmp_path, url))
        assert done.returncode == 1
        problems = [line for line in done.stdout.splitlines() if line.startswith("problem: ")]
        assert problems[0] == (
            "problem: the execution stuck is not finished, but no message is waiting for it; it will never end"
        )
        assert "the row 'gate' of assets cannot be read" in problems[1]
        assert "the row 'odd' of executions cannot be read" in problems[2]

    async def test_tables_and_rules_that_cannot_be_read_are_named(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/driver.db"
        async with open_store(url) as store:
            await store.commit([SetMark(mark(TableKind.STATUS), "{}"), SetMark("workflows.agenda", "{}")])
        done = await invoke(store_command, "check", "--config", self.config(tmp_path, url))
        assert done.returncode == 1
        assert "problem: the status tables in the database cannot be read" in done.stdout
        assert "problem: the stored state of workflows cannot be read" in done.stdout

    async def test_a_damaged_file_is_recognised(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/driver.db"
        async with open_store(url) as store:
            await store.commit([event(f"e{n}", NOW) for n in range(500)])
        file = tmp_path / "driver.db"
        data = bytearray(file.read_bytes())
        data[8192:40960] = b"\xff" * (40960 - 8192)
        file.write_bytes(data)
        done = await invoke(store_command, "check", "--config", self.config(tmp_path, url))
        assert done.returncode == 1
        assert "problem: the file is damaged: " in done.stdout
        assert "restore a backup" in done.stdout

    async def test_nothing_is_changed_or_made(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/driver.db"
        with pytest.raises(StartError, match="does not exist"):
            await check_store(url)
        assert not (tmp_path / "driver.db").exists()
        async with open_store(url) as store:
            await store.commit([event("a", NOW)])
        before = (tmp_path / "driver.db").read_bytes()
        await check_store(url)
        assert (tmp_path / "driver.db").read_bytes() == before

    async def test_another_schema_is_told_and_left_alone(self, tmp_path: Path, request: pytest.FixtureRequest) -> None:
        url = f"sqlite:///{tmp_path}/driver.db"
        head = migration.HEAD
        async with open_store(url):
            pass
        request.getfixturevalue("second")
        (answer,) = (await check_store(url)).problems
        assert answer == f"its schema is {head}, this driver's is 9001; starting this driver upgrades it"
        await administer(url, "UPDATE alembic_version SET version_num = '9999'")
        (answer,) = (await check_store(url)).problems
        assert "a newer driver created it" in answer
        await administer(url, "DELETE FROM alembic_version")
        (answer,) = (await check_store(url)).problems
        assert "it has no schema yet" in answer

    async def test_a_driver_may_be_running(self, tmp_path: Path) -> None:
        url = f"sqlite:///{tmp_path}/driver.db"
        async with open_store(url) as store:
            assert isinstance(store, SqlStore)
            await store.commit([event("a", NOW)])
            assert (await check_store(url)).rows["events"] == 1
            await store.commit([event("b", NOW)])
