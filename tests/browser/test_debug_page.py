"""The debug tools' page in a real browser: the log live, filtered, paused, downloaded, and never executed."""

import json
from pathlib import Path

import pytest
import structlog
from playwright.async_api import Browser, Locator, Page, expect

from driver.api.passwords import hash_password
from support.browser import flaws, watched
from support.driver_site import settings, site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

HOSTILE = "<img src=x onerror=\"document.title='owned'\">"


def log(text: str, level: str = "info", **more: object) -> None:
    getattr(structlog.get_logger("driver.probe"), level)(text, **more)


def rows(page: Page) -> Locator:
    return page.locator("#records tr")


async def test_records_appear_as_they_are_written_and_never_run(tmp_path: Path, running: Browser) -> None:
    async with site(tmp_path) as here, watched(running, here.driver.debugtools_url) as seen:
        page = seen.page
        await expect(page.locator("#state")).to_contain_text("Live.")
        await expect(rows(page).filter(has_text="started")).to_have_count(1)
        log(HOSTILE, asset="guard", answer=HOSTILE)
        row = rows(page).filter(has_text="onerror")
        await expect(row).to_contain_text(f"{HOSTILE}  asset=guard  answer={HOSTILE}")
        assert await row.locator("img").count() == 0
        assert await page.title() == "Debug Tools"
        answer = await page.request.get(here.driver.debugtools_url)
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_filters_narrow_what_is_there_and_what_comes(tmp_path: Path, running: Browser) -> None:
    async with site(tmp_path) as here, watched(running, here.driver.debugtools_url) as seen:
        page = seen.page
        log("before", "warning", asset="guard")
        await page.get_by_label("Level").select_option("Warning and above")
        await page.get_by_label("Asset").fill("guard")
        await expect(rows(page)).to_have_count(1)
        await expect(page.locator("#state")).to_contain_text("Live.")
        log("too quiet", asset="guard")
        log("somebody else", "error", asset="gate")
        log("after", "error", asset="guard")
        await expect(rows(page)).to_have_count(2)
        await expect(rows(page).last).to_contain_text("after")
        await page.reload()
        await expect(page.get_by_label("Asset")).to_have_value("guard")
        await expect(rows(page)).to_have_count(2)
        await page.get_by_label("Text", exact=True).fill("before")
        await expect(rows(page)).to_have_count(1)


async def test_a_pause_holds_back_and_loses_nothing(tmp_path: Path, running: Browser) -> None:
    async with site(tmp_path) as here, watched(running, here.driver.debugtools_url) as seen:
        page = seen.page
        await expect(page.locator("#state")).to_contain_text("Live.")
        count = await rows(page).count()
        await page.get_by_role("button", name="Pause").click()
        for number in range(3):
            log(f"held {number}")
        await expect(page.locator("#state")).to_contain_text("Paused, 3 new.")
        await expect(rows(page)).to_have_count(count)
        await page.get_by_role("button", name="Resume").click()
        await expect(rows(page)).to_have_count(count + 3)
        await page.get_by_role("button", name="Clear").click()
        await expect(rows(page)).to_have_count(0)


@pytest.mark.parametrize("name", ["Download NDJSON", "Download text"])
async def test_what_is_shown_can_be_taken_home(tmp_path: Path, running: Browser, name: str) -> None:
    async with site(tmp_path) as here, watched(running, here.driver.debugtools_url) as seen:
        page = seen.page
        log("take me", asset="guard")
        await expect(rows(page).filter(has_text="take me")).to_have_count(1)
        async with page.expect_download() as download:
            await page.get_by_role("button", name=name).click()
        text = Path(await (await download.value).path()).read_text(encoding="utf-8")
        if name.endswith("NDJSON"):
            records = [json.loads(line) for line in text.splitlines()]
            assert [record["asset"] for record in records if record["event"] == "take me"] == ["guard"]
        else:
            assert "take me  asset=guard\n" in text


async def test_matters_are_traced_from_the_page(tmp_path: Path, running: Browser) -> None:
    async with site(tmp_path) as here, watched(running, here.driver.debugtools_url) as seen:
        page = seen.page
        await page.get_by_label("Asset").fill("guard")
        await page.get_by_text("Trace", exact=True).click()
        await expect(page.locator("#traced")).to_have_text("No active traces.")
        await page.get_by_label("http").check()
        await page.get_by_role("button", name="Trace the asset above").click()
        await expect(page.locator("#traced")).to_contain_text("http for guard until ")
        await here.send("seen")
        await expect(rows(page).filter(has_text="Messages.json")).to_have_count(1)
        await page.get_by_role("button", name="Stop tracing").click()
        await expect(page.locator("#traced")).to_have_text("No active traces.")
        await page.get_by_label("Asset").fill("door")
        await page.get_by_role("button", name="Trace the asset above").click()
        await expect(page.locator("#traced")).to_have_text("there is no asset 'door'")


