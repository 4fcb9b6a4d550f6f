"""The current driver upgrades a database of any earlier schema: nothing is lost, and waiting messages go out once.

The rows were recorded from earlier drivers (``support.driver_recording``). Each schema uses the newest recording that
is not newer than itself, migrated to it; a schema older than all recordings uses the oldest one, without the tables
that were added later.
"""

import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from driver.store import migration
from driver.store.integrity_check import check_store
from harness.driver.database import administer
from harness.driver.open_store import open_store
from support.driver_recording import FOLDER, PHONES, answers, recorded, revisions, taken_up, upgrade

LATER = {"leadership": "0002", "terms": "0003"}
#: These were merged into the executions.
MERGED = {"outbox", "attempts"}


class Old:
    """A database of an earlier schema, and the responses of the driver that left it."""

    def __init__(self, url: str, revision: str) -> None:
        self.url, self.revision = url, revision
        self.recording = max((name for name in recorded() if name <= revision), default=recorded()[0])
        folder = FOLDER / f"schema_{self.recording}"
        self.answers: dict[str, Any] = json.loads((folder / "answers.json").read_text("utf-8"))
        lines = (folder / "rows.sql").read_text("utf-8").splitlines()
        self.rows = [line for line in lines if LATER.get(_table(line), "") <= revision]

    async def write(self) -> None:
        """Write the database."""
        await upgrade(self.url, min(self.recording, self.revision))
        await administer(self.url, *self.rows)
        if self.url.startswith("postgresql:"):  # copied rows do not advance its sequences
            last = "SELECT setval(pg_get_serial_sequence('audit', 'entry_id'), max(entry_id)) FROM audit"
            await administer(self.url, last)
        await upgrade(self.url, self.revision)


@pytest.fixture(params=revisions())
async def old(request: pytest.FixtureRequest, url: str) -> Old:
    """Return a database of each earlier schema."""
    database = Old(url, request.param)
    await database.write()
    return database


def _table(line: str) -> str:
    found = re.match(r'INSERT INTO "(\w+)"', line)
    assert found is not None, line
    return found[1]


async def test_every_row_is_there(old: Old) -> None:
    async with open_store(old.url):
        pass
    report = await check_store(old.url)
    assert (report.schema, report.problems) == (migration.HEAD, ())
    before = Counter(map(_table, old.rows))
    kept = {"assets", "audit", "events", "executions", "marks", "messages"}
    assert kept <= before.keys()
    assert {name: report.rows[name] for name in kept} == {name: before[name] for name in kept}
    assert before.keys() - report.rows.keys() <= MERGED


async def test_what_was_answered_is_answered_and_what_waited_goes_out_once(old: Old, tmp_path: Path) -> None:
    executions = {name: answer["executionId"] for name, answer in old.answers["executions"].items()}
    waiting = {name for name, answer in old.answers["executions"].items() if answer["finishedAt"] is None}
    assert waiting
    async with taken_up(old.url, tmp_path) as here:
        now = await answers(here, executions)
        for name, then in old.answers["executions"].items():
            if name not in waiting:
                assert _shared(now["executions"][name], then) == then
        for kind in old.answers.keys() - {"executions"}:
            then = old.answers[kind]
            assert then
            assert [_shared(item, then[0]) for item in now[kind][-len(then) :]] == then, kind
        await here.clock.advance(120)
        ended = [await here.execution(executions[name]) for name in waiting]
        assert {one["executionId"]: one["reason"] for one in ended if one["state"] != "succeeded"} == {}
        shown = Counter(text for phone in PHONES for text in here.received(str(phone["external_phone_number"])))
        assert set(shown.values()) == {1}
        assert (await here.execution(await here.send("after the upgrade", "dock")))["state"] == "succeeded"


def _shared(now: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a response that the earlier driver gave as well; newer drivers may add fields."""
    return {name: now.get(name) for name in then}
