"""The fake's page in a real browser: conversations, faults, time, accounts; no content runs as a script."""

import pytest
from aiohttp import web
from playwright.async_api import Browser, expect

from harness.loopback import serving
from support.fake_page import fake_page, phone, type_text
from support.fake_wire import ACCOUNT, GATE, GUARD, OURS, Received, seed, wire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TRIAL = {"type": "Trial"}


async def test_a_whole_conversation(running: Browser) -> None:
    def answer(call: Received) -> web.Response:
        text = "<Response><Message>Thank you</Message></Response>"
        return web.Response(text=text if "Body" in call.form else "", content_type="text/xml")

    async with wire(answer=answer) as one, fake_page(running, one) as page:
        await one.created("Fire in building 4")
        await expect(phone(page).locator(".bubble .words")).to_have_text(["Fire in building 4"])
        await type_text(page, "On our way")
        await expect(phone(page).locator(".bubble .words")).to_have_text(
            ["Fire in building 4", "On our way", "Thank you"]
        )
        await expect(phone(page).locator(".mine .ticks")).to_have_text("✓✓")
        assert [call.form["Body"] for call in one.received] == ["On our way"]
        # Another phone appears as soon as it receives a message; any number can also be added by hand.
        await one.created("To the gate", To=GATE)
        await expect(phone(page, GATE).locator(".words")).to_have_text("To the gate")
        await page.get_by_label("Number of the phone").fill("+1 201 555 0155")
        await page.get_by_role("button", name="Add", exact=True).click()
        await type_text(page, "Hello from outside", "+12015550155")
        await expect(phone(page, "+12015550155").locator(".mine .words")).to_have_text("Hello from outside")


async def test_a_fault_is_made_watched_and_removed(running: Browser) -> None:
    async with wire() as one, fake_page(running, one) as page:
        await page.get_by_role("tab", name="Faults").click()
        await page.get_by_label("What goes wrong").select_option("http_error")
        await page.get_by_label("status", exact=True).fill("503")
        await page.get_by_label("How often").fill("2")
        await page.get_by_role("button", name="Add the fault").click()
        planted = page.locator(".planted li")
        await expect(planted).to_contain_text("HTTP error")
        async with one.create() as refused:
            assert refused.status == 503
        await expect(planted.locator(".counts")).to_contain_text("1 / 2")
        await expect(page.get_by_role("tab", name="Faults").locator(".count")).to_have_text("1")
        await planted.get_by_role("button", name="Remove fault-1").click()
        await expect(page.get_by_text("No active faults")).to_be_visible()
        await one.created()
        # The fake's error message appears beside the form.
        await page.get_by_label("status", exact=True).fill("200")
        await page.get_by_role("button", name="Add the fault").click()
        await expect(page.locator(".fault-form .why")).to_have_text("effect.status: 200 is not between 400 and 599")


async def test_time_is_moved_by_hand(running: Browser) -> None:
    async with wire() as one, fake_page(running, one) as page:
        await one.plant({"type": "delivery", "status": "delivered", "after": 60})
        await one.created("Later")
        await expect(page.locator(".events .state", has_text="sent")).to_be_visible()
        await expect(page.locator(".clock small")).to_contain_text("next step in 60 s", timeout=5000)
        await page.get_by_role("button", name="Advance the clock by 1 min").click()
        await expect(phone(page).locator(".words")).to_have_text("Later")
        assert (one.fake.clock.now() - one.fake.messages[0].created).total_seconds() == 60


async def test_nothing_that_a_texter_types_runs_as_script(running: Browser) -> None:
    nasty = [
        "<img src=x onerror=alert(1)>",
        "<script>alert(2)</script>",
        "javascript:alert(3)",
        "</textarea><svg onload=alert(4)>",
        '"><iframe srcdoc="<script>parent.alert(5)</script>">',
    ]
    async with wire() as one, fake_page(running, one) as page:
        for text in nasty:
            await type_text(page, text)
            await expect(phone(page).locator(".words").last).to_have_text(text)
        await one.created(nasty[0])
        await page.locator(".events summary").first.click()
        await page.get_by_role("searchbox").fill("<script>")
        await page.reload()
        await expect(phone(page).locator(".mine .words")).to_have_text(nasty)
        assert await page.locator("#phones img, #phones iframe, #phones script, .events img").count() == 0


