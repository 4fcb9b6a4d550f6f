"""Messages and commands to many phones in the console: selected together, tracked to the end, and canceled."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, Locator, Page, Route, expect

from support.browser import watched
from support.console import press
from support.driver_site import OURS, REFUSED, Site, site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

MANY = 120


@asynccontextmanager
async def many(tmp_path: Path, running: Browser, **send: float) -> AsyncIterator[tuple[Site, Page]]:
    phones = [
        {
            "id": f"p{n}",
            "caption": f"Phone {n}",
            "external_phone_number": f"+1201557{n:04}",
            "twilio_phone_number": OURS,
        }
        for n in range(1, MANY + 1)
    ]
    async with (
        site(tmp_path, phones=phones, send=send) as here,
        watched(running, here.driver.dataserver_url) as seen,
    ):
        await expect(seen.page.locator("sms-assets")).to_contain_text("Phone 1")
        yield here, seen.page


async def text_all(page: Page, text: str) -> Locator:
    """Send a message to all phones, and return its log line once the driver has accepted it."""
    await page.get_by_role("button", name=f"Select {MANY} phones").click()
    await page.get_by_label("Message", exact=True).fill(text)
    await press(page, "Send Message")
    await page.get_by_role("dialog").get_by_role("button", name="Send Message").click()
    await expect(page.locator("#message")).to_have_value("")
    return page.get_by_role("log").get_by_role("listitem").filter(has_text=f"Send Message, {MANY} phones")


async def test_all_phones_that_are_found_are_selected_at_once(tmp_path: Path, running: Browser) -> None:
    async with many(tmp_path, running) as (_, page):
        await page.get_by_label("Find").fill("Phone 11")
        await page.get_by_role("button", name="Select 11 phones").click()
        await expect(page.locator("sms-commands .chosen")).to_contain_text("and 8 more")
        await page.get_by_label("Find").fill("")
        await page.get_by_role("button", name=f"Select {MANY} phones").click()
        await page.get_by_label("Message", exact=True).fill("Evacuate")
        await press(page, "Send Message")
        dialog = page.get_by_role("dialog")
        # The dialog fits on the screen because not every name is listed.
        await expect(dialog).to_contain_text("Phone 20, and 100 more")
        await expect(dialog).to_contain_text(f"{MANY} phones × 1 SMS")
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()


async def test_a_text_to_many_keeps_its_line_while_other_commands_come(tmp_path: Path, running: Browser) -> None:
    async with many(tmp_path, running, per_sender_per_s=0.1) as (here, page):
        line = await text_all(page, "Evacuate")
        await expect(line).to_contain_text("waiting")
        # No scrolling is needed, even on a small screen.
        await expect(line.get_by_role("button", name="Cancel waiting messages")).to_be_in_viewport(ratio=1)
        await press(page, "Mask")
        for n in range(1, 10):
            await expect(page.locator("sms-commands .chosen")).to_have_text("Select one or more assets.")
            await page.get_by_role("checkbox", name=f"Phone {n} ", exact=False).first.check()
            await press(page, "Mask")
        await expect(page.get_by_role("log").get_by_role("listitem").filter(has_text="Mask")).to_have_count(8)
        await line.get_by_role("button", name="Cancel waiting messages").click()
        await expect(line).to_contain_text("canceled")
        assert await here.queue() == []


async def test_a_text_to_many_is_followed_while_the_driver_does_not_answer(tmp_path: Path, running: Browser) -> None:
    async with many(tmp_path, running, per_sender_per_s=0.1) as (here, page):
        line = await text_all(page, "Evacuate")
        await expect(line).to_contain_text("waiting")
        refused = {"status": 503, "body": '{"detail": "the database does not answer"}'}
        await page.route("**/api/broadcasts/*", lambda route: route.fulfill(**refused))
        # A response to an earlier request may still arrive in between.
        async with page.expect_response(lambda answer: "/api/broadcasts/" in answer.url and answer.status == 503):
            pass
        await page.unroute("**/api/broadcasts/*")
        await here.client.purge_queue(OURS)
        await expect(line).to_contain_text("canceled")


async def test_a_button_never_names_fewer_texts_than_it_takes_back(tmp_path: Path, running: Browser) -> None:
    async with many(tmp_path, running, per_sender_per_s=0.1) as (here, page):
        await text_all(page, "Evacuate")
        # The page has only the first of them.
        name = f"Cancel all waiting (at least 50) from {OURS}"
        button = page.locator("sms-messages").get_by_role("button", name=name)
        await button.click()
        await expect(button).to_be_hidden()
        assert await here.queue() == []


async def test_a_text_that_arrives_stands_above_all_that_go_out(tmp_path: Path, running: Browser) -> None:
    async with many(tmp_path, running, per_sender_per_s=5) as (here, page):
        entry = page.locator("sms-messages li").first
        await text_all(page, "Evacuate")
        await here.fake.handset("+12015570003").send(OURS, "man hurt at gate 4")
        await here.clock.advance(12)
        await expect(entry).to_contain_text("man hurt")
        await here.clock.advance(20)
        # It is no longer among the newest messages that the page requests.
        await expect(page.locator("sms-messages li").nth(1)).to_contain_text("delivered")
        await expect(entry).to_contain_text("New: From Phone 3")
        await expect(entry).to_be_in_viewport()
        await page.get_by_role("button", name="Mark as read").click()
        await expect(entry).to_contain_text("Evacuate")


async def test_a_command_to_many_says_which_refused_it(tmp_path: Path, running: Browser) -> None:
    async with many(tmp_path, running) as (_, page):
        failing = {"status": 503, "body": '{"detail": "the database does not answer"}'}
        await page.route("**/api/assets/p1/commands", lambda route: route.fulfill(**failing))
        await page.get_by_role("button", name=f"Select {MANY} phones").click()
        await press(page, "Mask")
        line = page.get_by_role("log").get_by_role("listitem")
        await expect(line).to_have_text(
            f"Mask, {MANY} assets: {MANY - 1} done, 1 not done. Phone 1: the database does not answer"
        )


async def test_a_double_click_sends_once(tmp_path: Path, running: Browser) -> None:
    async with many(tmp_path, running) as (here, page):
        await page.get_by_role("checkbox", name="Phone 1 ", exact=False).first.check()
        await page.get_by_label("Message", exact=True).fill("Evacuate")
        await page.locator("sms-commands").get_by_role("button", name="Send Message").dblclick()
        await expect(page.get_by_role("log")).to_contain_text("Send Message, Phone 1")
        await here.clock.advance(5)
        await expect(page.get_by_role("log")).to_contain_text("delivered")
        assert here.received("+12015570001") == ["Evacuate"]


async def test_a_late_answer_leaves_alone_what_was_begun_since(tmp_path: Path, running: Browser) -> None:
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    async with many(tmp_path, running) as (_, page):
        await page.route("**/api/assets/p1/commands", hold)
        await page.get_by_role("checkbox", name="Phone 1 ", exact=False).first.check()
        await page.get_by_label("Message", exact=True).fill("Evacuate")
        for name in ("Send Message", "Mask"):
            async with page.expect_request("**/api/assets/p1/commands"):
                await press(page, name)
        await page.get_by_role("checkbox", name="Phone 2 ", exact=False).first.check()
        await page.get_by_label("Message", exact=True).fill("All clear")
        for route in held:
            await route.continue_()
        # Mask clears the selection, but only of the assets it was applied to.
        await expect(page.locator("sms-commands .chosen")).to_have_text("Phone 2")
        await expect(page.locator("#message")).to_have_value("All clear")


async def test_texts_that_failed_are_found_by_number(tmp_path: Path, running: Browser) -> None:
    async with many(tmp_path, running) as (here, page):
        here.fault(REFUSED, times=2)
        await here.send("lost", "p7")
        await here.clock.advance(5)
        await page.get_by_label("Search").fill("2015570007")
        await expect(page.locator("sms-messages li")).to_contain_text("lost")
