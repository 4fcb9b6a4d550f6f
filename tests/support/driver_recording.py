"""Recordings of drivers of earlier schemas: their databases and their answers, and how to record them.

    PYTHONPATH=tests:features python -m support.driver_recording    writes the current schema_NNNN next to the tests

``rows.sql`` has the rows written by a driver that was stopped while messages waited; ``answers.json`` its responses.
"""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from driver.store import migration
from driver.store.engines import open_database
from support.driver_site import OURS, Site, settings, site

FOLDER = Path(__file__).parents[1] / "integration" / "driver"
PHONES = [
    {"id": name, "caption": name.title(), "external_phone_number": f"+1201555010{n}", "twilio_phone_number": OURS}
    for n, name in enumerate(("guard", "gate", "yard", "hall", "dock", "roof", "bare"), 1)
]
#: How long the drivers of the recordings ran before they stopped.
RAN_S = 425


def revisions() -> list[str]:
    """Return all schemas so far, oldest first."""
    return sorted(script.revision for script in ScriptDirectory(str(migration.SCRIPTS)).walk_revisions())


def recorded() -> list[str]:
    """Return the schemas with a recording, oldest first."""
    return sorted(folder.name.removeprefix("schema_") for folder in FOLDER.glob("schema_*"))


async def upgrade(url: str, revision: str) -> None:
    """Migrate a database to a schema, and no further."""
    config = Config()
    config.set_main_option("script_location", str(migration.SCRIPTS))

    def carry_out(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        connection.commit()

    database = open_database(url, "old")
    await database.do(carry_out)
    await database.close()


@asynccontextmanager
async def taken_up(url: str, folder: Path) -> AsyncIterator[Site]:
    """Run a driver on an old database, as of a moment after the old driver stopped."""
    # Twilio never reuses a SID, but this fake is not the one of the recording.
    async with site(folder, start=False, seed={"random_seed": 4}) as here:
        await here.clock.advance(RAN_S + 5)
        async with here.running(settings(here.fake, folder, store={"url": url}, phones=PHONES)):
            yield here


async def answers(here: Site, executions: dict[str, str]) -> dict[str, Any]:
    """Return a driver's view of what happened, without values such as alarm ages that depend on the current time."""
    alarms = await here.alarms()
    return {
        "executions": {name: await here.execution(execution_id) for name, execution_id in executions.items()},
        "deadletters": await here.dead_letters(),
        "messages": await here.messages(),
        "audit": await here.audit(),
        "alarms": [{key: value for key, value in alarm.items() if key != "age"} for alarm in alarms],
    }


async def record(url: str, folder: Path) -> dict[str, Any]:
    """Let a current driver store a message of every kind in an empty database; return its answers."""
    refused = {"type": "http_error", "status": 400, "code": 21612}
    async with site(folder, store={"url": url}, phones=PHONES) as here:
        made = {"succeeded": await here.send("Größe 5 – 👍")}
        here.fault(refused, times=2)
        made["terminated"] = await here.send("refused", "gate")
        await here.clock.advance(30)
        made["acknowledge"] = (await here.command("gate", "Acknowledge", Comment="seen"))["executionId"]
        made["mask"] = (await here.command("hall", "Mask", Comment="works"))["executionId"]
        await here.fake.handset("+12015550101").send(OURS, "on my way")
        await here.clock.advance(RAN_S - 30)
        here.fault(refused)
        made["executing, waits"] = await here.send("second attempt waits", "yard")
        made["accepted, waits behind it"] = await here.send("behind it", "yard")
        return await answers(here, made)


def main() -> None:
    """Record the current schema."""
    target = FOLDER / f"schema_{migration.HEAD}"
    with TemporaryDirectory() as name:
        folder = Path(name)
        said = asyncio.run(record(f"sqlite:///{folder}/driver.db", folder))
        with closing(sqlite3.connect(folder / "driver.db")) as file:
            lines = [line for line in file.iterdump() if line.startswith("INSERT") and "alembic_version" not in line]
    target.mkdir(exist_ok=True)
    (target / "rows.sql").write_text("\n".join(lines) + "\n", "utf-8")
    (target / "answers.json").write_text(json.dumps(said, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
