"""The operator console for everybody: by keyboard, on small screens, in the dark, and with very many assets."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from support.browser import watched
from support.console import Opened, broken, card, select
from support.driver_site import GUARD, OURS, site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]


async def test_everything_can_be_done_with_the_keyboard(console: Opened) -> None:
    async with console() as (_here, page):
        await page.keyboard.press("Tab")
        await expect(page.get_by_role("link", name="Skip to assets")).to_be_focused()
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await expect(page.get_by_label("Find")).to_be_focused()
        await page.keyboard.type("gua")
        await expect(page.locator(".card")).to_have_count(1)
        await page.keyboard.press("Tab")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Space")
        await expect(page.locator("sms-commands .chosen")).to_have_text("Guard")
        await page.keyboard.press("Tab")
        await expect(page.get_by_label("Message", exact=True)).to_be_focused()
        for _ in range(4):
            await page.keyboard.press("Tab")
        await expect(page.get_by_role("button", name="Mask")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(card(page, "Guard").locator(".status")).to_have_text("Masked")


async def test_a_refresh_does_not_take_the_focus_away(console: Opened) -> None:
    async with console() as (here, page):
        box = card(page, "Guard").get_by_role("checkbox")
        await box.focus()
        await broken(here)
        await expect(card(page, "Guard").locator(".status")).to_have_text("Fault")
        await expect(box).to_be_focused()


NAMELESS = """() => [...document.querySelectorAll("input, select, textarea, button, dialog, [role=region]")]
    .filter((it) => !(it.labels?.length || it.ariaLabel || it.getAttribute("aria-labelledby") || it.textContent.trim()))
    .map((it) => it.outerHTML)"""

CONTRASTS = """() => {
    const parts = (text) => text.match(/[\\d.]+/g).map(Number);
    const light = ([r, g, b]) => [r, g, b]
        .map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, n) => sum + v * [0.2126, 0.7152, 0.0722][n], 0);
    const ground = (it) => {
        for (; it; it = it.parentElement) {
            const found = parts(getComputedStyle(it).backgroundColor);
            if (found.length === 3 || found[3] === 1) return found;
        }
        return [255, 255, 255];
    };
    const weak = [];
    for (const it of document.querySelectorAll("h1, h2, p, a, label, button, th, td, span, summary")) {
        const own = [...it.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
        if (!own || !it.checkVisibility()) continue;
        if (it.closest(":disabled, .hidden, .flashing, .blinking")) continue;
        const [a, b] = [light(parts(getComputedStyle(it).color)), light(ground(it))].sort((x, y) => y - x);
        if ((a + 0.05) / (b + 0.05) < 4.5) weak.push(it.outerHTML);
    }
    return weak;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1400, 900), (360, 740)], ids=["desk", "phone"])
async def test_it_can_be_read_on_a_desk_and_on_a_phone_by_day_and_by_night(
    console: Opened, scheme: str, size: tuple[int, int]
) -> None:
    viewport = {"width": size[0], "height": size[1]}
    async with console(color_scheme=scheme, viewport=viewport, reduced_motion="reduce") as (here, page):
        await broken(here)
        await here.fake.handset(GUARD).send(OURS, "W" * 300)
        await here.clock.advance(20)
        await expect(page.locator("sms-messages li")).to_have_count(2)
        await select(page, "Guard")
        assert await page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert await page.evaluate(NAMELESS) == []
        assert await page.evaluate(CONTRASTS) == []
        if size[0] < 500:
            await page.get_by_role("link", name="Commands for Guard").click()
            await expect(page.get_by_role("button", name="Mask")).to_be_in_viewport()


async def test_ten_thousand_phones_stay_usable(tmp_path: Path, running: Browser) -> None:
    phones = [{"id": f"p{n}", "caption": f"Phone {n}", "twilio_phone_number": OURS} for n in range(10_000)]
    async with site(tmp_path, phones=phones) as here, watched(running, here.driver.dataserver_url) as seen:
        await expect(seen.page.locator(".card").first).to_be_visible(timeout=15_000)
        await seen.page.get_by_label("Find").fill("Phone 9999")
        await expect(seen.page.locator(".card")).to_have_count(1)
