"""Time for everything in the fake: the real clock, a faster one, and one that moves only when ``advance`` is called."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

IdleWaiter = Callable[[], Awaitable[bool]]
"""Waits until its component has no work in flight; returns True if it had any."""


class Clock(Protocol):
    """The clock that every component uses to read the time and to sleep."""

    def now(self) -> datetime:
        """Return the current time, timezone-aware, in UTC."""
        ...

    async def sleep_until(self, when: datetime) -> None:
        """Return once ``now() >= when``; immediately if that is already the case."""
        ...


class RealClock:
    """A clock that starts at the machine's time and runs ``speed`` times as fast.

    It follows the machine's monotonic clock, because Twilio's time does not jump when this machine's clock is set.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be greater than 0, not {speed}")
        self.speed = speed
        self._start = time.time()
        self._monotonic = time.monotonic()

    def now(self) -> datetime:
        """Return the current time, timezone-aware, in UTC."""
        return datetime.fromtimestamp(self._start + (time.monotonic() - self._monotonic) * self.speed, UTC)

    async def sleep_until(self, when: datetime) -> None:
        """Return once ``now() >= when``; immediately if that is already the case."""
        while (left := (when - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - clocks are set while one sleeps
            await asyncio.sleep(left / self.speed)


class ManualClock:
    """A clock that moves only when ``advance`` is called, which returns once everything due has run.

    Components that run scheduled work register an idle waiter, so that ``advance`` can wait until all of it is done.
    """

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        if start.tzinfo is None:
            raise ValueError("start must be a timezone-aware datetime")
        self._start = start.astimezone(UTC)
        self._now = self._start
        self._passed = timedelta(0)
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._idle_waiters: list[IdleWaiter] = []
        self._waking = 0
        self._lock: asyncio.Lock | None = None

    def now(self) -> datetime:
        """Return the time that the clock shows, timezone-aware, in UTC."""
        return self._now

    def monotonic(self) -> timedelta:
        """Return the total by which the clock has been advanced, regardless of restarts."""
        return self._passed

    async def sleep_until(self, when: datetime) -> None:
        """Return once the clock has been advanced to ``when``; immediately if that is already the case."""
        if when <= self._now:
            return
        sleeper: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (when, next(self._order), sleeper))
        try:
            await sleeper
        finally:
            if sleeper.done() and not sleeper.cancelled():
                self._waking -= 1
            else:
                sleeper.cancel()

    def next_due(self) -> datetime | None:
        """Return the earliest time that anything waits for, or None."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def add_idle_waiter(self, idle_waiter: IdleWaiter) -> None:
        """Have ``advance`` call this after every step, to wait for work in flight."""
        self._idle_waiters.append(idle_waiter)

    def remove_idle_waiter(self, idle_waiter: IdleWaiter) -> None:
        """Remove an idle waiter; unknown ones are ignored."""
        if idle_waiter in self._idle_waiters:
            self._idle_waiters.remove(idle_waiter)

    async def advance(self, seconds: float) -> None:
        """Advance by ``seconds``, step by step through everything that becomes due; return when all of it has run.

        Raises:
            ValueError: if ``seconds`` is negative.
        """
        if seconds < 0:
            raise ValueError(f"the clock cannot go back by {-seconds} s")
        self._lock = self._lock or asyncio.Lock()
        async with self._lock:
            target = self._now + timedelta(seconds=seconds)
            await self.wait_idle()
            while (due := self.next_due()) is not None and due <= target:
                self._move(due)
                self._wake()
                await self.wait_idle()
            self._move(target)
            await self.wait_idle()

    async def wait_idle(self) -> None:
        """Return when no registered component has work in flight, without advancing the clock."""
        busy = True
        while busy:
            busy = self._waking > 0
            await asyncio.sleep(0)
            for idle_waiter in list(self._idle_waiters):
                busy = await idle_waiter() or busy

    def restart(self, at: datetime | None = None) -> None:
        """Set the clock, by default to its start time. Sleepers keep waiting."""
        self._now = at.astimezone(UTC) if at is not None else self._start

    def _move(self, to: datetime) -> None:
        if to > self._now:
            self._passed += to - self._now
            self._now = to

    def _wake(self) -> None:
        while (due := self.next_due()) is not None and due <= self._now:
            sleeper = heapq.heappop(self._sleepers)[2]
            self._waking += 1
            sleeper.set_result(None)


async def turn() -> None:
    """Let the event loop run everything that is ready."""
    await asyncio.sleep(0)


monotonic = time.monotonic
"""Returns seconds of a clock that never jumps, to measure how long real work takes."""
