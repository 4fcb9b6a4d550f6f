"""What the operator console shows without current data: before login, on standby, and without a connection."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from driver.api.passwords import hash_password
from support.browser import paused, watched
from support.console import broken, card, press, select
from support.driver_database import postgres_server
from support.driver_site import settings, site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

SINCE = re.compile(r"Unknown since (\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\.")
USERS = [{"username": "ann", "password_hash": hash_password("right horse"), "role": "operator"}]


async def test_behind_the_login_nothing_is_said_to_be_well(tmp_path: Path, running: Browser) -> None:
    async with (
        site(tmp_path, start=False) as here,
        here.running(settings(here.fake, tmp_path, dataserver={"users": USERS}, system={"caption": "Dam 3"})),
        watched(running, here.driver.dataserver_url, timezone_id="Asia/Kolkata") as seen,
    ):
        page, grid = seen.page, seen.page.locator("sms-alarms")
        await expect(page.get_by_role("dialog")).to_be_visible()
        await expect(grid).to_contain_text("Not loaded yet.")
        await expect(grid.get_by_text("No alarms.")).to_be_hidden()
        await expect(page.locator("sms-messages")).to_contain_text("Not loaded yet.")
        await expect(page.locator("sms-alarm-count")).to_have_text("?")
        await page.get_by_label("User name").fill("ann")
        await page.get_by_label("Password").fill("right horse")
        await page.keyboard.press("Enter")
        await expect(grid).to_contain_text("No alarms.")
        await expect(page.get_by_role("heading", level=1)).to_have_text("Dam 3")
        await expect(page).to_have_title("Dam 3 console")
        await expect(page.locator("sms-zone")).to_have_text("Times: Asia/Calcutta, UTC+05:30")
        await page.get_by_role("button", name="Log out").click()
        await expect(grid).to_contain_text(SINCE)
        await expect(page.locator(".card")).to_have_count(0)


@pytest.mark.postgresql
async def test_a_driver_on_standby_shows_everything_and_names_the_active_one(tmp_path: Path, running: Browser) -> None:
    with postgres_server() as postgres:
        async with site(tmp_path, start=False) as here:
            config = settings(here.fake, tmp_path, store={"url": postgres.url}, failover={"enabled": True})
            async with (
                here.running(config) as first,
                here.running(config) as second,
                watched(running, second.dataserver_url) as seen,
            ):
                banner = seen.page.locator("sms-connection")
                await expect(banner).to_contain_text("the active one carries out your commands")
                await expect(banner.get_by_role("link")).to_have_attribute("href", first.dataserver_url)
                await select(seen.page, "Guard")
                await press(seen.page, "Mask")
                await expect(card(seen.page, "Guard")).to_contain_text("Masked")
                assert await here.status() == "Masked"


async def test_a_driver_on_standby_leads_to_the_active_one(tmp_path: Path, running: Browser) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, failover={"enabled": True})
        async with (
            here.running(config) as first,
            here.running(config) as second,
            watched(running, second.dataserver_url) as seen,
        ):
            banner = seen.page.locator("sms-connection")
            await expect(banner).to_contain_text("No data available here. This driver is on standby.")
            await expect(banner.get_by_role("link")).to_have_attribute("href", first.dataserver_url)
            await expect(seen.page.locator("sms-alarms")).to_contain_text("Not loaded yet.")
            await expect(seen.page.locator("sms-assets")).to_contain_text("Not loaded yet.")
            await seen.page.clock.install()
            await seen.page.reload()
            await expect(banner).to_contain_text("Retrying in")
            await paused(seen.page)
            async with seen.page.expect_request("**/api/info"):
                await banner.get_by_role("button", name="Retry now").click()


async def test_a_lost_connection_says_since_when_nothing_is_known(tmp_path: Path, running: Browser) -> None:
    async with site(tmp_path, start=False) as here:
        async with here.running(settings(here.fake, tmp_path)):
            context = watched(running, here.driver.dataserver_url)
            seen = await context.__aenter__()
            await broken(here)
            await expect(card(seen.page, "Guard")).to_contain_text("Fault")
        await expect(seen.page.locator("sms-alarms")).to_contain_text(SINCE)
        await expect(seen.page.locator("sms-messages")).to_contain_text(SINCE)
        await expect(seen.page.locator("sms-alarm-count")).to_have_text("?")
        await expect(seen.page).to_have_title("(? alarms) Twilio SMS console")
        seen.mistakes.clear()
        await context.__aexit__(None, None, None)
