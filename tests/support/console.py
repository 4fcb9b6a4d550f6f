"""The operator console as a person uses it: find an asset's card, select it, and press a command."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from playwright.async_api import Locator, Page

from support.driver_site import REFUSED, Site

#: Draws assets and alarms again, and returns the milliseconds that it took.
DRAWN = """async () => {
    const begun = performance.now();
    for (const name of ["sms-assets", "sms-alarms"]) document.querySelector(name).draw();
    document.body.getBoundingClientRect();
    return performance.now() - begun;
}"""

Opened = Callable[..., AbstractAsyncContextManager[tuple[Site, Page]]]
"""Opens a site, and the console on it, with its first assets shown."""


def card(page: Page, caption: str) -> Locator:
    return page.locator(".card").filter(has=page.get_by_text(caption, exact=True))


async def select(page: Page, caption: str) -> None:
    await card(page, caption).get_by_role("checkbox").check()


async def press(page: Page, name: str) -> None:
    await page.locator("sms-commands").get_by_role("button", name=name, exact=True).click()


async def broken(here: Site) -> None:
    """Put the phone ``guard`` into Fault."""
    here.fault(REFUSED, times=2)
    await here.send("lost")
    await here.clock.advance(5)


async def both_broken(here: Site) -> None:
    """Put the phones ``guard`` and ``gate`` into Fault."""
    here.fault(REFUSED, times=4)
    for asset in ("guard", "gate"):
        await here.send("lost", asset)
    await here.clock.advance(5)
