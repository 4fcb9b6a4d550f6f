"""Driver processes that are restarted whenever they exit, as by a service manager."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from chaos.pace import now, wait
from support.driver_stepped import set_step

#: A driver reaches its working size in its first seconds and must not grow afterwards.
SETTLED_S = 10.0
#: Limits for later growth, and for additional open files: 50 connections to Twilio (its limit), those of its clients
#: and of webhooks, and to the database if it became the active one. A leak opens several a second.
MAX_GROWTH_MB, MAX_MORE_FILES = 48, 120
#: Never printed by a healthy driver.
NEVER = ("Traceback (most recent call last)", "Task exception was never retrieved", "never awaited")


class Driver:
    """One place for a driver, with its configuration, log and clock."""

    def __init__(self, name: str, folder: Path, webhook_port: int) -> None:
        self.name = name
        self.webhook_port = webhook_port
        self.config = folder / f"{name}.toml"
        self.log = folder / f"{name}.log"
        self.exits: list[tuple[datetime, int]] = []
        self.kills = 0
        self._ready = folder / f"{name}.ready.json"
        self._clock = folder / f"{name}.clock"
        self._process: asyncio.subprocess.Process | None = None
        self._first: tuple[int, int, int] | None = None
        set_step(self._clock, 0.0)

    @property
    def url(self) -> str:
        """The address of its data server; empty while it starts."""
        with suppress(OSError, ValueError):
            answer: dict[str, Any] = json.loads(self._ready.read_text())
            return str(answer["dataserver_url"])
        return ""

    @property
    def webhook_address(self) -> tuple[str, int]:
        """The address of its webhook listener while it is the active one."""
        return "127.0.0.1", self.webhook_port

    def signal(self, number: int) -> None:
        """Send a signal to the process, if there is one."""
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, number)
                self.kills += number == signal.SIGKILL

    def set_clock(self, seconds: float) -> None:
        """Shift the machine's clock forward, or back if negative, relative to the correct time."""
        set_step(self._clock, seconds)

    async def keep(self) -> None:
        """Run the driver, and run it again whenever it exits."""
        arguments = ["run", "--config", str(self.config), "--ready-file", str(self._ready)]
        command = [sys.executable, "-P", "-m", "support.driver_stepped", str(self._clock), *arguments]
        while True:
            self._ready.unlink(missing_ok=True)
            self._first = None
            with self.log.open("ab") as log:
                self._process = await asyncio.create_subprocess_exec(*command, stdout=log, stderr=log)
            code = await self._process.wait()
            if code != -signal.SIGKILL:
                self.exits.append((now(), code))
                await wait(0.5)

    async def stop(self) -> int | None:
        """Ask the driver to stop, and return its exit status; None on timeout."""
        if self._process is None or self._process.returncode is not None:
            return 0
        self.signal(signal.SIGCONT)
        self.signal(signal.SIGTERM)
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                return await self._process.wait()
        self.signal(signal.SIGKILL)
        return None

    def grown(self) -> str:
        """Return how the process has grown since it settled, if it grew too much."""
        size = self._size()
        if size is None or self._first is None or self._first[0] != size[0]:
            return ""
        megabytes, files = size[1] - self._first[1], size[2] - self._first[2]
        if megabytes > MAX_GROWTH_MB or files > MAX_MORE_FILES:
            return f"{self.name}: grew by {megabytes} MB and {files} open files"
        return ""

    async def watch(self) -> None:
        """Record the size of each process once it has settled."""
        while True:
            before = self._process
            await wait(SETTLED_S)
            if self._first is None and before is self._process and self.url:
                self._first = self._size()

    def _size(self) -> tuple[int, int, int] | None:
        if self._process is None or self._process.returncode is not None:
            return None
        place = Path("/proc") / str(self._process.pid)
        with suppress(OSError, ValueError, IndexError):
            pages = int((place / "statm").read_text().split()[1])
            megabytes = pages * os.sysconf("SC_PAGE_SIZE") >> 20
            return self._process.pid, megabytes, len(list((place / "fd").iterdir()))
        return None

    def odd_lines(self) -> list[str]:
        """Return log lines that must never appear."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return [f"{self.log}:{place}: {line}" for place, line in enumerate(lines, 1) if any(n in line for n in NEVER)]


@asynccontextmanager
async def kept(*drivers: Driver) -> AsyncIterator[None]:
    """Keep drivers running until the block ends, then stop them."""
    tasks = [asyncio.ensure_future(task) for driver in drivers for task in (driver.keep(), driver.watch())]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.gather(*(driver.stop() for driver in drivers))
