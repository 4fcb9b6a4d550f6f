"""Screenshots of the fake's web UI in a real browser, light and dark, during a conversation."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from fake_twilio import FakeTwilio, ManualClock

HERE = Path(__file__).parent
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
GUARD, GATE = "+12015550101", "+12015550102"
REPLY = "<Response><Message>Thank you. The gate is open for you.</Message></Response>"
SEED = {
    "accounts": [
        {
            "sid": "AC0123456789abcdef0123456789abcdef",
            "auth_token": "fake0auth0token0for0local0tests0",
            "friendly_name": "Site security",
            "type": "Trial",
            "verified": [GUARD, GATE],
            "numbers": [{"phone_number": "+12015550100", "sms_url": f"https://handler.twilio.com/twiml/EH{'0' * 32}"}],
            "twiml_bins": [{"sid": f"EH{'0' * 32}", "twiml": REPLY}],
        }
    ]
}


def phones() -> bool:
    """Write ``phones.png`` and ``phones-dark.png``, two handsets and the timeline; return whether that succeeded."""
    browser = next((path for name in BROWSERS if (path := shutil.which(name))), None)
    if browser is None:
        print("no browser found; no picture was written", file=sys.stderr)
        return False
    with FakeTwilio.running(SEED, clock=ManualClock()) as fake, sync_playwright() as playwright:
        ours, client = fake.phone_number, fake.client()
        client.messages.create(
            to=GUARD, from_=ours, body="Fire alarm in building 4, ground floor. Use the north stairs."
        )
        fake.clock.advance(41)
        fake.handset(GUARD).send(ours, "Understood, on our way")
        fake.clock.advance(65)
        client.messages.create(to=GATE, from_=ours, body="Please open gate 2 for the fire brigade.")
        fake.faults.add({"effect": {"type": "inbound_drop"}, "match": {"from": GATE}})
        fake.handset(GATE).send(ours, "Gate 2 is open")
        fake.clock.advance(12)
        running = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"])
        page = running.new_page(
            viewport={"width": 1420, "height": 780}, locale="en-GB", timezone_id="UTC", reduced_motion="reduce"
        )
        page.goto(f"{fake.base_url}/_fake/")
        page.locator(".phone .bubble").nth(3).wait_for()
        page.screenshot(path=str(HERE / "phones.png"))
        page.emulate_media(color_scheme="dark")
        page.screenshot(path=str(HERE / "phones-dark.png"))
        running.close()
    return True


if __name__ == "__main__":
    sys.exit(0 if phones() else 1)
