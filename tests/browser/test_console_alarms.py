"""The console's alarm list: causes and consequences, one key to acknowledge all, shelving, sorting, stable rows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from driver.api.passwords import hash_password
from support.browser import paused, watched
from support.console import Opened, both_broken, broken, card
from support.driver_site import Site, settings, site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

AWAY = {"type": "http_error", "status": 503}


def rows(page: Page) -> Locator:
    return page.locator("sms-alarms tbody tr")


async def states(here: Site) -> set[str]:
    return {alarm["state"] for alarm in await here.alarms()}


async def test_what_follows_from_one_cause_is_one_row_and_one_key(console: Opened) -> None:
    async with console() as (here, page):
        here.fault(AWAY, "*", times=None)
        await here.clock.advance(60)
        await expect(rows(page)).to_have_count(1)
        cause = rows(page).first
        assert await page.locator("sms-alarms thead th button").all_text_contents() == [
            "Asset", "Alarm", "Reason", "Severity", "Age", "Raised", "State", "ID",
        ]  # fmt: skip
        await expect(cause).to_contain_text("Twilio cannot be reached")
        await expect(cause).to_contain_text("so 2 phones have no communication")
        await cause.get_by_role("button", name="2 consequences").click()
        await expect(rows(page)).to_have_count(3)
        await expect(page.locator("sms-alarm-count")).to_have_text("1")
        await page.get_by_label("Comment", exact=True).fill("line cut")
        await page.keyboard.press("F8")
        await expect(page.locator("sms-alarms").get_by_role("status")).to_contain_text("and its consequences: 3 done.")
        await expect(cause).to_contain_text("Acknowledged by anonymous")
        await expect(cause).to_contain_text("line cut")
        assert await states(here) == {"Acknowledged"}
        await expect(page.locator("sms-alarm-count")).to_be_hidden()


async def test_after_one_the_next_has_the_focus_and_a_click_shows_the_asset(console: Opened) -> None:
    async with console(viewport={"width": 1200, "height": 300}) as (here, page):
        await both_broken(here)
        await expect(rows(page)).to_have_count(2)
        first, second = [await rows(page).nth(n).locator("[data-name=Asset] button").first.inner_text() for n in (0, 1)]
        await rows(page).first.get_by_role("button", name="Acknowledge all 2").press("Enter")
        await expect(rows(page).filter(has_text=second).get_by_role("button", name="Acknowledge")).to_be_focused()
        await rows(page).filter(has_text=first).locator("[data-name=Reason]").click()
        await expect(card(page, first).get_by_role("checkbox")).to_be_checked()
        await expect(card(page, first)).to_be_in_viewport()


async def test_one_that_is_over_meanwhile_is_said_to_be(console: Opened) -> None:
    async with console() as (here, page):
        await broken(here)

        async def over(route: Route) -> None:
            await here.command("guard", "Reset")
            await route.continue_()

        await page.route("**/acknowledge", over)
        await page.get_by_role("button", name="Acknowledge all 2").click()
        await expect(page.locator("sms-alarms").get_by_role("status")).to_contain_text("1 already over")


async def test_several_are_shelved_with_a_reason_listed_and_taken_back(console: Opened) -> None:
    async with console() as (here, page):
        await page.clock.set_fixed_time("2026-01-01T00:00:00Z")
        await both_broken(here)
        await rows(page).nth(1).get_by_role("checkbox").check()
        await page.get_by_role("button", name="Shelve ticked…").click()
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("For").select_option("1 hour")
        await dialog.get_by_role("button", name="Shelve").click()
        await expect(dialog).to_be_visible()
        await dialog.get_by_label("Reason").fill("being repaired")
        await page.keyboard.press("Enter")
        await expect(rows(page)).to_have_count(1)
        shelved = page.get_by_text("Shelved: 1", exact=True)
        await shelved.click()
        await expect(page.locator(".shelved")).to_contain_text("being repaired")
        [name] = [alarm["caption"] for alarm in await here.alarms() if alarm["shelved"]]
        await page.get_by_role("button", name=f"Unshelve Fault of {name}").click()
        await expect(rows(page)).to_have_count(2)
        await expect(shelved).to_be_hidden()


@asynccontextmanager
async def logged_in(page: Page, name: str) -> AsyncIterator[None]:
    await page.get_by_label("User name").fill(name)
    await page.get_by_label("Password").fill("right horse")
    await page.keyboard.press("Enter")
    await expect(card(page, "Guard")).to_contain_text("Fault")
    yield
    await page.get_by_role("button", name="Log out").click()


async def test_each_user_sorts_and_filters_and_who_only_watches_is_offered_nothing(
    tmp_path: Path, running: Browser
) -> None:
    hashed = hash_password("right horse")
    users: list[dict[str, Any]] = [
        {"username": name, "password_hash": hashed, "role": role}
        for name, role in (("ann", "operator"), ("eve", "viewer"))
    ]
    async with site(tmp_path, start=False) as here:
        async with here.running(settings(here.fake, tmp_path)):
            await both_broken(here)
        async with (
            here.running(settings(here.fake, tmp_path, dataserver={"users": users})),
            watched(running, here.driver.dataserver_url) as seen,
        ):
            page = seen.page
            async with logged_in(page, "ann"):
                await page.get_by_role("button", name="Asset", exact=True).click()
                await expect(rows(page).first).to_contain_text("Gate")
                await page.get_by_role("button", name="Asset", exact=True).click()
                await expect(rows(page).first).to_contain_text("Guard")
                await page.get_by_label("Filter Asset").fill("gate")
                await expect(rows(page)).to_have_count(1)
                await expect(page.get_by_role("button", name="Acknowledge").first).to_be_visible()
            async with logged_in(page, "eve"):
                await expect(rows(page)).to_have_count(2)
                await expect(page.get_by_role("button", name="Acknowledge")).to_have_count(0)
                await page.keyboard.press("F8")
            async with logged_in(page, "ann"):
                await expect(rows(page)).to_have_count(1)
                await expect(page.get_by_label("Filter Asset")).to_have_value("gate")
                await expect(page.locator("th[aria-sort=descending]")).to_contain_text("Asset")


async def test_no_row_jumps_away_under_the_pointer(console: Opened) -> None:
    async with console() as (here, page):
        await page.clock.install()
        await page.reload()
        await broken(here)
        row = rows(page).first
        asset = row.locator("[data-name=Asset]")
        await expect(asset).to_contain_text("Guard")
        await row.locator("[data-name=Reason]").hover()
        await paused(page)
        here.fault(AWAY, "*", times=None)
        await here.clock.advance(60)
        while await rows(page).count() < 2:
            await page.clock.run_for(20)
        await expect(asset).to_contain_text("Guard")
        await page.mouse.move(0, 0)
        await page.clock.run_for(200)
        await expect(asset).to_contain_text("Twilio SMS")
