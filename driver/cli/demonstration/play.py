"""Brings environment, story and screen together."""

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

import aiohttp

from driver.cli.demonstration.environment import Environment, open_environment
from driver.cli.demonstration.screen import Screen
from driver.cli.demonstration.story import Played, Story
from driver.cli.demonstration.views import DriverView, FakeControls
from driver.client import DriverClient
from driver.errors import DriverError
from driver.runtime.clock import SystemClock


async def play(screen: Screen, *, stay: bool, on_ready: Callable[[Environment], None] | None = None) -> bool:
    """Play the story and say whether every step came true.

    Args:
        screen: Where to show it.
        stay: Keep everything running after a story that came true, until cancelled.
        on_ready: Told where everything is before the first step.

    Raises:
        driver.cli.demonstration.environment.EnvironmentFailedError: When a part of it does not start.
    """
    with tempfile.TemporaryDirectory(prefix="sms-driver-demo-") as folder:
        async with (
            open_environment(Path(folder), SystemClock()) as environment,
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
        ):
            if on_ready is not None:
                on_ready(environment)
            return await _show(screen, environment, session, stay=stay)


async def _show(screen: Screen, environment: Environment, session: aiohttp.ClientSession, *, stay: bool) -> bool:
    """Play the steps on the screen, which goes on showing the assets for as long as everything stays."""
    with screen:
        client = DriverClient(session, environment.driver_url)
        driver = DriverView(client, SystemClock(), lambda: screen.show_assets(driver.assets))
        try:
            async with driver.watching():
                async for step in Story(environment, FakeControls(environment.twilio_url, session), driver).play():
                    if not isinstance(step, Played):
                        screen.begin(step)
                        continue
                    screen.end(step)
                    if not step.true:
                        return False
                screen.show_addresses(_addresses(environment))
                if stay:
                    screen.say("Everything keeps running. Press Ctrl-C to end.")
                    await asyncio.Event().wait()
                return True
        except (TimeoutError, DriverError, aiohttp.ClientError, OSError) as exc:
            screen.end(Played("The driver's event stream opens", False, str(exc) or "not within 10 s"))
            return False


def _addresses(environment: Environment) -> dict[str, str]:
    """The pages to open next."""
    return {
        "The driver's console": f"{environment.driver_url}/",
        "Debug tools": f"{environment.debug_url}/",
        "Fake Twilio and its handsets": f"{environment.twilio_url}/_fake/",
    }
