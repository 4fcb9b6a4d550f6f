"""The console's history: the night's alarms and who did what, searched, counted, printed and downloaded."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from driver.api.passwords import hash_password
from support.browser import flaws, watched
from support.console import broken
from support.driver_site import settings, site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

USERS = [{"username": "ann", "password_hash": hash_password("right horse"), "role": "operator"}]


async def test_the_next_shift_sees_what_happened_since_it_left(tmp_path: Path, running: Browser) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        async with here.running(config):
            await broken(here)
            await here.command("guard", "Acknowledge", Comment="called the guard")
            await here.clock.advance(3600)
            await here.command("guard", "Reset")
        async with (
            here.running(settings(here.fake, tmp_path, dataserver={"users": USERS})),
            watched(running, here.driver.dataserver_url) as seen,
        ):
            page, past = seen.page, seen.page.locator("sms-history")
            await page.clock.install(time="2025-12-31T20:00:00Z")
            for first in (True, False):
                await page.goto(here.driver.dataserver_url)
                await page.get_by_label("User name").fill("ann")
                await page.get_by_label("Password").fill("right horse")
                await page.keyboard.press("Enter")
                await expect(page.locator("sms-session")).to_contain_text("ann")
                await page.get_by_role("link", name="History").click()
                await page.clock.set_fixed_time("2026-01-01T02:00:00Z")
                if first:
                    await page.get_by_role("button", name="Log out").click()
            await expect(page.locator("#assets")).to_be_hidden()
            await page.get_by_role("button", name="Since my last login").click()
            await expect(past.get_by_label("From")).to_have_value(re.compile("^2025-12-31T20:00"))
            lines = past.locator("tbody tr")
            await expect(lines.filter(has_text="acknowledged").filter(has_text="called the guard")).to_have_count(1)
            await expect(lines.filter(has_text="raised")).to_have_count(2)
            await expect(page.locator(".figures")).to_contain_text(
                "2 raised: 0.07 per 10 minutes on average, 2 at peak"
            )
            await expect(page.locator(".worst li").first).to_contain_text("1 ")
            await expect(page.get_by_role("img", name="Alarms per hour, 2 at peak")).to_be_visible()
            assert await flaws(page) == []
            await past.get_by_label("What").select_option("raised")
            await past.get_by_label("Asset").fill("guard")
            await page.keyboard.press("Enter")
            await expect(lines).to_have_count(1)
            await past.get_by_label("Records", exact=True).select_option("Audit")
            await past.get_by_label("User", exact=True).fill("anonymous")
            await page.get_by_role("button", name="Show", exact=True).click()
            await expect(lines.first).to_contain_text("Reset")
            async with page.expect_download() as download:
                await page.get_by_role("button", name="CSV").click()
            text = Path(await (await download.value).path()).read_text(encoding="utf-8-sig")
            assert text.splitlines()[0].startswith("Record Date,Device Type,Command/Status")
            assert text.count("anonymous,Guard") >= 2
            await page.emulate_media(media="print")
            await expect(page.get_by_role("button", name="CSV")).to_be_hidden()
            await expect(lines.first).to_be_visible()
            await page.emulate_media(media="screen")
            await page.get_by_role("link", name="Assets", exact=True).click()
            await expect(page.locator("#assets")).to_be_visible()
