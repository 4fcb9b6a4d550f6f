"""Time in the harness: a manual clock where Twilio and the driver share it, real waits where they do not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol


class MovableClock(Protocol):
    """A clock that moves only when it is advanced, and then carries out everything that is due."""

    def now(self) -> datetime:
        """Return the current time, aware, in UTC."""
        ...

    def monotonic(self) -> timedelta:
        """Return the total time that the clock was advanced by."""
        ...

    async def sleep_until(self, when: datetime) -> None:
        """Return once the clock has reached this time."""
        ...

    async def advance(self, seconds: float) -> None:
        """Advance the clock; return when everything that was due has been carried out."""
        ...

    async def wait_idle(self) -> None:
        """Return when nothing is in flight any more, without advancing the clock."""
        ...

    def add_idle_waiter(self, idle_waiter: Callable[[], Awaitable[bool]]) -> None:
        """Register a function that waits for another system's work in flight."""
        ...

    def remove_idle_waiter(self, idle_waiter: Callable[[], Awaitable[bool]]) -> None:
        """Unregister such a function."""
        ...


class Time(Protocol):
    """How a scenario lets time pass."""

    def now(self) -> datetime:
        """Return the current time of the scenario."""
        ...

    async def let_pass(self, seconds: float) -> None:
        """Let that much time pass; 0 only waits for work in flight."""
        ...

    def written(self, moments: Sequence[datetime], began: datetime) -> list[str]:
        """Return times in the notation of scenarios, such as ``5 s``."""
        ...


class ManualTime:
    """Time on a manual clock that Twilio and the driver share; it takes no real time."""

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        """Return the time of the shared clock."""
        return self._clock.now()

    async def let_pass(self, seconds: float) -> None:
        """Advance the shared clock."""
        await self._clock.advance(seconds)

    def written(self, moments: Sequence[datetime], began: datetime) -> list[str]:
        """Return the exact seconds since the scenario began."""
        return [f"{(moment - began).total_seconds():g} s" for moment in moments]


LAG_S = 1.0
"""Seconds that the driver's timing may lag behind the harness's where they share no clock."""


class RealTime:
    """The machine's time, for backends that need real time. ``moment`` is the pause between two polls, in seconds."""

    def __init__(self, moment: float = 0.05) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """Return the time of the machine's clock."""
        return datetime.now(UTC)

    async def let_pass(self, seconds: float) -> None:
        """Wait this long and a little longer; with 0, let other processes run briefly."""
        due = self.now() + timedelta(seconds=seconds + LAG_S if seconds else self._moment)
        while (left := (due - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(left)

    def written(self, moments: Sequence[datetime], began: datetime) -> list[str]:
        """Return whole seconds since the first time, because real timing is not exact."""
        return [f"{round((moment - moments[0]).total_seconds())} s" for moment in moments]


class Deadline:
    """A limit in real seconds for repeated checks."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def over(self) -> bool:
        """Return whether the time is up."""
        return time.monotonic() > self._end
