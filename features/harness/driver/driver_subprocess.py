"""The driver as a separate process, as sites run it: started from a file, and on the machine's clock."""

from __future__ import annotations

import asyncio
import json
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import aiohttp

from driver.client import DriverClient
from harness.driver import configuration
from harness.time.clock import Deadline, RealTime

STARTS_WITHIN_S = 120.0
STOPS_WITHIN_S = 30.0
RELOADS_WITHIN_S = 30.0


class LocalProcess:
    """Starts a driver with the interpreter that runs the scenarios."""

    def command(self, config: Path, ready: Path) -> Sequence[str]:
        """Return the command line for a configuration file and the path of the ready file."""
        return [sys.executable, "-P", "-m", "driver", "run", "--config", str(config), "--ready-file", str(ready)]

    async def kill(self, process: asyncio.subprocess.Process) -> None:
        """End the started process without warning."""
        process.kill()


class DriverSubprocess:
    """One driver process at a time. Its folder, and with it its database, survives a restart."""

    def __init__(self, program: LocalProcess, session: aiohttp.ClientSession, folder: Path) -> None:
        self._program = program
        self._session = session
        self._folder = folder
        self._process: asyncio.subprocess.Process | None = None
        self._clock = RealTime()
        self.api: DriverClient | None = None

    async def start(self, settings: dict[str, Any]) -> DriverClient:
        """Start the driver and wait until every listener answers.

        Raises:
            AssertionError: If it exits instead, with its output.
        """
        self._folder.mkdir(exist_ok=True)
        config, ready, said = (self._folder / name for name in ("driver.toml", "ready.json", "driver.log"))
        config.write_text(configuration.toml(settings), encoding="utf-8")
        ready.unlink(missing_ok=True)
        with said.open("ab") as output:
            self._process = await asyncio.create_subprocess_exec(
                *self._program.command(config, ready), stdout=output, stderr=output, cwd=self._folder
            )
        deadline = Deadline(STARTS_WITHIN_S)
        while not ready.exists():
            if deadline.over or self._process.returncode is not None:
                status = self._process.returncode
                await self.stop()
                last = said.read_text(encoding="utf-8", errors="replace")[-2000:]
                raise AssertionError(f"the driver did not start (exit status {status}):\n{last}")
            await self._clock.let_pass(0)
        where = json.loads(ready.read_text(encoding="utf-8"))
        self.api = DriverClient(self._session, where["dataserver_url"], debug_url=where["debugtools_url"])
        return self.api

    async def reload(self, settings: dict[str, Any]) -> None:
        """Rewrite the configuration file, send a signal, and wait until the driver reports the reload.

        Raises:
            AssertionError: If it does not.
        """
        assert self.api is not None, "no driver is running"
        assert self._process is not None
        before, deadline = await self._reloads(self.api), Deadline(RELOADS_WITHIN_S)
        (self._folder / "driver.toml").write_text(configuration.toml(settings), encoding="utf-8")
        self._process.send_signal(signal.SIGHUP)
        while await self._reloads(self.api) == before:
            assert not deadline.over, f"the driver did not reload its settings within {RELOADS_WITHIN_S:g} s"
            await self._clock.let_pass(0)

    @staticmethod
    async def _reloads(api: DriverClient) -> int:
        return sum(record.get("event") == "configuration_reloaded" for record in await api.logs())

    async def stop(self) -> None:
        """Stop the driver as a service manager does, and wait; kill it if it does not stop.

        Raises:
            AssertionError: If it had to be killed.
        """
        self.api = None
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
        if not await self._ended():
            raise AssertionError(f"the driver did not stop within {STOPS_WITHIN_S:g} s of SIGTERM")

    async def kill(self) -> None:
        """End the driver without warning, as a power failure would."""
        self.api = None
        if self._process is not None and self._process.returncode is None:
            await self._program.kill(self._process)
        await self._ended()

    async def _ended(self) -> bool:
        """Wait for the process to exit; return False if it had to be killed."""
        process, self._process = self._process, None
        if process is None:
            return True
        try:
            async with asyncio.timeout(STOPS_WITHIN_S):
                await process.wait()
        except TimeoutError:
            await self._program.kill(process)
            await process.wait()
            return False
        return True
