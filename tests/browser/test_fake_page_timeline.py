"""The timeline of the fake's page in a real browser: what happened, in order, and why it failed."""

import pytest
from aiohttp import web
from playwright.async_api import Browser, expect

from support.fake_page import fake_page, phone, type_text
from support.fake_wire import GATE, GUARD, OURS, Received, seed, wire

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

TRIAL = {"type": "Trial"}


async def test_a_webhook_fails_is_understood_is_mended_and_answers(running: Browser) -> None:
    broken = {**seed("http://127.0.0.1:9/nobody")}

    def answer(_: Received) -> web.Response:
        return web.Response(text="<Response><Message>Back again</Message></Response>", content_type="text/xml")

    async with wire(seed=broken, answer=answer) as one, fake_page(running, one) as page:
        await type_text(page, "Anybody there?")
        await phone(page).locator(".ticks.bad").click()
        await expect(page.locator("#timeline .why")).to_contain_text("No answer")
        await page.get_by_role("button", name="Change the webhook of +1 201 555 0100").click()
        hook = page.get_by_label("Webhook of +1 201 555 0100")
        await expect(hook).to_be_focused()
        await hook.fill(one.hook_url)
        await hook.press("Enter")
        await expect(page.locator("#toast")).to_have_text("Webhook saved")
        await type_text(page, "And now?")
        await expect(phone(page).locator(".words").last).to_have_text("Back again")


async def test_a_raw_exchange_opens_with_its_signature_and_copies_as_a_command(running: Browser) -> None:
    permissions = ["clipboard-read", "clipboard-write"]
    async with wire() as one, fake_page(running, one, permissions=permissions) as page:
        await one.plant({"type": "inbound_bad_signature"})
        await type_text(page, "it's me")
        row = page.locator(".events li", has=page.locator(".tag.webhook")).first
        await row.locator("summary").first.click()
        await expect(row.locator(".signature")).to_contain_text("signature invalid")
        await type_text(page, "again")
        rows = page.locator(".events li", has=page.locator(".tag.webhook"))
        await expect(rows).to_have_count(2)
        row = rows.first
        await row.locator("summary").first.click()
        await expect(row.locator(".signature")).to_contain_text("signature valid")
        await row.get_by_role("button", name="Copy as curl").click()
        command = await page.evaluate("navigator.clipboard.readText()")
        assert command.startswith(f"curl -X POST '{one.hook_url}'")
        assert "X-Twilio-Signature" in command
        await one.created("hi")
        row = page.locator(".events li", has=page.locator(".tag.request")).first
        await expect(row).to_be_visible()
        await row.locator("summary").first.click()
        await row.get_by_role("button", name="Copy as curl").click()
        command = await page.evaluate("navigator.clipboard.readText()")
        assert '-u "$TWILIO_ACCOUNT_SID:$TWILIO_AUTH_TOKEN"' in command
        assert one.fake.auth_token not in command


async def test_a_polling_program_does_not_flood_the_timeline(running: Browser) -> None:
    async with wire() as one, fake_page(running, one) as page:
        await one.created("hi")
        for _ in range(13):
            await one.listed()
        rows = page.locator(".events li", has=page.locator(".tag.request"))
        await expect(rows.first.locator(".times")).to_have_text("×13")
        await expect(rows).to_have_count(2)
        await rows.first.locator("summary").first.click()
        await expect(rows.first.locator(".one")).to_have_count(13)
        await rows.first.locator(".one summary").first.click()
        await expect(rows.first.locator(".exchange").first).to_contain_text("GET /2010-04-01/Accounts")


async def test_an_answer_that_twilio_cannot_read_is_no_success(running: Browser) -> None:
    def answer(_: Received) -> web.Response:
        return web.Response(text="<Response><Message>Never closed", content_type="text/xml")

    async with wire(answer=answer) as one, fake_page(running, one) as page:
        await type_text(page, "Anybody there?")
        await expect(phone(page).locator(".ticks.bad")).to_contain_text("12100")
        await page.reload()
        await phone(page).locator(".ticks.bad").click()
        await expect(page.locator("#timeline .why")).to_contain_text("error 12100")


