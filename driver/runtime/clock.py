"""The driver's only source of time and of waiting.

There are two clocks. The *wall clock* shows the current date and time, and can be set. The *monotonic clock* only shows
how much time has passed, and cannot be set. Durations (intervals, leases, timeouts) are measured by the monotonic
clock. The wall clock is for what people read and for what has to make sense after a restart.
"""

import asyncio
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol

import structlog

_log = structlog.get_logger("driver.runtime.clock")
#: A wall clock that has moved relative to the monotonic one by less than this was adjusted, not set.
MIN_STEP = timedelta(seconds=1)
#: The longest sleep without checking the wall clock again.
_SLICE_S = 60.0
_NOTHING = timedelta(0)


class Clock(Protocol):
    """Time as the driver sees it, so that simulated and real time behave the same."""

    def now(self) -> datetime:
        """Return what the wall clock shows, aware, in UTC."""

    def monotonic(self) -> timedelta:
        """Return the time since some fixed moment: it never jumps, and only differences are meaningful."""

    async def sleep_until(self, when: datetime) -> None:
        """Return once the wall clock shows ``when``, or once as much time has passed as was left when this began.

        A wall clock that is set back does not make the sleep longer, so a caller that relies on it must check again.
        """


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> datetime:
        """Return what the wall clock shows, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> timedelta:
        """Return the time since the machine started, including time it was suspended, if the system counts it."""
        nanoseconds = time.monotonic_ns() if _BOOT_CLOCK is None else time.clock_gettime_ns(_BOOT_CLOCK)
        return timedelta(microseconds=nanoseconds // 1000)

    async def sleep_until(self, when: datetime) -> None:
        """Sleep in slices, to notice when the wall clock is set forward."""
        end = self.monotonic() + (when - self.now())
        while (left := min(when - self.now(), end - self.monotonic())) > _NOTHING:  # noqa: ASYNC110 - nothing signals it
            await asyncio.sleep(min(left.total_seconds(), _SLICE_S))


#: Linux's monotonic clock stands still while the machine is suspended; this one does not.
_BOOT_CLOCK: int | None = getattr(time, "CLOCK_BOOTTIME", None)


async def sleep(clock: Clock, duration: timedelta) -> None:
    """Return after a duration, whatever the wall clock does meanwhile."""
    end = clock.monotonic() + duration
    while (left := end - clock.monotonic()) > _NOTHING:
        await clock.sleep_until(clock.now() + left)


class StepWatch:
    """Detects that the wall clock was set, and reports the step, so that durations can be preserved."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._offset = self._measured()
        self._listeners: list[Callable[[timedelta], None]] = []

    def on_step(self, listener: Callable[[timedelta], None]) -> Callable[[], None]:
        """Call ``listener`` with the size of each step, negative if backward; return a function that unregisters it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def look(self) -> None:
        """Compare the clocks; code that relies on a wall-clock moment calls this first."""
        offset = self._measured()
        step, self._offset = offset - self._offset, offset
        if abs(step) >= MIN_STEP:
            _log.warning("clock_was_set", reason="due times are recomputed", by_s=step.total_seconds())
            for listener in tuple(self._listeners):
                listener(step)

    def _measured(self) -> timedelta:
        return self._clock.now() - (_EPOCH + self._clock.monotonic())


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
