"""Clocks of single machines: time passes on all of them as on the shared one, and each shows what it likes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from harness.time.clock import MovableClock


class _OwnClock:
    """Stands in for the shared clock, which is moved, and asked for work in flight, through it."""

    def __init__(self, shared: MovableClock) -> None:
        self._shared = shared

    def monotonic(self) -> timedelta:
        """By how much the shared clock was moved."""
        return self._shared.monotonic()

    async def advance(self, seconds: float) -> None:
        """Move the shared clock."""
        await self._shared.advance(seconds)

    async def wait_idle(self) -> None:
        """Wait for whatever is in flight on the shared clock."""
        await self._shared.wait_idle()

    def add_idle_waiter(self, idle_waiter: Callable[[], Awaitable[bool]]) -> None:
        """Have the shared clock ask this system too."""
        self._shared.add_idle_waiter(idle_waiter)

    def remove_idle_waiter(self, idle_waiter: Callable[[], Awaitable[bool]]) -> None:
        """Have the shared clock ask it no longer."""
        self._shared.remove_idle_waiter(idle_waiter)


class WaitingClock(_OwnClock):
    """The shared clock, but while its driver waits nothing wakes that driver except ``go_ahead``.

    A driver on standby looks every second whether it may lead. To carry out all these looks while ten minutes pass
    takes long and shows nothing, and to let a second pass for the takeover would disturb what a scenario measures.
    """

    def __init__(self, shared: MovableClock, interval: timedelta) -> None:
        super().__init__(shared)
        self._interval = interval
        self._began = shared.monotonic()
        self._leads = asyncio.Event()

    def now(self) -> datetime:
        """The time on the shared clock."""
        return self._shared.now()

    def monotonic(self) -> timedelta:
        """Stands still while the driver waits; from then on, how much time has passed and the interval cut short."""
        return self._shared.monotonic() + self._interval if self._leads.is_set() else self._began

    async def sleep_until(self, when: datetime) -> None:
        """Return when the shared clock has come to this moment or, while its driver waits, when it may go ahead."""
        if self._leads.is_set():
            await self._shared.sleep_until(when)
        else:
            await self._leads.wait()

    def go_ahead(self) -> None:
        """Let the driver look whether it may lead, and from then on live by the shared clock."""
        self._leads.set()


class MachineClock(_OwnClock):
    """A machine's clock that somebody can set, while the time itself, and Twilio's clock, go on."""

    def __init__(self, shared: MovableClock) -> None:
        super().__init__(shared)
        self._ahead = timedelta(0)
        self._set = asyncio.Event()

    def now(self) -> datetime:
        """The time of day as this machine shows it."""
        return self._shared.now() + self._ahead

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
