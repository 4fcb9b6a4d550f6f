"""The driver as a process of its own: the real command, the real signals, the real clock."""

import asyncio
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fake_twilio import FakeTwilio
from support.driver_site import GUARD, OURS


def write_config(fake: FakeTwilio, folder: Path, *, store: str = "", more: str = "") -> Path:
    """Write ``driver.toml``; ``store`` is the database's address, ``more`` further sections."""
    file = folder / "driver.toml"
    file.write_text(
        f"""
[twilio]
account_sid = "{fake.account_sid}"
auth_token = "{fake.auth_token}"
base_url = "{fake.base_url}"
[dataserver]
port = 0
[internal]
debug_port = 0
[store]
url = "{store or f"sqlite:///{folder}/driver.db"}"
{more}
[[phones]]
id = "guard"
external_phone_number = "{GUARD}"
twilio_phone_number = "{OURS}"
"""
    )
    return file


@asynccontextmanager
async def process(config: Path, ready: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    """Run the driver as a process until the block ends; yields it with what it says when it is ready."""
    ready.unlink(missing_ok=True)
    command = [sys.executable, "-P", "-m", "driver", "run", "--config", str(config), "--ready-file", str(ready)]
    running = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        assert running.stdout is not None
        assert await running.stdout.readline(), "the driver ended before it was ready"
        yield running, json.loads(ready.read_text())
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGTERM)
        await running.communicate()
