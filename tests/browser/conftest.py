"""One browser for all tests of a file, because starting one takes longer than most of them, and the opened console."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from support.browser import browser, watched
from support.console import Opened, card
from support.driver_site import Site, site


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[Browser]:
    """Keep a browser running until the last test of the file."""
    async with browser() as running:
        yield running


@pytest.fixture
def console(running: Browser, tmp_path: Path) -> Opened:
    @asynccontextmanager
    async def opened(**options: Any) -> AsyncIterator[tuple[Site, Page]]:
        # Every phone raises its own alarm, so that there are several to look at.
        states = {"suppress_child_comm_alarms": False}
        async with (
            site(tmp_path, states=states) as here,
            watched(running, here.driver.dataserver_url, **options) as seen,
        ):
            await expect(card(seen.page, "Guard")).to_contain_text("Normal")
            yield here, seen.page

    return opened