async def test_pictures_are_shown_and_other_media_only_saved(running: Browser) -> None:
    picture = bytes.fromhex(
        "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
        "0000000d49444154789c626001000000ffff03000006000557bfabd40000000049454e44ae426082"
    )
    script = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

    async def media(request: web.BaseRequest) -> web.Response:
        svg = request.path.endswith("svg")
        return web.Response(body=script if svg else picture, content_type="image/svg+xml" if svg else "image/png")

    async with serving(media) as base, wire() as one, fake_page(running, one) as page:
        await phone(page).get_by_role("button", name="Add a picture by URL").click()
        await phone(page).get_by_label("Picture URL").fill(f"{base}/a.png")
        await type_text(page, "Look at this")
        await expect(phone(page).locator(".mine img")).to_have_js_property("naturalWidth", 1)
        await one.fake.handset(GUARD).send(OURS, "And at this", [f"{base}/b.svg"])
        link = phone(page).locator(".mine a")
        await expect(link).to_have_text(f"▣ image/svg+xml, {len(script)} bytes")
        async with one.session.get(one.fake.base_url + str(await link.get_attribute("href"))) as answer:
            assert answer.headers["Content-Disposition"] == "attachment"
            assert answer.content_type == "application/octet-stream"
            assert "sandbox" in answer.headers["Content-Security-Policy"]


async def test_trial_prefix_opt_out_and_upgrade_are_shown(running: Browser) -> None:
    async with wire(seed=seed(**TRIAL)) as one, fake_page(running, one) as page:
        await one.created("Hello")
        await expect(phone(page).locator(".prefix")).to_have_text("Sent from your Twilio trial account - ")
        await type_text(page, "STOP")
        await expect(phone(page).locator(".badge.stop")).to_have_text("opted out")
        await page.get_by_role("tab", name="Accounts").click()
        await page.get_by_role("button", name="Upgrade to Full").click()
        await expect(page.locator(".account .pill")).to_have_text("Full")
        assert one.fake.account.type == "Full"
        await page.get_by_label("Number to verify").fill("+12015550177")
        await page.get_by_role("button", name="Verify").click()
        await expect(page.locator(".chips")).to_contain_text("+1 201 555 0177")


async def test_a_number_is_verified_by_entering_the_code_on_the_phone(running: Browser) -> None:
    async with wire(seed=seed(**TRIAL)) as one, fake_page(running, one) as page:
        url = f"{one.fake.base_url}/2010-04-01/Accounts/{ACCOUNT}/OutgoingCallerIds.json"
        async with one.session.post(url, data={"PhoneNumber": GATE, "FriendlyName": "The gate"}) as answer:
            code = (await answer.json())["validation_code"]
        gate = phone(page, GATE)
        await gate.get_by_label("Code").fill("000000" if code != "000000" else "111111")
        await gate.get_by_role("button", name="Enter").click()
        await expect(page.locator("#toast")).to_contain_text("wrong code")
        await gate.get_by_label("Code").fill(code)
        await gate.get_by_role("button", name="Enter").click()
        await expect(page.locator("#toast")).to_have_text("+1 201 555 0102 is verified")
        await expect(gate.locator(".ringing")).to_be_hidden()
        await one.created("Now it may", To=GATE)
        await expect(gate.locator(".words")).to_contain_text("Now it may")


