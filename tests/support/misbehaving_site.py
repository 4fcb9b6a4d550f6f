"""A driver on a Twilio that misbehaves, in one process on one manual clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from fake_twilio import ManualClock
from support.driver_clock import MachineClock
from support.driver_site import DriverView, settings
from support.misbehaving_twilio import MisbehavingTwilio, misbehaving_twilio


class MisbehavingSite(DriverView):
    """The driver as its users see it, and the Twilio that a test plays tricks with."""

    def __init__(self, twilio: MisbehavingTwilio, clock: ManualClock, http: aiohttp.ClientSession) -> None:
        super().__init__(clock, http)
        self.twilio = twilio
        self.machine = MachineClock(clock)
        """The clock of the driver's machine, for drivers that are run with it."""

    async def texts(self) -> list[str]:
        """Return the texts that were received, in the order of their events."""
        return [str(event["parameters"]["Message Content"]) for event in await self.events("Message Received")]


@asynccontextmanager
async def misbehaving_site(folder: Path, *, start: bool = True, **sections: Any) -> AsyncIterator[MisbehavingSite]:
    """Open a Twilio that misbehaves on request and, unless ``start`` is off, a driver on it."""
    clock = ManualClock()
    async with misbehaving_twilio(clock.now) as twilio, aiohttp.ClientSession() as http:
        opened = MisbehavingSite(twilio, clock, http)
        if not start:
            yield opened
            return
        async with opened.running(settings(twilio, folder, **sections)):
            yield opened
