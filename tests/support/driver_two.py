"""Two drivers as processes on one database, one active and one on standby, and the requests to Twilio."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any

import aiohttp

from driver.api.frames import EventFrame
from driver.client import DriverClient
from fake_twilio import FakeTwilio, Fault
from support.driver_database import locked
from support.driver_process import process, write_config
from support.driver_site import REFUSED

FAILOVER = {"enabled": True, "heartbeat_interval_s": 0.2, "takeover_after_s": 3.0}


async def logged(process: asyncio.subprocess.Process, event: str) -> None:
    """Return when a process has logged an event."""
    assert process.stderr is not None
    while True:
        line = await process.stderr.readline()
        assert line, f"it ended without logging {event!r}"
        _moment, _level, what = line.decode().split(maxsplit=2)
        if what.startswith(f"{event}  "):
            return


class Two:
    """The active driver, the one on standby, and the requests to Twilio."""

    def __init__(self, url: str, fake: FakeTwilio, http: aiohttp.ClientSession, first: Any, second: Any) -> None:
        self._url = url
        self.fake = fake
        self.http = http
        self.first, self.active = first
        self.second, self.waiting = second

    def creates(self) -> int:
        return sum(exchange.operation == "messages.create" for exchange in self.fake.requests)

    def client(self, where: dict[str, Any]) -> DriverClient:
        """Return a client of one of the drivers."""
        return DriverClient(self.http, where["dataserver_url"])

    async def call(self, where: dict[str, Any], method: str, path: str, body: Any = None) -> tuple[int, Any]:
        response = await self.client(where).request(method, path, body=body)
        return response.status, json.loads(response.body)

    async def send(self) -> str:
        """Let the active driver send a message, and return when its first attempt was refused."""
        driver = self.client(self.active)
        execution = (await driver.command("guard", "Send Message", {"Message Content": "Fire"})).execution_id
        while (await self.attempts(self.active, execution))[-1:] != ["refused"]:
            pass
        return execution

    async def attempts(self, where: dict[str, Any], execution: str) -> list[str]:
        found = await self.client(where).execution(execution)
        return [attempt.outcome for attempt in found.attempts]

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Suspend the active driver until the block ends, between two transactions.

        Inside a transaction it would hold SQLite's file lock, which no other process can take.
        """
        with locked(Path(self._url.removeprefix("sqlite:///"))) if self._url.startswith("sqlite") else nullcontext():
            os.kill(self.first.pid, signal.SIGSTOP)
            os.waitid(os.P_PID, self.first.pid, os.WSTOPPED)
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.kill(self.first.pid, signal.SIGCONT)

    async def taken_over(self) -> None:
        """Return when the second driver logs that it is the active one."""
        await logged(self.second, "active")

    async def event(self, where: dict[str, Any], name: str) -> None:
        """Return when an event of this name has happened."""
        async with self.client(where).events(since=0) as stream:
            while not isinstance(frame := await stream.receive(20), EventFrame) or frame.event.name != name:
                assert frame is not None, "the stream ended"


@asynccontextmanager
async def two(url: str, folder: Path) -> AsyncIterator[Two]:
    async with FakeTwilio() as fake, aiohttp.ClientSession() as http:
        fake.faults.add(Fault(REFUSED, {"operation": "messages.create"}, times=None))
        config = write_config(fake, folder, store={"url": url}, failover=FAILOVER)
        async with process(config, folder / "first.json") as first, process(config, folder / "second.json") as second:
            yield Two(url, fake, http, first, second)