async def test_reset_asks_first(running: Browser) -> None:
    async with wire() as one, fake_page(running, one) as page:
        await one.created("old")
        await expect(phone(page).locator(".words")).to_have_text("old")
        await page.get_by_role("button", name="Reset…").click()
        await page.get_by_role("button", name="Cancel").click()
        assert len(one.fake.messages) == 1
        await page.get_by_role("button", name="Reset…").click()
        await page.get_by_role("button", name="Reset", exact=True).click()
        await expect(phone(page).locator(".words")).to_have_count(0)
        assert one.fake.messages == []


async def test_it_works_by_keyboard_alone(running: Browser) -> None:
    async with wire() as one, fake_page(running, one) as page:
        await page.get_by_role("tab", name="Timeline").focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("tab", name="Faults")).to_be_focused()
        await expect(page.locator("#faults")).to_be_visible()
        await phone(page).get_by_placeholder("Text message").focus()
        await page.keyboard.type("typed")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("on two lines")
        await expect(phone(page).get_by_role("button", name="Send", exact=True)).to_be_enabled()
        await page.keyboard.press("Enter")
        await expect(phone(page).locator(".mine .words")).to_have_text("typed\non two lines")
        unnamed = await page.evaluate(
            "[...document.querySelectorAll('button, input, select, textarea')].filter((each) => "
            "!each.labels?.length && !each.getAttribute('aria-label') && !each.textContent.trim()).length"
        )
        assert unnamed == 0


async def test_it_fits_a_phone_sized_window(running: Browser) -> None:
    async with wire() as one, fake_page(running, one, viewport={"width": 360, "height": 700}) as page:
        await one.created("Small")
        await expect(phone(page).locator(".words")).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        await page.get_by_role("tab", name="Timeline").click()
        await expect(phone(page)).to_be_hidden()
        await expect(page.locator(".events li").first).to_be_visible()
        await page.get_by_role("tab", name="Phones").click()
        await expect(phone(page).locator(".words")).to_be_visible()


async def test_a_thousand_messages_stay_a_page_of_bounded_size(running: Browser) -> None:
    async with wire(seed=seed(balance="9999")) as one:
        for number in range(1000):
            await one.fake.handset(GUARD).send(OURS, f"Text number {number}")
        await one.fake.clock.wait_idle()
        async with fake_page(running, one) as page:
            words = phone(page).locator(".words")
            await expect(words.last).to_have_text("Text number 999")
            assert await words.count() <= 150
            assert await page.locator(".events > li").count() <= 250
            await one.fake.handset(GUARD).send(OURS, "One more")
            await expect(words.last).to_have_text("One more")
            # The newest message is visible, and earlier ones can be loaded.
            await expect(words.last).to_be_in_viewport()
            await phone(page).get_by_role("button", name="Earlier messages").click()
            await expect(words).to_have_count(1001)
            await expect(words.first).to_have_text("Text number 0")


async def test_how_to_connect_is_there_to_be_copied(running: Browser) -> None:
    async with wire() as one, fake_page(running, one) as page:
        await page.get_by_role("tab", name="Connect").click()
        await expect(page.locator('[data-fact="Base URL"]')).to_have_text(one.fake.base_url)
        await expect(page.locator("#connect pre")).to_have_count(4)
        await expect(page.locator("#connect pre").nth(1)).to_contain_text(f"curl {one.fake.base_url}/2010-04-01")
        await expect(page.locator("#upstream")).to_be_hidden()


async def test_the_panels_can_be_widened_and_stay_so(running: Browser) -> None:
    async def width() -> float:
        box = await page.locator(".side").bounding_box()
        assert box is not None
        return box["width"]

    async with wire() as one, fake_page(running, one) as page:
        narrow = await width()
        await page.get_by_role("button", name="Wider").click()
        await expect(page.get_by_role("button", name="Narrower")).to_be_visible()
        wide = await width()
        assert wide > narrow * 1.3
        await page.reload()
        await expect(page.get_by_role("button", name="Narrower")).to_be_visible()
        assert await width() == wide


