"""A workstation with several users: nothing is left over for the next user, and nothing is sent unnoticed."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from driver.api.passwords import hash_password
from support.browser import watched
from support.console import Opened, both_broken, card, press, select
from support.driver_site import GATE, GUARD, OURS, Site, settings, site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

USERS = [
    {"username": name, "password_hash": hash_password("right horse"), "role": role}
    for name, role in (("ann", "operator"), ("bob", "operator"), ("eve", "viewer"))
]


@asynccontextmanager
async def workstation(tmp_path: Path, running: Browser, path: str = "/") -> AsyncIterator[tuple[Site, Page]]:
    async with (
        site(tmp_path, start=False) as here,
        here.running(settings(here.fake, tmp_path, dataserver={"users": USERS})),
        watched(running, here.driver.dataserver_url, path) as seen,
    ):
        yield here, seen.page


async def log_in(page: Page, user: str) -> None:
    await page.get_by_label("User name").fill(user)
    await page.get_by_label("Password").fill("right horse")
    await page.keyboard.press("Enter")
    await expect(page.locator("sms-session")).to_contain_text(user)


async def test_escape_does_not_lead_past_the_login(tmp_path: Path, running: Browser) -> None:
    async with (
        workstation(tmp_path, running) as (here, page),
        watched(running, here.driver.debugtools_url) as debugging,
    ):
        for each in (page, debugging.page):
            await expect(each.get_by_role("dialog")).to_be_visible()
            for _ in range(3):
                await each.keyboard.press("Escape")
                await expect(each.get_by_role("dialog")).to_be_visible()


async def test_the_next_user_finds_nothing_of_the_one_before(tmp_path: Path, running: Browser) -> None:
    async with workstation(tmp_path, running) as (_, page):
        await log_in(page, "ann")
        for caption in ("Guard", "Gate"):
            await select(page, caption)
        await page.get_by_label("Message", exact=True).fill("Evacuate")
        await press(page, "Send Message")
        await page.get_by_role("dialog").get_by_role("button", name="Send Message").click()
        await expect(page.get_by_role("log")).to_contain_text("Send Message, 2 phones")
        await select(page, "Guard")
        await page.get_by_label("Message", exact=True).fill("for the guard only")
        await page.get_by_label("Search").fill("Evacuate")
        # A returning user finds the draft; nobody sees the log while nobody is logged in.
        await page.get_by_role("button", name="Log out").click()
        await expect(page.locator("sms-commands .log")).to_be_hidden()
        await log_in(page, "ann")
        await expect(page.locator("#message")).to_have_value("for the guard only")
        await expect(page.get_by_role("log")).to_contain_text("Send Message, 2 phones")
        await page.get_by_role("button", name="Log out").click()
        await log_in(page, "eve")
        await expect(card(page, "Guard")).to_contain_text("Normal")
        await expect(page.get_by_role("log").get_by_role("listitem")).to_have_count(0)
        await expect(page.locator("#message")).to_have_value("")
        await expect(page.get_by_label("Search")).to_have_value("")


async def test_the_next_user_is_not_asked_what_the_one_before_was(tmp_path: Path, running: Browser) -> None:
    async with workstation(tmp_path, running) as (here, page):
        await log_in(page, "ann")
        for caption in ("Guard", "Gate"):
            await select(page, caption)
        await page.get_by_label("Message", exact=True).fill("Evacuate")
        await press(page, "Send Message")
        await expect(page.get_by_role("dialog")).to_contain_text("2 phones")
        # The login ends in the meantime.
        await page.evaluate("document.querySelector('sms-session').api.logOut()")
        await log_in(page, "bob")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await here.clock.advance(5)
        assert here.received() == here.received(GATE) == []


async def test_no_text_is_shown_while_nobody_is_logged_in(tmp_path: Path, running: Browser) -> None:
    async with workstation(tmp_path, running) as (here, page):
        await log_in(page, "ann")
        await here.fake.handset(GUARD).send(OURS, "man hurt")
        await here.clock.advance(20)
        await expect(page.locator("sms-messages li").first).to_contain_text("New: From Guard")
        await page.get_by_role("button", name="Log out").click()
        await expect(page.locator("sms-messages li")).to_have_count(0)
        await expect(page.locator("sms-unread-count")).to_be_hidden()


async def test_an_answer_to_the_one_before_does_not_log_out_the_next(tmp_path: Path, running: Browser) -> None:
    held: list[Route] = []

    async def hold(route: Route) -> None:
        if held:
            await route.continue_()
        else:
            held.append(route)

    async with workstation(tmp_path, running) as (here, page):
        await log_in(page, "ann")
        await expect(page.locator("sms-messages .empty")).to_have_text("No messages yet.")
        await page.route("**/api/queue*", hold)
        async with page.expect_request("**/api/queue*"):
            await here.fake.handset(GUARD).send(OURS, "man hurt")
            await here.clock.advance(20)
        await page.get_by_role("button", name="Log out").click()
        await log_in(page, "bob")
        await held[0].fulfill(status=401, body="{}")
        await expect(page.locator("sms-messages li")).to_contain_text("man hurt")
        await expect(page.locator("sms-session")).to_contain_text("bob")
        await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_the_history_is_nobodys_while_nobody_is_logged_in(tmp_path: Path, running: Browser) -> None:
    async with workstation(tmp_path, running, "/#history") as (_, page):
        await log_in(page, "ann")
        past = page.locator("sms-history")
        await past.get_by_label("From").fill("2026-01-01T00:00:00")
        await past.get_by_label("Records", exact=True).select_option("Audit")
        await past.get_by_role("button", name="Show", exact=True).click()
        await expect(past.locator("tbody tr").first).to_be_visible()
        await page.get_by_role("button", name="Log out").click()
        await expect(past.locator("tbody tr")).to_have_count(0)
        await log_in(page, "bob")
        await expect(past.locator("thead")).to_be_visible()


async def test_a_key_that_is_held_down_acknowledges_one_alarm_and_none_unseen(console: Opened) -> None:
    async with console() as (here, page):
        await both_broken(here)
        waiting = page.locator("sms-alarms tbody").get_by_role("button", name=re.compile("^Acknowledge"))
        await expect(waiting).to_have_count(2)
        await page.get_by_role("link", name="History").click()
        await expect(page.locator("sms-alarms tbody")).to_be_hidden()
        await page.keyboard.press("F8")
        await page.go_back()
        await expect(waiting).to_have_count(2)
        await page.keyboard.down("F8")
        await expect(waiting).to_have_count(1)
        for _ in range(3):
            await page.keyboard.down("F8")
        await page.keyboard.up("F8")
        await expect(waiting).to_have_count(1)
        await here.clock.wait_idle()
        open_alarms = [alarm for alarm in await here.alarms() if alarm["state"] != "Acknowledged"]
        assert len(open_alarms) == 1
