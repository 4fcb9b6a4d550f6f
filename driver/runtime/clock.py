"""The one place that knows what time it is and how to wait.

There are two clocks. The *wall clock* says which moment it is; somebody may set it. The *monotonic clock* only says how
much time has passed; nobody can set it. Durations (intervals, leases, time-outs) are measured by the monotonic clock.
The wall clock is for what people read and for what has to make sense after a restart.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

_log = structlog.get_logger("driver.runtime.clock")
#: A wall clock that moved against the monotonic one by less than this since the last look was adjusted, not set.
MIN_STEP = timedelta(seconds=1)
#: No sleep is longer than this without another look at the wall clock.
_SLICE_S = 60.0
_NOTHING = timedelta(0)


class Clock(Protocol):
    """Time as the driver sees it, so that simulated time and the machine's behave alike."""

    def now(self) -> datetime:
        """Return what the wall clock shows, aware, in UTC."""
        ...

    def monotonic(self) -> timedelta:
        """Return the time since some fixed moment: it never jumps, and only differences mean something."""
        ...

    async def sleep_until(self, when: datetime) -> None:
        """Return once the wall clock shows ``when``, or once as much time has passed as was left when this began.

        A wall clock that is set back does not make the sleep longer, so whoever goes by it has to look again.
        """
        ...


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """Return what the wall clock shows, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> timedelta:
        """Return the time since the machine started, counting the time it was suspended where the system knows it."""
        return timedelta(microseconds=_monotonic_ns() // 1000)

    async def sleep_until(self, when: datetime) -> None:
        """Sleep in slices, so that a wall clock that is set forward is noticed."""
        end = self.monotonic() + (when - self.now())
        while (left := min(when - self.now(), end - self.monotonic())) > _NOTHING:  # noqa: ASYNC110 - nothing signals it
            await asyncio.sleep(min(left.total_seconds(), _SLICE_S))


def _monotonic_ns() -> int:
    return time.monotonic_ns() if _BOOT_CLOCK is None else time.clock_gettime_ns(_BOOT_CLOCK)


#: Linux's monotonic clock stands still while the machine is suspended; this one does not.
_BOOT_CLOCK: int | None = getattr(time, "CLOCK_BOOTTIME", None)


async def sleep(clock: Clock, duration: timedelta) -> None:
    """Return once so much time has passed, whatever the wall clock does meanwhile."""
    end = clock.monotonic() + duration
    while (left := end - clock.monotonic()) > _NOTHING:
        await clock.sleep_until(clock.now() + left)


class StepWatch:
    """Notices that the wall clock was set, and reports the step, for moments that stand for durations."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset = self._measured()
        self._listeners: list[Callable[[timedelta], None]] = []

    def on_step(self, listener: Callable[[timedelta], None]) -> Callable[[], None]:
        """Call ``listener`` with the size of each step, below zero if back; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def look(self) -> None:
        """Compare the clocks; whoever goes by a moment of the wall clock calls this first."""
        offset = self._measured()
        step, self._offset = offset - self._offset, offset
        if abs(step) >= MIN_STEP:
            _log.warning("clock_was_set", reason="due times are taken anew", by_s=step.total_seconds())
            for listener in tuple(self._listeners):
                listener(step)

    def _measured(self) -> timedelta:
        return self._clock.now() - (_EPOCH + self._clock.monotonic())


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
