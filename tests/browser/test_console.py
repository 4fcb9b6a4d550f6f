"""The operator console in a real browser: what operators see and do, live, including hostile messages."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from driver.api.passwords import hash_password
from support.browser import watched
from support.console import Opened, broken, card, press, select
from support.driver_site import GUARD, OURS, REFUSED, settings, site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

INJECTION = """() => new Promise((tell) => {
    document.addEventListener("securitypolicyviolation", (event) => tell(event.violatedDirective));
    const script = document.createElement("script");
    script.textContent = "document.title = 'owned'";
    document.body.append(script);
})"""
HOSTILE = "<img src=x onerror=\"document.title='owned'\"><script>alert(1)</script> & “hi”"


async def test_an_operator_sends_a_text_and_sees_what_becomes_of_it(console: Opened) -> None:
    async with console() as (here, page):
        await select(page, "Guard")
        await page.get_by_label("Message", exact=True).fill("Fire – B2")
        await expect(page.locator("#length")).to_have_text(
            "1 SMS, 61 characters left; special characters (–) reduce the limit."
        )
        await page.get_by_label("Message", exact=True).fill("x" * 161)
        await expect(page.locator("#length")).to_have_text("2 SMS, 145 characters left.")
        await page.get_by_label("Message", exact=True).fill("Fire in B2")
        await press(page, "Send Message")
        log = page.get_by_role("log").get_by_role("listitem").first
        await expect(log).to_contain_text("accepted by Twilio")
        await here.clock.advance(2)
        await expect(log).to_have_text("Send Message, Guard: delivered")
        assert here.received() == ["Fire in B2"]
        message = page.locator("sms-messages li").first
        await expect(message).to_contain_text(f"To Guard, {GUARD}")
        await expect(message).to_contain_text("delivered")
        await expect(page.get_by_label("Message", exact=True)).to_have_value("")


async def test_a_text_that_was_given_up_stays_in_sight_and_can_be_sent_again(console: Opened) -> None:
    async with console() as (here, page):
        here.fault(REFUSED, times=2)
        await here.send("Evacuate hall B")
        await here.clock.advance(5)
        letter = page.locator("sms-messages li").filter(has_text="Evacuate hall B")
        await expect(letter).to_contain_text(f"To Guard, {GUARD}")
        await expect(letter).to_contain_text("not sent · 2 attempts · attempt 2 of 2 failed")
        await letter.get_by_role("button", name="Send again").click()
        await expect(letter).to_have_count(1)
        await expect(letter.get_by_role("button")).to_have_count(0)
        await here.clock.advance(2)
        await expect(letter).to_contain_text("delivered")
        assert here.received() == ["Evacuate hall B"]


async def test_an_empty_message_is_not_sent(console: Opened) -> None:
    async with console() as (here, page):
        await select(page, "Guard")
        await press(page, "Send Message")
        await expect(page.get_by_role("log")).to_contain_text("Write a message first.")
        assert here.creates() == 0


async def test_a_failed_text_says_why_and_raises_an_alarm_that_is_acknowledged_and_reset(console: Opened) -> None:
    async with console() as (here, page):
        grid = page.locator("sms-alarms")
        await expect(grid).to_contain_text("No alarms.")
        await broken(here)
        await expect(card(page, "Guard").locator(".status")).to_have_text("Fault")
        await expect(page.locator("sms-alarm-count")).to_have_text("1")
        await expect(page).to_have_title("(1 alarm) Twilio SMS console")
        row = grid.get_by_role("row").filter(has_text="Guard")
        await expect(row).to_contain_text("Unacknowledged")
        await select(page, "Guard")
        await page.get_by_label("Comment (optional)").fill("on my way")
        await press(page, "Acknowledge")
        await expect(card(page, "Guard").locator(".status")).to_have_text("Acknowledged")
        await expect(card(page, "Guard")).to_contain_text("true state: Fault")
        await expect(row).to_contain_text(re.compile("^.*(?<!Un)Acknowledged"))
        (alarm,) = (await here.asset("guard"))["alarms"]
        assert (alarm["state"], alarm["comment"]) == ("Acknowledged", "on my way")
        await select(page, "Guard")
        await press(page, "Reset")
        await expect(card(page, "Guard").locator(".status")).to_have_text("Normal")
        await expect(grid).to_contain_text("No alarms.")


async def test_masked_assets_leave_the_grid_unless_asked_for(console: Opened) -> None:
    async with console() as (here, page):
        await broken(here)
        await expect(page.locator("sms-alarms tbody tr")).to_have_count(1)
        await select(page, "Guard")
        await press(page, "Mask")
        await expect(card(page, "Guard").locator(".status")).to_have_text("Masked")
        await expect(card(page, "Guard")).to_contain_text("true state: Fault")
        rows = page.locator("sms-alarms tbody tr").filter(has_text="Guard")
        await expect(rows).to_have_count(0)
        await page.get_by_label("Show masked assets").check()
        await expect(rows).to_have_count(1)
        await expect(rows.locator("[data-name=Age]")).to_have_text("")
        await expect(rows).to_contain_text("masked")


async def test_a_mask_may_end_by_itself_and_what_is_to_be_known_is_shown(tmp_path: Path, running: Browser) -> None:
    async with (
        site(tmp_path, trial=True) as here,
        watched(running, here.driver.dataserver_url) as seen,
    ):
        page = seen.page
        await expect(card(page, "Twilio SMS")).to_contain_text("this is a trial account")
        await select(page, "Guard")
        await page.get_by_label("Mask", exact=True).select_option("1 hour")
        await press(page, "Mask")
        await expect(card(page, "Guard").locator(".status")).to_have_text("Masked")
        until = (await here.asset("guard"))["facts"]["masked"]["until"]
        assert until is not None
        await expect(card(page, "Guard")).to_contain_text("Masked by anonymous until")


async def test_cancel_deselects_everything_and_the_commands_are_those_all_selected_have(console: Opened) -> None:
    async with console() as (here, page):
        for caption in ("Guard", "Gate", "Twilio SMS"):
            await select(page, caption)
        names = await page.locator("sms-commands .buttons").first.get_by_role("button").all_text_contents()
        assert names == ["Mask", "Acknowledge", "Reset", "Cancel"]
        await press(page, "Cancel")
        await expect(page.locator(".card input:checked")).to_have_count(0)
        await expect(page.locator("sms-commands .chosen")).to_have_text("Select one or more assets.")
        audit = await here.audit()
        assert sum(line["Command/Status"] == "Cancel" for line in audit) == 3


async def test_what_people_text_is_text_and_nothing_else(console: Opened) -> None:
    async with console() as (here, page):
        await here.fake.handset(GUARD).send(OURS, HOSTILE)
        await here.clock.advance(20)
        body = page.locator("sms-messages .body").first
        await expect(body).to_have_text(HOSTILE)
        assert await body.locator("*").count() == 0
        await expect(page).to_have_title("(1 new) Twilio SMS console")


async def test_foreign_scripts_are_forbidden_by_the_server(tmp_path: Path, running: Browser) -> None:
    async with site(tmp_path) as here, watched(running, here.driver.dataserver_url) as seen:
        page = seen.page
        answer = await page.request.get(here.driver.dataserver_url)
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        blocked = await page.evaluate(INJECTION)
        assert blocked.startswith("script-src")
        assert await page.title() == "Twilio SMS console"
        assert all("Content Security Policy" in shown for shown in seen.mistakes)
        assert seen.mistakes
        seen.mistakes.clear()


async def test_loss_of_the_driver_is_shown_plainly_and_ends_by_itself(tmp_path: Path, running: Browser) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        async with here.running(config):
            port = int(here.driver.dataserver_url.rsplit(":", 1)[1])
            context = watched(running, here.driver.dataserver_url)
            seen = await context.__aenter__()
            page = seen.page
            await expect(card(page, "Guard")).to_contain_text("Normal")
            await select(page, "Guard")
            await expect(page.get_by_role("button", name="Mask")).to_be_enabled()
        banner = page.locator("sms-connection [role=status]")
        await expect(banner).to_contain_text("No connection to the driver since")
        await expect(card(page, "Guard").locator(".status")).to_have_text("No Communication")
        await expect(card(page, "Guard")).to_contain_text("The driver cannot be reached")
        await expect(page.get_by_role("button", name="Mask")).to_be_disabled()
        async with here.running(settings(here.fake, tmp_path, dataserver={"port": port})):
            await expect(card(page, "Guard").locator(".status")).to_have_text("Normal", timeout=20_000)
            await expect(banner).to_be_hidden()
            await expect(page.get_by_role("button", name="Mask")).to_be_enabled()
            seen.mistakes[:] = [shown for shown in seen.mistakes if "ERR_CONNECTION_REFUSED" not in shown]
            await context.__aexit__(None, None, None)


async def test_login_is_asked_for_and_lasts_until_logging_out(tmp_path: Path, running: Browser) -> None:
    users = [{"username": "ann", "password_hash": hash_password("right horse"), "role": "operator"}]
    async with (
        site(tmp_path, start=False) as here,
        here.running(settings(here.fake, tmp_path, dataserver={"users": users})),
        watched(running, here.driver.dataserver_url) as seen,
    ):
        page = seen.page
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("User name").fill("ann")
        await dialog.get_by_label("Password").fill("wrong")
        await dialog.get_by_role("button", name="Log in").click()
        await expect(dialog.get_by_role("alert")).to_have_text("wrong user name or password")
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_visible()
        await dialog.get_by_label("Password").fill("right horse")
        await page.keyboard.press("Enter")
        await expect(card(page, "Guard")).to_contain_text("Normal")
        await expect(page.locator("sms-session")).to_contain_text("ann")
        await page.reload()
        await expect(card(page, "Guard")).to_contain_text("Normal")
        await page.get_by_role("button", name="Log out").click()
        await expect(dialog).to_be_visible()


async def test_a_command_that_wants_confirmation_asks(console: Opened) -> None:
    async with console() as (here, page):
        body = b"TableId,Command.CommandID,Command.IsConfirmationRequired,Command.Name\ndefault-phone,2,TRUE,Silence\n"
        await here.client.import_table("command", body)
        await select(page, "Guard")
        await press(page, "Silence")
        dialog = page.get_by_role("dialog")
        await expect(dialog).to_contain_text("1 asset: Guard")
        await dialog.get_by_role("button", name="Go back").click()
        assert await here.status() == "Normal"
        await press(page, "Silence")
        await dialog.get_by_role("button", name="Silence").click()
        await expect(card(page, "Guard").locator(".status")).to_have_text("Masked")