async def test_the_real_twilio_is_marked_with_its_account(running: Browser) -> None:
    async with wire() as far, wire(upstream=far.fake.base_url) as one, fake_page(running, one) as page:
        await expect(page.locator("#upstream")).to_contain_text(f"answered by {far.fake.base_url}")
        await one.created("Through and through")
        await expect(page.locator("#upstream")).to_contain_text(f"Account: {ACCOUNT}")


async def test_many_phones_are_a_list_and_can_be_closed(running: Browser) -> None:
    async with wire() as one, fake_page(running, one) as page:
        for number in range(6):
            await one.created("Hello", To=f"+1201555016{number}")
        entries = page.locator(".phone-list button")
        await expect(page.locator(".phone:visible")).to_have_count(1)
        await entries.filter(has_text="+1 201 555 0163").click()
        await expect(phone(page, "+12015550163").locator(".words")).to_have_text("Hello")
        before = await entries.count()
        await page.get_by_role("button", name="Close the phone +1 201 555 0163").click()
        await expect(phone(page, "+12015550163")).to_have_count(0)
        assert await entries.count() in (before - 1, 0)
        await one.created("Again", To="+12015550163")
        await expect(entries.filter(has_text="+1 201 555 0163")).to_contain_text("Again")


async def test_the_clock_shows_its_year_and_the_browsers_zone(running: Browser) -> None:
    async with wire() as one, fake_page(running, one, timezone_id="Asia/Tokyo", locale="en-US") as page:
        await expect(page.locator(".face-of-clock")).to_have_text("Jan 1, 2026, 09:00:00 GMT+9")


async def test_headers_of_a_fault_are_written_as_headers(running: Browser) -> None:
    async with wire() as one, fake_page(running, one) as page:
        await page.get_by_role("tab", name="Faults").click()
        await page.get_by_label("What goes wrong").select_option("http_error")
        await page.get_by_label("status", exact=True).fill("503")
        await page.get_by_label("headers", exact=True).fill("X-One: 1; X-Two: 2")
        await page.get_by_role("button", name="Add the fault").click()
        await expect(page.locator(".planted li")).to_contain_text("X-One: 1, X-Two: 2")
        async with one.create() as refused:
            assert (refused.headers["X-One"], refused.headers["X-Two"]) == ("1", "2")
        await page.get_by_label("headers", exact=True).fill("nonsense")
        await page.get_by_role("button", name="Add the fault").click()
        await expect(page.locator(".fault-form .why")).to_contain_text("“nonsense” is not a header")


async def test_texts_of_a_csv_file_are_planned_by_choosing_or_pasting_it(running: Browser) -> None:
    async with wire() as one, fake_page(running, one) as page:
        table = f"seconds,from,to,body\n60,{GATE},{OURS},From the file\n"
        await page.get_by_label("CSV file of messages").set_input_files(
            {"name": "texts.csv", "mimeType": "text/csv", "buffer": table.encode("utf-16")}
        )
        await expect(page.locator(".outcome")).to_have_text("1 message scheduled")
        await expect(page.locator(".clock small")).to_contain_text("next step in 60 s")
        pasted = page.get_by_label("Messages as CSV")
        await pasted.fill("seconds,from,to,body\n-1,nobody,911,x\n")
        await page.get_by_role("button", name="Schedule messages").click()
        await expect(page.locator(".outcome")).to_contain_text("line 2: seconds: '-1' is not a number from 0")
        await expect(page.locator(".outcome")).to_contain_text("line 2: from: 'nobody' is not a phone number")
        await expect(page.locator(".outcome")).to_contain_text("line 2: to: '911' is not a number of this fake")
        # The rejected input stays for correction.
        await expect(pasted).to_have_value("seconds,from,to,body\n-1,nobody,911,x\n")
        await pasted.fill(f"seconds,from,to,body\n60,{GATE},{OURS},Pasted\n")
        await page.get_by_role("button", name="Schedule messages").click()
        await page.get_by_role("button", name="Advance the clock by 1 min").click()
        await expect(phone(page, GATE).locator(".words")).to_have_text(["From the file", "Pasted"])
