"""Brings stage, story and screen together."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

import aiohttp
from rich.console import Console

from driver.cli.demonstration.screen import Screen
from driver.cli.demonstration.stage import Stage, open_stage
from driver.cli.demonstration.story import Played, Story
from driver.cli.demonstration.views import DriverView, TwilioView
from driver.clock import SystemClock


async def play(console: Console, *, stay: bool, on_stage: Callable[[Stage], None] | None = None) -> bool:
    """Play the story and say whether every step came true.

    Args:
        console: Where to show it.
        stay: Keep everything running after a story that came true, until cancelled.
        on_stage: Told where everything is before the first step.

    Raises:
        driver.cli.demonstration.stage.StageError: When the stage cannot be set up.
    """
    with tempfile.TemporaryDirectory(prefix="sms-driver-demo-") as folder:
        async with (
            open_stage(Path(folder), SystemClock()) as stage,
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as session,
        ):
            if on_stage is not None:
                on_stage(stage)
            if not await _show(console, stage, session):
                return False
            if stay:
                console.print("Everything keeps running. Press Ctrl-C to end.", style="dim")
                await asyncio.Event().wait()
            return True


async def _show(console: Console, stage: Stage, session: aiohttp.ClientSession) -> bool:
    """Play the steps on the screen."""
    with Screen(console) as screen:
        driver = DriverView(stage.driver_url, session, lambda: screen.show_assets(driver.assets))
        try:
            async with driver.watching():
                true = True
                async for told in Story(stage, TwilioView(stage.twilio_url, session), driver).play():
                    if isinstance(told, Played):
                        screen.end(told)
                        true = told.true
                    else:
                        screen.begin(told)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            screen.end(Played("The driver's event stream opens", False, str(error) or "not within 10 s"))
            return False
        if true:
            screen.show_addresses(
                {
                    "The driver's console": f"{stage.driver_url}/",
                    "Debug tools": f"{stage.debug_url}/",
                    "Fake Twilio and its handsets": f"{stage.twilio_url}/_fake/",
                }
            )
        return true
