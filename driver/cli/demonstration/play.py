"""Runs the story in its environment and shows it on the screen."""

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
    """Run the story and return whether every step succeeded.

    With ``stay``, everything keeps running after a successful story; ``on_ready`` is called before the first step.

    Raises:
        driver.cli.demonstration.environment.EnvironmentFailedError: If a part of it does not start.
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
    """Run the steps and show them; the screen keeps showing the assets until everything is stopped."""
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
                screen.show_addresses(
                    {
                        "The driver's console": f"{environment.driver_url}/",
                        "Debug tools": f"{environment.debug_url}/",
                        "Fake Twilio and its handsets": f"{environment.twilio_url}/_fake/",
                    }
                )
                if stay:
                    screen.say("Everything keeps running. Press Ctrl-C to end.")
                    await asyncio.Event().wait()
                return True
        except (TimeoutError, DriverError, aiohttp.ClientError, OSError) as exc:
            screen.end(Played("The driver's event stream opens", False, str(exc) or "it did not open within 10 s"))
            return False