async def test_a_status_is_explained_and_the_report_taken_home(tmp_path: Path, running: Browser) -> None:
    async with site(tmp_path) as here, watched(running, here.driver.debugtools_url) as seen:
        page = seen.page
        await page.get_by_label("Asset").fill("guard")
        await page.get_by_role("button", name="Why this status?").click()
        answer = page.locator("#answer-text")
        await expect(answer).to_contain_text("Guard shows Normal since")
        await page.get_by_text("All details").click()
        await expect(answer).to_contain_text('"activeStates": [')
        await page.get_by_role("button", name="Close").click()
        here.fault({"type": "http_error", "status": 400, "code": 21610}, times=2)
        await here.send("the vault is open")
        await here.clock.advance(5)
        await page.get_by_label("Execution, SID, number or text").fill("vault")
        await page.keyboard.press("Enter")
        await expect(answer).to_contain_text("Twilio refused it")
        await expect(answer).to_contain_text("It was terminated")
        assert await flaws(page) == []
        await page.get_by_role("button", name="Close").click()
        await page.get_by_label("Asset").focus()
        await expect(page.locator("#assets option[value=guard]")).to_have_count(1)
        console = page.get_by_role("link", name="Console")
        await expect(console).to_have_attribute("href", f"{here.driver.dataserver_url}/")
        await page.get_by_role("button", name="Self-test").click()
        await expect(page.locator("#answer-text")).to_contain_text("ok       database: accepts commits")
        await page.get_by_role("button", name="Close").click()
        async with page.expect_download() as download:
            await page.get_by_role("button", name="Download report").click()
        report = json.loads(Path(await (await download.value).path()).read_text(encoding="utf-8"))
        assert report["queue"]["size"] == 0
        assert here.fake.auth_token not in json.dumps(report)


async def test_engineers_log_in_and_a_viewer_may_not_look(tmp_path: Path, running: Browser) -> None:
    users = [
        {"username": name, "password_hash": hash_password("right horse"), "role": role}
        for name, role in (("eve", "viewer"), ("ann", "engineer"))
    ]
    async with (
        site(tmp_path, start=False) as here,
        here.running(settings(here.fake, tmp_path, dataserver={"users": users})),
        watched(running, here.driver.debugtools_url) as seen,
    ):
        page = seen.page
        dialog = page.get_by_role("dialog")
        await dialog.get_by_label("User name").fill("ann")
        await dialog.get_by_label("Password").fill("wrong")
        await page.keyboard.press("Enter")
        await expect(dialog.get_by_role("alert")).to_have_text("wrong user name or password")
        await dialog.get_by_label("Password").fill("right horse")
        await page.keyboard.press("Enter")
        await expect(dialog).to_be_hidden()
        await expect(rows(page).filter(has_text="started")).to_have_count(1)
        await page.evaluate("sessionStorage.clear()")
        await page.reload()
        await dialog.get_by_label("User name").fill("eve")
        await dialog.get_by_label("Password").fill("right horse")
        await page.keyboard.press("Enter")
        await expect(page.locator("#state")).to_contain_text("this needs the role engineer")
        await expect(rows(page)).to_have_count(0)
        await expect(page.locator("#session")).to_contain_text("eve (viewer)")
        await page.get_by_role("button", name="Log out").click()
        await expect(dialog).to_be_visible()
        await expect(page.locator("#state")).to_have_text("Logged out.")


async def test_loss_is_shown(tmp_path: Path, running: Browser) -> None:
    async with site(tmp_path, start=False) as here:
        async with here.running(settings(here.fake, tmp_path)):
            opened = watched(running, here.driver.debugtools_url)
            seen = await opened.__aenter__()
            await expect(seen.page.locator("#state")).to_contain_text("Live.")
        await expect(seen.page.locator("#state")).to_contain_text("was lost. The records shown are not live.")
        await opened.__aexit__(None, None, None)


async def test_it_fits_a_phone(tmp_path: Path, running: Browser) -> None:
    viewport = {"width": 360, "height": 740}
    async with site(tmp_path) as here, watched(running, here.driver.debugtools_url, viewport=viewport) as seen:
        log("x" * 400)
        await expect(rows(seen.page).filter(has_text="xxx")).to_have_count(1)
        await seen.page.get_by_text("Trace", exact=True).click()
        await expect(seen.page.locator("#topics")).to_contain_text("each event, as it is published")
        assert await flaws(seen.page) == []
        assert await seen.page.evaluate("document.documentElement.scrollWidth") <= 360
