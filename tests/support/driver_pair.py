"""Two drivers on one database, in one process, each on a manual clock."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

from driver.app import RunningDriver
from driver.client import DriverClient
from driver.config.models import DriverConfig
from harness.driver.driver_in_process import running_driver
from harness.time.clock import MovableClock
from support.driver_site import MESSAGE, Site, answered, settings, site


class Pair:
    """A site for two drivers on one database, and the answers of each."""

    def __init__(self, here: Site, config: DriverConfig) -> None:
        self.here = here
        self.config = config

    def driver(self, clock: MovableClock | None = None) -> AbstractAsyncContextManager[RunningDriver]:
        """Run another driver, on the site's clock or on its own."""
        return running_driver(self.config, clock or self.here.clock, self.here.http)

    def client(self, running: RunningDriver) -> DriverClient:
        """Return a client of one of the drivers."""
        return DriverClient(self.here.http, running.dataserver_url)

    async def ask(self, running: RunningDriver, path: str, status: int = 200) -> Any:
        return await answered(self.client(running), "GET", path, status=status)

    async def command(self, running: RunningDriver, body: Mapping[str, Any] = MESSAGE, status: int = 202) -> Any:
        return await answered(self.client(running), "POST", "/api/assets/guard/commands", status=status, body=body)


@asynccontextmanager
async def open_pair(folder: Path, url: str, **sections: Any) -> AsyncIterator[Pair]:
    """Open a site for two drivers with failover on the database at ``url``; neither is running yet."""
    async with site(folder, start=False) as here:
        yield Pair(here, settings(here.fake, folder, store={"url": url}, failover={"enabled": True}, **sections))
