"""The driver in the harness's own event loop. On the harness's clock, five-second waits take no real time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
from pydantic import ValidationError

from driver.app import RunningDriver, open_driver
from driver.client import DriverClient
from driver.config.models import DriverConfig
from harness.driver.database import EmptyDatabase
from harness.protocols import DriverBackend
from harness.time.clock import MovableClock


@asynccontextmanager
async def running_driver(
    config: DriverConfig, clock: MovableClock | None, session: aiohttp.ClientSession | None = None
) -> AsyncIterator[RunningDriver]:
    """Run a driver while the context lasts. The harness's clock waits for the driver's work before it advances.

    Args:
        config: The driver's configuration.
        clock: The clock of the driver's machine; None for the real one.
        session: The HTTP session for requests to Twilio; None for a new one.
    """
    async with open_driver(config, clock=clock, session=session) as running:
        if clock is None:
            await running.wait_idle()
            yield running
            return
        clock.add_idle_waiter(running.wait_idle)
        try:
            await clock.wait_idle()
            yield running
        finally:
            clock.remove_idle_waiter(running.wait_idle)


class DriverInProcess(DriverBackend):
    """One driver that is started from a configuration, and stopped or restarted on the same database."""

    def __init__(
        self, clock: MovableClock | None, session: aiohttp.ClientSession, database: EmptyDatabase | None = None
    ) -> None:
        self._clock = clock
        self._session = session
        self._database = database
        self._stop = asyncio.Event()
        self._life: asyncio.Task[None] | None = None
        self._running: RunningDriver | None = None
        self.api: DriverClient | None = None

    async def start(self, settings: dict[str, Any]) -> DriverClient:
        """Start the driver and wait until it answers.

        Raises:
            Exception: Whatever keeps the driver from starting.
        """
        if self._database is not None:
            await self._database.place(Path(settings["store"]["url"].removeprefix("sqlite:///")))
        ready: asyncio.Future[RunningDriver] = asyncio.get_running_loop().create_future()
        self._stop.clear()
        self._life = asyncio.create_task(self._live(_checked(settings), ready))
        await asyncio.wait((self._life, ready), return_when=asyncio.FIRST_COMPLETED)
        if self._life.done():
            ready.cancel()
            life, self._life = self._life, None
            life.result()
        self._running = ready.result()
        self.api = DriverClient(self._session, self._running.dataserver_url, debug_url=self._running.debugtools_url)
        return self.api

    @property
    def webhook_port(self) -> int:
        """Return the port of the webhook listener; 0 if there is none."""
        url = self._running.webhook_url if self._running is not None else None
        return urlsplit(url).port or 0 if url else 0

    async def _live(self, config: DriverConfig, ready: asyncio.Future[RunningDriver]) -> None:
        async with running_driver(config, self._clock) as running:
            ready.set_result(running)
            await self._stop.wait()

    async def reload(self, settings: dict[str, Any]) -> None:
        """Make the driver reload a changed configuration while it runs."""
        assert self._running is not None, "no driver is running"
        await self._running.reload(_checked(settings))

    async def stop(self) -> None:
        """Stop gracefully; work in flight is stored in the database."""
        self.api = self._running = None
        self._stop.set()
        if self._life is not None:
            life, self._life = self._life, None
            await life


def _checked(settings: dict[str, Any]) -> DriverConfig:
    """Return the validated configuration.

    Raises:
        AssertionError: With each setting that the driver refuses, and why.
    """
    try:
        return DriverConfig.model_validate(settings)
    except ValidationError as exc:
        wrong = [f"  {'.'.join(map(str, one['loc']))}: {one['msg']}" for one in exc.errors(include_url=False)]
        raise AssertionError("\n".join(["the driver refuses its configuration:", *wrong])) from None
