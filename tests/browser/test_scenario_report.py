"""The scenario report, opened as a file: it loads nothing from anywhere and fits wide and narrow windows."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from harness.report.html_report import page
from harness.report.scenario_result import FAILED, NOT_REACHED, PASSED, Evidence, ScenarioResult, StepResult
from harness.report.screenshots import Photographer
from support.browser import watched

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="module")]

FAILING = ScenarioResult(
    node="features/retry/resend.feature::It fails",
    feature="Resending",
    rule="",
    scenario="It fails",
    case="x" * 300,
    file="features/retry/a-rather-long-name-that-reads-like-a-whole-sentence.feature",
    line=12,
    outcome="failed",
    seconds=0.25,
    steps=[
        StepResult("Given", "a running driver" + " that goes on" * 30, 13, PASSED, 0.1),
        StepResult("Then", "the handset shows:", 14, FAILED, 0.1, [["way", "body"], ["in", "y" * 200]]),
        StepResult("And", "nothing else", 15, NOT_REACHED),
    ],
    failure="missing:",
    evidence=Evidence(
        timeline=[["00:00:01.000", "A person with quite a long name → Twilio", "z" * 300]],
        log=["INFO started " + "w" * 300],
        journal=["GET " + "v" * 300],
    ),
)


@pytest.mark.parametrize("width", [390, 1280])
async def test_nothing_sticks_out_of_the_window(running: Browser, tmp_path: Path, width: int) -> None:
    file = tmp_path / "features.html"
    file.write_text(page([FAILING], "2026-01-31 12:00 UTC: pytest " + "u" * 300), encoding="utf-8")
    async with watched(running, file.as_uri(), path="", viewport={"width": width, "height": 900}) as seen:
        await seen.page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        assert await seen.page.evaluate("document.documentElement.scrollWidth") == width
        place = seen.page.get_by_text("a-rather-long-name")
        first = seen.page.get_by_text("a running driver")
        upper, lower = await place.bounding_box(), await first.bounding_box()
        assert upper is not None
        assert lower is not None
        assert upper["y"] + upper["height"] <= lower["y"] + 1
        await expect(seen.page.get_by_text("INFO started")).to_be_visible()


async def test_scenarios_can_be_searched_filtered_and_linked(running: Browser, tmp_path: Path) -> None:
    good = replace(FAILING, node="features/a.feature::It's [fine] & well", scenario="All is fine", outcome="passed")
    file = tmp_path / "features.html"
    file.write_text(page([good, FAILING], ""), encoding="utf-8")
    anchor = "#features/a.feature::It%27s%20%5Bfine%5D%20%26%20well"
    async with watched(running, file.as_uri(), path=anchor) as seen:
        shown = seen.page.locator("details[data-outcome]:visible")
        linked = seen.page.locator("details[data-outcome=passed]")
        await expect(linked).to_have_attribute("open", "")
        await expect(seen.page.locator("output")).to_have_text("2 of 2 shown")
        await seen.page.get_by_role("searchbox").fill("ALL fine")
        await expect(shown).to_have_count(1)
        await expect(seen.page.locator("output")).to_have_text("1 of 2 shown")
        await seen.page.get_by_role("searchbox").fill("")
        await seen.page.get_by_label("passed").uncheck()
        await expect(shown).to_have_count(1)
        await expect(linked).to_be_hidden()


async def test_pages_are_pictured_at_a_failure_and_not_at_each_of_very_many(tmp_path: Path) -> None:
    shown = tmp_path / "console.html"
    shown.write_text("<h1>Gate: Fault</h1>", encoding="utf-8")
    photographer, pages = Photographer(), {"console": shown.as_uri(), "gone": "http://127.0.0.1:9/"}

    async def pictures() -> dict[str, str]:
        return await asyncio.to_thread(photographer.pictures, pages, lambda work: work())

    taken = await pictures()
    assert list(taken) == ["console"]
    assert taken["console"].startswith("data:image/jpeg;base64,")
    report = page([replace(FAILING, evidence=Evidence(pictures=taken))], "now")
    assert f'<img src="{taken["console"]}" alt="console"' in report
    photographer.left = 0
    assert await pictures() == {}
