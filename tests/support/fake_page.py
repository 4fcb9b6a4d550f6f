"""The fake's page as a person uses it: open it, find a phone, and text from it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, Page, expect

from support.browser import watched
from support.fake_wire import GUARD, Wire


@asynccontextmanager
async def fake_page(running: Browser, one: Wire, **options: Any) -> AsyncIterator[Page]:
    """Open the page of a fake with everything shown, and check at the end that nothing went wrong."""
    async with watched(running, one.fake.base_url, "/_fake/", **options) as seen:
        await expect(seen.page.locator("#live")).to_have_text("live")
        yield seen.page


def phone(page: Page, number: str = GUARD) -> Any:
    """Return a phone on the page."""
    return page.locator(f'.phone[data-number="{number}"]')


async def type_text(page: Page, text: str, number: str = GUARD) -> None:
    """Text from a phone on the page."""
    await phone(page, number).get_by_placeholder("Text message").fill(text)
    await expect(phone(page, number).get_by_role("button", name="Send", exact=True)).to_be_enabled()
    await phone(page, number).get_by_placeholder("Text message").press("Enter")
