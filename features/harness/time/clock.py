"""Time on the harness: moved by hand where Twilio and driver share a clock, waited for where they do not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Protocol


class MovableClock(Protocol):
    """A clock that stands still until it is moved, and then carries out everything that falls due."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def monotonic(self) -> timedelta:
        """By how much it was moved in all."""
        ...

    async def sleep_until(self, when: datetime) -> None:
        """Return once the clock has been moved to this moment."""
        ...

    async def advance(self, seconds: float) -> None:
        """Move on; return when everything that fell due has been carried out."""
        ...

    async def wait_idle(self) -> None:
        """Return when nothing is in flight any more, without moving the time."""
        ...

    def add_idle_waiter(self, idle_waiter: Callable[[], Awaitable[bool]]) -> None:
        """Ask this system too whether it has work in flight."""
        ...

    def remove_idle_waiter(self, idle_waiter: Callable[[], Awaitable[bool]]) -> None:
        """Ask it no longer."""
        ...


class Time(Protocol):
    """How a scenario lets time pass."""

    def now(self) -> datetime:
        """The present moment as the scenario sees it."""
        ...

    async def let_pass(self, seconds: float) -> None:
        """Let that much time pass; 0 waits only for what is in flight."""
        ...

    def written(self, moments: Sequence[datetime], began: datetime) -> list[str]:
        """Moments as scenarios write them, such as ``5 s``."""
        ...


class ManualTime:
    """Time that Twilio and driver share and that takes no real time."""

    def __init__(self, clock: MovableClock) -> None:
        self._clock = clock

    def now(self) -> datetime:
        """What the shared clock says."""
        return self._clock.now()

    async def let_pass(self, seconds: float) -> None:
        """Move the shared clock."""
        await self._clock.advance(seconds)

    def written(self, moments: Sequence[datetime], began: datetime) -> list[str]:
        """The seconds since the scenario began, exactly."""
        return [f"{(moment - began).total_seconds():g} s" for moment in moments]


LAG_S = 1.0
"""Seconds by which what a driver counts may begin and end after what the harness counts, where they share no clock."""


class RealTime:
    """The machine's time, for sides that cannot be hurried. ``moment`` is the pause, in seconds, between two looks."""

    def __init__(self, moment: float = 0.05) -> None:
        self._moment = moment

    def now(self) -> datetime:
        """What the machine's clock says."""
        return datetime.now(UTC)

    async def let_pass(self, seconds: float) -> None:
        """Wait this long and a little longer; where nothing has to pass, give the other processes a moment."""
        due = self.now() + timedelta(seconds=seconds + LAG_S if seconds else self._moment)
        while (left := (due - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(left)

    def written(self, moments: Sequence[datetime], began: datetime) -> list[str]:
        """Whole seconds since the first of them: nothing happens exactly on time here."""
        return [f"{round((moment - moments[0]).total_seconds())} s" for moment in moments]


class Deadline:
    """A limit in real seconds for observations that are repeated until they fit."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def over(self) -> bool:
        """Whether the time is up."""
        return time.monotonic() > self._end
