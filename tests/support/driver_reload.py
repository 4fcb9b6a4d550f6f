"""A driver whose configuration changes while it runs, and what its log says of that."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from support.driver_site import Site, settings, site


@asynccontextmanager
async def reloadable(folder: Path, **sections: Any) -> AsyncIterator[Site]:
    async with site(folder, start=False) as here, here.running(settings(here.fake, folder, **sections)):
        yield here


async def reload(here: Site, folder: Path, **sections: Any) -> None:
    """Take over a configuration and let everything follow."""
    await here.driver.reload(settings(here.fake, folder, **sections))
    await here.clock.wait_idle()


async def records(here: Site, event: str, token: str = "") -> list[dict[str, Any]]:
    query = {"access_token": token} if token else {}
    return [record for record in await here.client.logs(pageSize="1000", **query) if record["event"] == event]
