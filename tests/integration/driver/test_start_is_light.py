"""A driver that restarts on its SQLite file imports nothing it does not need.

Not needed are the modules for PostgreSQL or a new schema, the SDK's classes for all of Twilio's resources, and the
library that knows the numbers of other countries.
"""

import json
import subprocess
import sys
from pathlib import Path

from harness.driver.open_store import open_store

NEEDLESS = (
    "alembic",
    "asyncpg",
    "phonenumbers",
    "sqlalchemy.dialects.postgresql",
    "sqlalchemy.ext.asyncio",
    "sqlalchemy.orm",
)
SDK = ("twilio.rest.api", "twilio.rest.messaging", "twilio.rest.oauth")
AGAIN = """
import asyncio, sys

import driver.cli.run
from driver.app import open_driver
from driver.config.models import DriverConfig


async def open_it() -> None:
    async with open_driver(DriverConfig.model_validate_json(sys.argv[1])) as running:
        await running.wait_idle()


asyncio.run(open_it())
print(*[name for name in sys.argv[2:] if name in sys.modules])
"""


COLLECTIONS = """
import gc, sys

import driver.cli.run as cli


def collections() -> int:
    return sum(generation["collections"] for generation in gc.get_stats())


def show(serve) -> None:
    serve.close()
    print(collections() - before)


cli._run_loop, before = show, collections()
cli.run.main(["--config", sys.argv[1]], standalone_mode=False)
"""

ASK = """
import sys

import driver.cli.login
import driver.cli.send
import driver.cli.tail

print(*[name for name in sys.argv[1:] if name in sys.modules])
"""


async def test_sqlite_needs_neither_the_orm_nor_another_database_nor_all_of_the_sdk(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/driver.db"
    async with open_store(url):
        """The first start creates the schema."""
    config = {
        "twilio": {"account_sid": f"AC{0:032}", "auth_token": "secret", "base_url": "http://127.0.0.1:9"},
        "store": {"url": url},
        "dataserver": {"port": 0},
        "internal": {"debug_port": 0},
        "phones": [{"id": "gate", "external_phone_number": "+12015550101", "twilio_phone_number": "+12015550100"}],
    }

    again = subprocess.run(  # noqa: ASYNC221 - nothing else runs here
        [sys.executable, "-c", AGAIN, json.dumps(config), *NEEDLESS, *SDK],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    assert again.stdout.split() == []


def test_loading_the_program_looks_for_no_garbage(tmp_path: Path) -> None:
    file = tmp_path / "driver.toml"
    file.write_text(f'[twilio]\naccount_sid = "AC{0:032}"\nauth_token = "secret"\n')

    loaded = subprocess.run(
        [sys.executable, "-c", COLLECTIONS, str(file)], capture_output=True, text=True, check=True, timeout=60
    )

    assert int(loaded.stdout) < 5  # importing everything would trigger two hundred


def test_a_command_that_asks_a_driver_loads_no_driver() -> None:
    needless = ("driver.config.models", "driver.services.tables", "aiohttp.web", "sqlalchemy", "twilio")

    asked = subprocess.run(
        [sys.executable, "-c", ASK, *needless], capture_output=True, text=True, check=True, timeout=60
    )

    assert asked.stdout.split() == []
