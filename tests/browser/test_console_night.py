"""A night in the alarm room: a thousand phones, a cut line, a guard's message, and the handover to the next shift."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from support.browser import watched
from support.console import DRAWN
from support.driver_site import GUARD, OURS, site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

#: Every phone raises its own alarm, as a site may configure it.
EACH = {"suppress_child_comm_alarms": False}
#: Time (ms) in which an operator who has never seen the page finds the cause.
FIVE_SECONDS = 5_000


async def test_a_cut_line_a_text_and_the_handover(tmp_path: Path, running: Browser) -> None:
    phones = [{"id": "guard", "caption": "Guard", "external_phone_number": GUARD, "twilio_phone_number": OURS}]
    phones += [
        {
            "id": f"p{n}",
            "caption": f"Phone {n}",
            "external_phone_number": f"+1201557{n:04}",
            "twilio_phone_number": OURS,
        }
        for n in range(1000)
    ]
    screen = {"width": 1920, "height": 1080}
    async with site(tmp_path, phones=phones, states=EACH) as here:
        async with watched(running, here.driver.dataserver_url, viewport=screen) as seen:
            page, alarms = seen.page, seen.page.locator("sms-alarms tbody tr")
            await expect(page.locator("sms-alarms")).to_contain_text("No alarms.")
            here.fault({"type": "http_error", "status": 503}, "*", times=None)
            await here.clock.advance(60)
            # The cause is visible at the top, in one row.
            await expect(alarms).to_have_count(1, timeout=FIVE_SECONDS)
            await expect(alarms.first).to_be_in_viewport()
            await expect(alarms.first).to_contain_text("Twilio cannot be reached")
            await expect(alarms.first).to_contain_text("so 1,001 phones have no communication")
            await expect(page).to_have_title("(1 alarm) Twilio SMS console")
            assert await page.evaluate(DRAWN) < 1000
            # One key acknowledges all of it.
            await page.keyboard.press("F8")
            await expect(page.locator("sms-alarms").get_by_role("status")).to_contain_text("1,002 done.")
            await expect(page.locator("sms-alarm-count")).to_be_hidden()
            # The line is back; the guard's message is visible without searching for it.
            here.fake.faults.clear()
            await here.fake.handset(GUARD).send(OURS, "man hurt at gate 4")
            await here.clock.advance(120)
            message = page.locator("sms-messages li").first
            await expect(message).to_contain_text("man hurt at gate 4")
            await expect(message).to_be_in_viewport()
            await expect(page).to_have_title("(1 new) Twilio SMS console")
        async with watched(running, here.driver.dataserver_url, "/#history", viewport=screen) as seen:
            past = seen.page.locator("sms-history")
            await past.get_by_label("From").fill("2026-01-01T00:00:00")
            await past.get_by_label("Asset").fill("Twilio SMS")
            await past.get_by_role("button", name="Show", exact=True).click()
            for what in ("raised", "acknowledged", "cleared"):
                await expect(past.locator("tbody tr").filter(has_text=what)).to_have_count(1)
            await expect(past.locator(".figures")).to_contain_text("1002 raised")
