"""Two drivers on one database, in one process, each on a manual clock."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from driver.app import RunningDriver, open_driver
from driver.client import DriverClient
from driver.config import DriverConfig
from fake_twilio import ManualClock
from support.driver_clock import MachineClock
from support.driver_site import Site, answered

MESSAGE = {"command": "Send Message", "parameters": {"Message Content": "Fire"}}


class Pair:
    """A site for two drivers on one database, and what each of them answers."""

    def __init__(self, here: Site, config: DriverConfig) -> None:
        self.here = here
        self.config = config

    @asynccontextmanager
    async def driver(self, clock: ManualClock | MachineClock | None = None) -> AsyncIterator[RunningDriver]:
        """Run one more driver, on the site's clock or on one of its own."""
        clock = clock or self.here.clock
        moved = clock if isinstance(clock, ManualClock) else self.here.clock
        async with open_driver(self.config, clock=clock, session=self.here.http) as running:
            idle_waiter = running.wait_idle
            moved.add_idle_waiter(idle_waiter)
            try:
                await moved.wait_idle()
                yield running
            finally:
                moved.remove_idle_waiter(idle_waiter)

    async def ask(self, running: RunningDriver, path: str, status: int = 200) -> Any:
        return await answered(DriverClient(self.here.http, running.dataserver_url), "GET", path, status=status)

    async def command(self, running: RunningDriver, body: Mapping[str, Any] = MESSAGE, status: int = 202) -> Any:
        driver, path = DriverClient(self.here.http, running.dataserver_url), "/api/assets/guard/commands"
        return await answered(driver, "POST", path, status=status, body=body)
