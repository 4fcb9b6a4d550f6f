"""The clock of a driver on standby: it stands in for the shared one, and its driver can be made to look at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from harness.time.clock import MovableClock


class WaitingClock:
    """The shared clock, but while its driver waits nothing wakes that driver except `go_ahead`.

    A driver on standby looks every second whether it may lead. To carry out all these looks while ten minutes pass
    takes long and shows nothing, and to let a second pass for the takeover would disturb what a scenario measures.
    """

    def __init__(self, shared: MovableClock, interval: timedelta) -> None:
        self._shared = shared
        self._interval = interval
        self._began, self._began_at = shared.monotonic(), shared.now()
        self._leads = asyncio.Event()

    def now(self) -> datetime:
        """Stands still while the driver waits, like its monotonic clock, so that no clock seems to have been set."""
        return self._shared.now() if self._leads.is_set() else self._began_at

    def monotonic(self) -> timedelta:
        """Stands still while the driver waits; from then on, how much time has passed and the interval cut short."""
        return self._shared.monotonic() + self._interval if self._leads.is_set() else self._began

    async def sleep_until(self, when: datetime) -> None:
        """Return when the shared clock has come to this moment or, while its driver waits, when it may go ahead."""
        if self._leads.is_set():
            await self._shared.sleep_until(when)
        else:
            await self._leads.wait()

    async def advance(self, seconds: float) -> None:
        """Move the shared clock."""
        await self._shared.advance(seconds)

    def go_ahead(self) -> None:
        """Let the driver look whether it may lead, and from then on live by the shared clock."""
        self._leads.set()

    def add_idle_waiter(self, idle_waiter: Callable[[], Awaitable[bool]]) -> None:
        """Have the shared clock ask this system too."""
        self._shared.add_idle_waiter(idle_waiter)

    def remove_idle_waiter(self, idle_waiter: Callable[[], Awaitable[bool]]) -> None:
        """Have the shared clock ask it no longer."""
        self._shared.remove_idle_waiter(idle_waiter)
