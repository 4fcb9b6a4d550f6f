"""Screenshot of the operator's console in a real browser: a site with a faulty phone and a person who texts."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
from playwright.async_api import async_playwright

from driver.app import open_driver
from driver.client import DriverClient
from driver.config.models import DriverConfig
from fake_twilio import FakeTwilio, Fault, ManualClock

HERE = Path(__file__).parent
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
OURS, GUARD = "+12015550100", "+12015550101"
PLACES = ("Guard", "North gate", "Boiler house", "Pump station 2", "Control room", "Fire brigade")
SEED = {
    "accounts": [
        {
            "sid": "AC0123456789abcdef0123456789abcdef",
            "auth_token": "fake0auth0token0for0local0tests0",
            "type": "Full",
            "numbers": [{"phone_number": OURS}],
        }
    ]
}


def _config(fake: FakeTwilio, folder: str) -> DriverConfig:
    return DriverConfig.model_validate(
        {
            "system": {"caption": "Dam 3"},
            "twilio": {"account_sid": fake.account_sid, "auth_token": fake.auth_token, "base_url": fake.base_url},
            "dataserver": {"port": 0},
            "internal": {"debug_port": 0},
            "store": {"url": f"sqlite:///{folder}/driver.db"},
            "phones": [
                {
                    "id": place.lower().replace(" ", "-"),
                    "caption": place,
                    "external_phone_number": f"+1201555010{number}",
                    "twilio_phone_number": OURS,
                }
                for number, place in enumerate(PLACES, 1)
            ],
        }
    )


async def _play(fake: FakeTwilio, clock: ManualClock, client: DriverClient) -> None:
    """Simulate a message that is not sent, an alarm that is acknowledged, and an incoming reply."""

    async def send(asset: str, text: str) -> None:
        await client.command(asset, "Send Message", {"Message Content": text})
        await clock.advance(20)

    refused = {"type": "http_error", "status": 400, "code": 21610}
    for asset in ("boiler-house", "pump-station-2"):
        fake.faults.add(Fault(refused, {"operation": "messages.create"}, times=2))
        await send(asset, "Water level above 4.2 m")
    [alarm] = [each for each in await client.alarms() if each.asset_id == "boiler-house"]
    await client.acknowledge(alarm.alarm_id, comment="on my way")
    await send("guard", "Water level above 4.2 m. Please look at gate 4.")
    await fake.handset(GUARD).send(OURS, "At gate 4 now. One man hurt, send the ambulance.")
    await clock.advance(75)


async def console() -> bool:
    """Write ``console.png``: alarms, assets and messages; return whether that succeeded."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print("no browser found; no picture was written", file=sys.stderr)
        return False
    clock = ManualClock()
    with TemporaryDirectory() as folder:
        async with (
            FakeTwilio(SEED, clock=clock) as fake,
            aiohttp.ClientSession() as http,
            open_driver(_config(fake, folder), clock=clock, session=http) as driver,
            async_playwright() as playwright,
        ):
            clock.add_idle_waiter(driver.wait_idle)
            running = await playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
            page = await running.new_page(
                viewport={"width": 1600, "height": 900}, timezone_id="UTC", reduced_motion="reduce"
            )
            await page.clock.set_fixed_time(clock.now())
            await page.goto(driver.dataserver_url)
            await page.get_by_text("No messages yet.").wait_for()
            await _play(fake, clock, DriverClient(http, driver.dataserver_url))
            await page.clock.set_fixed_time(clock.now())
            await page.get_by_text("One man hurt").wait_for()
            await page.reload()
            await page.get_by_text("One man hurt").wait_for()
            await page.screenshot(path=str(HERE / "console.png"))
            await running.close()
            clock.remove_idle_waiter(driver.wait_idle)
    return True


if __name__ == "__main__":
    sys.exit(0 if asyncio.run(console()) else 1)
