"""Time for everything in the fake: the real clock, a faster one, and one that moves only when ``advance`` is called."""

import asyncio
import heapq
import itertools
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

IdleWaiter = Callable[[], Awaitable[bool]]
"""Waits until its system has no work in flight; True if it had any."""


class Clock(Protocol):
    """What every part asks for the time and waits through."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...

    async def sleep_until(self, when: datetime) -> None:
        """Return once ``now() >= when``; at once if that is already so."""
        ...


class RealClock:
    """Time that begins as the machine's clock shows it and runs ``speed`` times as fast.

    It goes by the machine's monotonic clock: Twilio's time does not jump when somebody sets this machine's.
    """

    def __init__(self, speed: float = 1.0) -> None:
        if speed <= 0:
            raise ValueError(f"speed must be above zero, not {speed}")
        self.speed = speed
        self._start = datetime.now(UTC)
        self._monotonic = time.monotonic()

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return self._start + timedelta(seconds=(time.monotonic() - self._monotonic) * self.speed)

    async def sleep_until(self, when: datetime) -> None:
        """Return once ``now() >= when``; at once if that is already so."""
        while (left := (when - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - clocks are set while one sleeps
            await asyncio.sleep(left / self.speed)


class ManualClock:
    """A clock that moves only when ``advance`` is called, which returns once everything due has run.

    Systems that do work when their time comes register an idle waiter, so that ``advance`` knows when it is all done.
    """

    def __init__(self, start: datetime = datetime(2026, 1, 1, tzinfo=UTC)) -> None:
        if start.tzinfo is None:
            raise ValueError("start must be an aware datetime")
        self._start = start.astimezone(UTC)
        self._now = self._start
        self._passed = timedelta(0)
        self._order = itertools.count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._idle_waiters: list[IdleWaiter] = []
        self._waking = 0
        self._lock: asyncio.Lock | None = None

    def now(self) -> datetime:
        """Return the instant at which the clock stands, aware, in UTC."""
        return self._now

    def monotonic(self) -> timedelta:
        """Return by how much the clock was advanced in all, whatever it was restarted at."""
        return self._passed

    async def sleep_until(self, when: datetime) -> None:
        """Return once the clock has been advanced to ``when``; at once if it is already there."""
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
        """Return the earliest instant that anything waits for, None if nothing does."""
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        return self._sleepers[0][0] if self._sleepers else None

    def add_idle_waiter(self, idle_waiter: IdleWaiter) -> None:
        """Let ``advance`` ask this system, after every step, to finish what it has in flight."""
        self._idle_waiters.append(idle_waiter)

    def remove_idle_waiter(self, idle_waiter: IdleWaiter) -> None:
        """Forget an idle waiter; unknown ones are ignored."""
        if idle_waiter in self._idle_waiters:
            self._idle_waiters.remove(idle_waiter)

    async def advance(self, seconds: float) -> None:
        """Move on by ``seconds``, step by step through everything that falls due; return when all of it has run.

        Raises:
            ValueError: when ``seconds`` is negative: time does not run backwards.
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
        """Return when no registered system has work in flight any more, without moving the time."""
        busy = True
        while busy:
            busy = self._waking > 0
            await asyncio.sleep(0)
            for idle_waiter in list(self._idle_waiters):
                busy = await idle_waiter() or busy

    def restart(self, at: datetime | None = None) -> None:
        """Go to an instant, by default back to where the clock started. Sleepers keep waiting."""
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
    """Let the event loop run everything that is ready before going on."""
    await asyncio.sleep(0)


def monotonic() -> float:
    """Return seconds on a clock that never jumps, for measuring how long real work took."""
    return time.monotonic()
