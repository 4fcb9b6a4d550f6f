"""The driver as a separate process: the real command, real signals, and the real clock."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fake_twilio import FakeTwilio
from harness.driver.configuration import toml
from harness.driver.driver_subprocess import LocalProcess
from support.driver_site import PHONES, configured


def write_config(fake: FakeTwilio, folder: Path, **sections: Any) -> Path:
    """Write ``driver.toml`` for one phone; ``sections`` adds to it or replaces keys."""
    file = folder / "driver.toml"
    file.write_text(toml(configured(fake, folder, **{"phones": PHONES[:1], **sections})))
    return file


@asynccontextmanager
async def process(config: Path, ready: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    """Run the driver as a process until the block ends; yield it with what it reports when ready."""
    ready.unlink(missing_ok=True)
    running = await asyncio.create_subprocess_exec(
        *LocalProcess().command(config, ready), stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        assert running.stdout is not None
        assert await running.stdout.readline(), "the driver ended before it was ready"
        yield running, json.loads(ready.read_text())
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGTERM)
        await running.communicate()
