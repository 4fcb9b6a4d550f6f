"""One browser for all tests of a page: to start one takes longer than most of them."""

from collections.abc import AsyncIterator

import pytest_asyncio
from playwright.async_api import Browser

from support.browser import browser


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def running() -> AsyncIterator[Browser]:
    """Run a browser until the last test of the file."""
    async with browser() as running:
        yield running