async def test_a_refused_request_says_why_and_what_lifts_the_limit(running: Browser) -> None:
    async with wire(seed=seed(**TRIAL)) as one, fake_page(running, one) as page:
        for _ in range(5):
            await one.created()
        async with one.create() as answer:
            assert answer.status == 429
        row = page.locator(".events li").first
        await expect(row).to_contain_text("429")
        await row.locator("summary").click()
        await expect(row.locator(".why")).to_contain_text("63038: a trial account used up its messages of 24 hours")
        await expect(row.locator(".why")).to_contain_text("daily_trial_limit = 0")


async def test_a_refused_signature_is_judged_on_top(running: Browser) -> None:
    async with wire(answer=lambda _: web.Response(status=403)) as one, fake_page(running, one) as page:
        await type_text(page, "Anybody there?")
        await phone(page).locator(".ticks.bad").click()
        await expect(page.locator("#timeline .raw > .why").first).to_contain_text("although the signature is valid")
        await one.plant({"type": "inbound_bad_signature"})
        await type_text(page, "And now?")
        await phone(page).locator(".ticks.bad").last.click()
        await expect(page.locator('#timeline [data-signature="wrong"]')).to_contain_text(
            "a fault corrupted the signature"
        )


async def test_a_search_without_a_find_says_so(running: Browser) -> None:
    async with wire() as one, fake_page(running, one) as page:
        await one.created("First")
        await expect(page.locator(".events li")).to_have_count(2)
        await page.get_by_label("Find in the timeline").fill("no such thing")
        await expect(page.get_by_text("Nothing found for “no such thing”.")).to_be_visible()


async def test_a_reload_keeps_the_order_of_what_happened_at_the_same_instant(running: Browser) -> None:
    async with wire() as one, fake_page(running, one) as page:
        await one.plant({"type": "delivery", "status": "delivered", "after": 3}, match={"body": "slow"})
        for body in ("first", "slow", "third"):
            await one.created(body, StatusCallback=one.hook_url)
            await one.fake.clock.wait_idle()
            await one.fake.handset(GUARD).send(OURS, f"to {body}")
            await one.fake.clock.wait_idle()
            await one.listed()
        await one.created("To the gate", To=GATE)
        await one.fake.handset("+12015550099").send(OURS, "A phone that was added last")
        await one.fake.clock.advance(3)
        # Each message with its request, the webhooks of both, and the list; then the last two messages.
        rows = page.locator(".events li .line")
        await expect(rows).to_have_count(3 * 7 + 2 + 2)
        await expect(phone(page).locator(".words")).to_have_count(6)
        happened = await rows.all_text_contents()
        shown = await page.locator(".words").all_text_contents()
        await page.reload()
        await expect(rows).to_have_text(happened)
        await expect(page.locator(".words")).to_have_text(shown)


async def test_the_rate_counts_texts_of_programs_in_the_last_second_and_minute(running: Browser) -> None:
    async with wire() as one, fake_page(running, one) as page:
        rate = page.locator("#rate")
        await expect(rate).to_have_text("0 /s · 0 /min")
        for number in range(3):
            await one.created(f"Text {number}", StatusCallback=one.hook_url)
        await one.fake.handset(GUARD).send(OURS, "A person's text is not counted")
        await expect(rate).to_have_text("3 /s · 3 /min")
        await page.reload()
        await expect(rate).to_have_text("3 /s · 3 /min")
        await page.get_by_label("Seconds to advance").fill("1")
        await page.get_by_label("Seconds to advance").press("Enter")
        await expect(rate).to_have_text("0 /s · 3 /min")
        await one.created("Later")
        await expect(rate).to_have_text("1 /s · 4 /min")
        await page.get_by_label("Seconds to advance").fill("59")
        await page.get_by_label("Seconds to advance").press("Enter")
        await expect(rate).to_have_text("0 /s · 1 /min")
