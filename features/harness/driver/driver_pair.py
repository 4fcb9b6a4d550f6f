"""Two drivers on one PostgreSQL database in the harness's event loop: one active, and one on standby that serves."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import aiohttp

from driver.client import DriverClient
from harness.driver.configuration import put
from harness.driver.driver_in_process import DriverInProcess
from harness.driver.postgres_server import PostgresDatabases
from harness.protocols import DriverBackend
from harness.tcp_proxy import Address, TcpProxy
from harness.time.clock import MovableClock
from harness.time.own_clocks import WaitingClock

INTERVAL_S = 0.9
"""Seconds between two standby checks. One interval is cut short; a driver would notice a difference of a second."""


class DriverPair(DriverBackend):
    """Two drivers as one: started, reloaded and stopped together, with takeovers on demand."""

    def __init__(self, clock: MovableClock, session: aiohttp.ClientSession, databases: PostgresDatabases) -> None:
        self._clock = clock
        self._session = session
        self._databases = databases
        self._url = ""
        self._settings: dict[str, Any] = {}
        self._active: DriverInProcess | None = None
        self._standby: DriverInProcess | None = None
        self._waiting: WaitingClock | None = None
        self._balancer = TcpProxy(self._serving)
        self.api: DriverClient | None = None

    async def start(self, settings: dict[str, Any]) -> DriverClient:
        """Start both on the scenario's database, and wait until both answer."""
        self._url = self._url or await self._databases.fresh()
        self._settings = self._of_each(settings)
        self._active = DriverInProcess(self._clock, self._session)
        await self._active.start(self._settings)
        if port := settings["receive"].get("webhook_port"):
            self._balancer = TcpProxy(self._serving)
            await self._balancer.open(port)
        return await self._add_standby()

    def _of_each(self, settings: dict[str, Any]) -> dict[str, Any]:
        """Return the settings of each driver: its own ports, the shared database, and failover."""
        made = copy.deepcopy(settings)
        put(made, "store.url", self._url)
        put(made, "failover.enabled", True)
        put(made, "failover.heartbeat_interval_s", INTERVAL_S)
        if "webhook_port" in made["receive"]:
            put(made, "receive.webhook_port", 0)
        return made

    def _serving(self) -> list[Address]:
        """Return the webhook address of the serving driver; a single address in front of both leads there."""
        return [("127.0.0.1", self._standby.webhook_port)] if self._standby is not None else []

    async def _add_standby(self) -> DriverClient:
        """Start another driver on standby. Operators and Twilio use it; engineers look into the active one."""
        assert self._active is not None
        assert self._active.api is not None
        self._waiting = WaitingClock(self._clock, timedelta(seconds=INTERVAL_S))
        self._standby = DriverInProcess(self._waiting, self._session)
        serving = await self._standby.start(self._settings)
        self.api = DriverClient(self._session, serving.url, debug_url=self._active.api.debug_url)
        return self.api

    async def hand_over(self) -> None:
        """Stop the active driver, let the other one take over, and start another one on standby."""
        assert self._active is not None
        assert self._standby is not None
        assert self._waiting is not None
        await self._active.stop()
        self._active, self._standby = self._standby, None
        self._waiting.go_ahead()
        await self._clock.advance(0)
        assert self._active.api is not None
        assert (await self._active.api.info()).role == "active", "the driver on standby did not take over"
        await self._add_standby()

    async def reload(self, settings: dict[str, Any]) -> None:
        """Make both reload a changed configuration."""
        self._settings = self._of_each(settings)
        for one in (self._active, self._standby):
            if one is not None:
                await one.reload(self._settings)

    async def stop(self) -> None:
        """Stop both, the one on standby first so that it does not take over."""
        self.api = None
        for one in (self._standby, self._active):
            if one is not None:
                await one.stop()
        self._active = self._standby = None
        await self._balancer.close()
