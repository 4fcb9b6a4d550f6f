"""Messages in the console: new messages, conversations, search, waiting messages, and cost."""

import re

import pytest
from playwright.async_api import Page, expect

from support.console import Opened, press, select
from support.driver_site import GATE, GUARD, OURS, REFUSED, Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

#: Captures what would be heard and seen outside the page.
NOTICES = """
window.heard = []; window.seen = [];
window.AudioContext = class {
    currentTime = 0; destination = {};
    createGain() { return { gain: {}, connect: (next) => next }; }
    createOscillator() {
        const start = () => heard.push(tone.frequency.value);
        const tone = { frequency: {}, connect: (next) => next, stop() {}, start };
        return tone;
    }
};
window.Notification = class {
    static permission = "granted";
    static requestPermission = async () => "granted";
    constructor(title, { body }) { seen.push(`${title}: ${body}`); }
};"""


async def texted(here: Site, number: str, text: str) -> None:
    await here.fake.handset(number).send(OURS, text)
    await here.clock.advance(20)


async def test_a_text_that_arrives_is_seen_heard_and_counted_until_it_is_read(console: Opened) -> None:
    async with console() as (here, page):
        await page.add_init_script(NOTICES)
        await page.reload()
        await page.get_by_text("Notify").click()
        await page.get_by_label("Sound for messages").check()
        await page.get_by_label("Desktop notifications too").check()
        await texted(here, GUARD, "man hurt")
        await expect(page.locator("sms-unread-count")).to_have_text("1 new")
        await expect(page).to_have_title("(1 new) Twilio SMS console")
        entry = page.locator("sms-messages li").first
        await expect(entry).to_contain_text("New: From Guard")
        await expect(entry).to_be_in_viewport()
        assert await page.evaluate("heard") == [660]
        [shown] = await page.evaluate("seen")
        assert shown.startswith("Guard, ")
        assert shown.endswith(": man hurt")
        await page.get_by_role("button", name="Mark as read").click()
        await expect(page.locator("sms-unread-count")).to_be_hidden()
        await expect(entry).not_to_contain_text("New")
        await page.reload()
        await expect(entry).to_contain_text("man hurt")
        await expect(page.locator("sms-unread-count")).to_be_hidden()


async def test_urgent_alarms_sound_until_they_are_silenced(console: Opened) -> None:
    async with console() as (here, page):
        await page.add_init_script(NOTICES)
        await page.reload()
        await page.get_by_text("Notify").click()
        await page.get_by_label("Sound for", exact=True).select_option("severity 1 to 3")
        await page.clock.install()
        here.fault(REFUSED, times=2)
        await here.send("lost")
        await here.clock.advance(5)
        silence = page.get_by_role("button", name="Silence")
        await page.clock.run_for(1000)
        await expect(silence).to_be_visible()
        before = len(await page.evaluate("heard"))
        assert before >= 1
        await page.clock.run_for(20_000)
        assert len(await page.evaluate("heard")) >= before
        await silence.click()
        await expect(silence).to_be_hidden()
        quiet = len(await page.evaluate("heard"))
        await page.clock.run_for(60_000)
        assert len(await page.evaluate("heard")) == quiet


async def bodies(page: Page) -> list[str]:
    return await page.locator("sms-messages li .body").all_text_contents()


async def test_a_phone_shows_its_conversation_and_a_search_finds(console: Opened) -> None:
    async with console() as (here, page):
        for number, text in ((GUARD, "first"), (GATE, "other"), (GUARD, "שלום"), (GUARD, "last")):
            await texted(here, number, text)
        await expect(page.locator("sms-messages li")).to_have_count(4)
        await expect(page.locator("sms-messages li .body").first).to_have_attribute("dir", "auto")
        await select(page, "Guard")
        await expect(page.get_by_role("heading", name="Conversation with Guard")).to_be_visible()
        await expect(page.locator("sms-messages li")).to_have_count(3)
        assert await bodies(page) == ["last", "שלום", "first"]
        await page.get_by_label("Search").fill("FIRST")
        await expect(page.locator("sms-messages li")).to_have_count(1)
        await page.get_by_role("button", name="All messages").click()
        await page.get_by_label("Search").fill("")
        await expect(page.locator("sms-messages li")).to_have_count(4)


async def test_texts_that_wait_are_canceled_one_or_all(console: Opened) -> None:
    async with console() as (here, page):
        here.fault(REFUSED)
        for text in ("one", "two", "three"):
            await here.send(text)
        waits = page.locator("sms-messages li").filter(has_text="waiting")
        await page.reload()
        await expect(waits).to_have_count(3)
        await waits.filter(has_text="two").get_by_role("button", name="Cancel").click()
        await expect(waits).to_have_count(2)
        await expect(page.locator("sms-messages li").filter(has_text="two")).to_contain_text("canceled by anonymous")
        await page.get_by_role("button", name=f"Cancel all 2 waiting from {OURS}").click()
        await expect(waits).to_have_count(0)
        await here.clock.advance(30)
        assert here.received() == []


async def test_a_text_to_many_says_what_it_costs_and_one_too_long_is_refused(console: Opened) -> None:
    async with console() as (here, page):
        for caption in ("Guard", "Gate"):
            await select(page, caption)
        message = page.get_by_label("Message", exact=True)
        await message.fill("x" * 1600 + "too much")
        await expect(page.locator("#length")).to_have_text("8 characters too long; Twilio accepts 1,600.")
        await expect(page.locator(".excess")).to_have_text("too much")
        await press(page, "Send Message")
        await expect(page.get_by_role("log")).to_contain_text("too long, so nothing was sent")
        await message.fill("x" * 161)
        await expect(page.locator("#length")).to_have_text("2 SMS, 145 characters left.")
        await press(page, "Send Message")
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("2 phones × 2 SMS")
        await dialog.get_by_role("button", name="Go back").click()
        assert here.creates() == 0
        await press(page, "Send Message")
        await dialog.get_by_role("button", name="Send Message").click()
        line = page.get_by_role("log").get_by_role("listitem").first
        await expect(line).to_contain_text(re.compile("2 (waiting|accepted)"))
        await here.clock.advance(5)
        await expect(line).to_contain_text("Send Message, 2 phones: 2 delivered")
        assert (len(here.received()), len(here.received(GATE))) == (1, 1)


async def test_what_waits_of_a_text_to_many_is_taken_back_by_one_button(console: Opened) -> None:
    async with console() as (here, page):
        here.fault({"type": "http_error", "status": 400, "code": 21612}, times=None)
        for caption in ("Guard", "Gate"):
            await select(page, caption)
        await page.get_by_label("Message", exact=True).fill("Evacuate")
        await press(page, "Send Message")
        await page.get_by_role("dialog").get_by_role("button", name="Send Message").click()
        line = page.get_by_role("log").get_by_role("listitem").first
        await expect(line).to_contain_text("2 waiting")
        await line.get_by_role("button", name="Cancel waiting messages").click()
        await expect(line).to_contain_text("2 canceled")
        await expect(line.get_by_role("button")).to_be_hidden()
        await here.clock.advance(30)
        assert (here.received(), here.received(GATE)) == ([], [])
