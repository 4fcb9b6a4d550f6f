"""The clock of the driver's machine, which somebody can set while the time itself, and Twilio's clock, go on."""

import asyncio
from datetime import datetime, timedelta

from fake_twilio import ManualClock


class MachineClock:
    """Shares the passing of time with ``shared``; what it shows as the time of day is its own."""

    def __init__(self, shared: ManualClock) -> None:
        self._shared = shared
        self._ahead = timedelta(0)
        self._set = asyncio.Event()

    def now(self) -> datetime:
        return self._shared.now() + self._ahead

    def monotonic(self) -> timedelta:
        return self._shared.monotonic()

    async def sleep_until(self, when: datetime) -> None:
        """Wait as the machine's own clock does: not longer than it was at the start, shorter if it is set forward."""
        end = self._shared.now() + (when - self.now())
        while self.now() < when and self._shared.now() < end:
            due, was_set = min(end, when - self._ahead), self._set
            waits = {asyncio.ensure_future(self._shared.sleep_until(due)), asyncio.ensure_future(was_set.wait())}
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for wait in waits:
                    wait.cancel()

    def set_by(self, seconds: float) -> None:
        """Set the clock forward, or back where ``seconds`` are below zero."""
        self._ahead += timedelta(seconds=seconds)
        was, self._set = self._set, asyncio.Event()
        was.set()
