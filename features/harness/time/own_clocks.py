"""Clocks of individual machines: time passes on all of them as on the shared one, but each may show another time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from harness.time.clock import MovableClock


class _OwnClock:
    """A proxy of the shared clock, which is advanced and queried for work in flight through it."""

    def __init__(self, shared: MovableClock) -> None:
        self._shared = shared

    def monotonic(self) -> timedelta:
        """Return the total time that the shared clock was advanced by."""
        return self._shared.monotonic()

    async def advance(self, seconds: float) -> None:
        """Advance the shared clock."""
        await self._shared.advance(seconds)

    async def wait_idle(self) -> None:
        """Wait for work in flight on the shared clock."""
        await self._shared.wait_idle()

    def add_idle_waiter(self, idle_waiter: Callable[[], Awaitable[bool]]) -> None:
        """Register a function with the shared clock."""
        self._shared.add_idle_waiter(idle_waiter)

    def remove_idle_waiter(self, idle_waiter: Callable[[], Awaitable[bool]]) -> None:
        """Unregister a function from the shared clock."""
        self._shared.remove_idle_waiter(idle_waiter)


class WaitingClock(_OwnClock):
    """The shared clock, except that a driver on standby wakes up only on ``go_ahead``.

    A driver on standby checks every second whether it may lead. Running all these checks while ten minutes pass would
    take long and show nothing, and advancing a second for the takeover would distort what a scenario measures.
    """

    def __init__(self, shared: MovableClock, interval: timedelta) -> None:
        super().__init__(shared)
        self._interval = interval
        self._began = shared.monotonic()
        self._leads = asyncio.Event()

    def now(self) -> datetime:
        """Return the time of the shared clock."""
        return self._shared.now()

    def monotonic(self) -> timedelta:
        """Return a constant while on standby; afterwards, the time passed plus the interval that was cut short."""
        return self._shared.monotonic() + self._interval if self._leads.is_set() else self._began

    async def sleep_until(self, when: datetime) -> None:
        """Return when the shared clock has reached this time or, on standby, when the driver may go ahead."""
        if self._leads.is_set():
            await self._shared.sleep_until(when)
        else:
            await self._leads.wait()

    def go_ahead(self) -> None:
        """Let the driver check whether it may lead, and use the shared clock from then on."""
        self._leads.set()


class MachineClock(_OwnClock):
    """A machine's clock that can be set, while the time itself and Twilio's clock are unaffected."""

    def __init__(self, shared: MovableClock) -> None:
        super().__init__(shared)
        self._ahead = timedelta(0)
        self._set = asyncio.Event()

    def now(self) -> datetime:
        """Return the time of day that this machine shows."""
        return self._shared.now() + self._ahead

    async def sleep_until(self, when: datetime) -> None:
        """Wait by the machine's own clock: no longer than planned at the start, but less if it is set forward."""
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
        """Set the clock forward, or back if ``seconds`` is negative."""
        self._ahead += timedelta(seconds=seconds)
        was, self._set = self._set, asyncio.Event()
        was.set()
