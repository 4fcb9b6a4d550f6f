"""An accessible operator console: by keyboard, on small screens, in dark mode, and with very many assets."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from support.browser import flaws, watched
from support.console import DRAWN, Opened, broken, card, select
from support.driver_site import GUARD, OURS, REFUSED, site

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
        for _ in range(3):
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
        assert await flaws(page) == []
        debug_tools = page.get_by_role("link", name="Debug tools")
        await expect(debug_tools).to_have_attribute("href", f"{here.driver.debugtools_url}/")
        if size[0] < 500:
            await page.get_by_role("link", name="Commands for Guard").click()
            await expect(page.get_by_role("button", name="Mask")).to_be_in_viewport()


async def test_forty_assets_are_in_sight_as_lines_those_that_need_somebody_first(
    tmp_path: Path, running: Browser
) -> None:
    phones = [{"id": f"p{n}", "caption": f"Phone {n}", "twilio_phone_number": OURS} for n in range(60)]
    phones[50]["external_phone_number"] = GUARD
    screen = {"width": 1920, "height": 1080}
    async with (
        site(tmp_path, phones=phones) as here,
        watched(running, here.driver.dataserver_url, viewport=screen) as seen,
    ):
        page = seen.page
        await page.get_by_role("button", name="Show as list").click()
        await page.get_by_role("link", name="Assets", exact=True).click()
        lines = page.locator("sms-assets tbody tr")
        await expect(lines).to_have_count(61)
        inside = await lines.evaluate_all(
            "(all) => all.filter((it) => it.getBoundingClientRect().bottom <= innerHeight).length"
        )
        assert inside >= 40
        await expect(lines.last).to_contain_text("Phone 50")
        assert await flaws(page) == []
        here.fault(REFUSED, times=2)
        await here.send("lost", "p50")
        await here.clock.advance(5)
        await page.reload()
        await expect(lines.nth(1)).to_contain_text("Phone 50")
        await expect(page.get_by_role("button", name="Show as cards")).to_be_visible()


async def test_nothing_that_is_read_blinks(console: Opened) -> None:
    async with console() as (_here, page):
        rules = await page.evaluate(
            """() => [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules])
                .flatMap((rule) => (rule instanceof CSSKeyframesRule ? [...rule.cssRules] : []))
                .flatMap((frame) => [...frame.style])"""
        )
        assert set(rules) == {"border-left-color", "box-shadow"}


async def test_ten_thousand_phones_are_drawn_within_a_second(tmp_path: Path, running: Browser) -> None:
    phones = [{"id": f"p{n}", "caption": f"Phone {n}", "twilio_phone_number": OURS} for n in range(10_000)]
    async with site(tmp_path, phones=phones) as here, watched(running, here.driver.dataserver_url) as seen:
        page = seen.page
        await expect(page.locator(".card").first).to_be_visible(timeout=15_000)
        assert await page.evaluate(DRAWN) < 1000
        await page.get_by_label("Find").fill("Phone 9999")
        await expect(page.locator(".card")).to_have_count(1)
