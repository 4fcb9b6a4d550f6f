"""How soon the fake's page shows an event, and whether it lags with a thousand messages, in a real browser.

Each figure is shown with the round trip of an empty request in the same browser, so that machines can be compared.
"""

import asyncio
import sys
from pathlib import Path

from claims import tell
from playwright.async_api import async_playwright

from fake_twilio import FakeTwilio, ManualClock

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "features"))
from harness.report.screenshots import ARGUMENTS, BROWSERS, browser_program

GUARD = "+12015550101"
ROUNDS = 20
EMPTY = """async () => {
    const started = performance.now();
    await (await fetch("/_fake/v1/clock")).text();
    return performance.now() - started;
}"""
SHOWN = """async ([account, token, from, to]) => {
    const seen = new Promise((resolve) => new MutationObserver(() => resolve(performance.now()))
        .observe(document.querySelector(".events"), { childList: true }));
    const started = performance.now();
    await fetch(`/2010-04-01/Accounts/${account}/Messages.json`, {
        method: "POST", body: new URLSearchParams({ To: to, From: from, Body: "x" }),
        headers: { Authorization: "Basic " + btoa(`${account}:${token}`) } });
    return (await seen) - started;
}"""
TYPED = """async () => {
    let longest = 0;
    const box = document.querySelector(".phone textarea");
    for (const letter of "typing while a thousand texts are here") {
        const started = performance.now();
        box.value += letter;
        box.dispatchEvent(new Event("input"));
        await new Promise(requestAnimationFrame);
        longest = Math.max(longest, performance.now() - started);
    }
    return longest;
}"""


async def main() -> None:
    """Measure and print."""
    browser = browser_program() or sys.exit(f"no browser: none of {', '.join(BROWSERS)} is installed")
    async with FakeTwilio({"accounts": [_account()]}, clock=ManualClock()) as fake, async_playwright() as playwright:
        for number in range(1000):
            await fake.handset(GUARD).send(fake.phone_number, f"Text number {number}")
        running = await playwright.chromium.launch(executable_path=browser, args=ARGUMENTS)
        page = await running.new_page()
        await page.goto(f"{fake.base_url}/_fake/")
        await page.locator(".live.on").wait_for()
        await page.get_by_text("Text number 999").first.wait_for()
        facts = [fake.account_sid, fake.auth_token, fake.phone_number, GUARD]
        empty = sorted([await page.evaluate(EMPTY) for _ in range(ROUNDS)])
        shown = sorted([await page.evaluate(SHOWN, facts) for _ in range(ROUNDS)])
        middle = ROUNDS // 2
        longest = await page.evaluate(TYPED)
        await running.close()
    beside = f"{shown[middle] / empty[middle]:.1f} empty requests in the same browser"
    tell("the page shows an event after", shown[middle], "ms", ratio=beside)
    tell("the page's longest frame while typing", longest, "ms")


def _account() -> dict[str, object]:
    return {
        "sid": "AC0123456789abcdef0123456789abcdef",
        "auth_token": "fake0auth0token0for0local0tests0",
        "balance": "9999",
        "numbers": [{"phone_number": "+12015550100"}],
    }


if __name__ == "__main__":
    asyncio.run(main())
