"""The one place that knows what time it is and how to wait for a moment."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Time as the driver sees it; everything waits for a due time, so restarts and simulated time behave alike."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...

    def monotonic(self) -> timedelta:
        """Return the time since some fixed moment: it never jumps, and only differences mean something."""
        ...

    async def sleep_until(self, when: datetime) -> None:
        """Return once ``now()`` has reached ``when``; at once if it already has."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> timedelta:
        """Return the time since the machine started, counting the time it was suspended where the system tells."""
        return timedelta(microseconds=_monotonic_ns() // 1000)

    async def sleep_until(self, when: datetime) -> None:
        """Sleep in slices of at most a minute, so that a corrected machine clock is noticed."""
        while (left := (when - self.now()).total_seconds()) > 0:  # noqa: ASYNC110 - there is no event to wait for
            await asyncio.sleep(min(left, 60.0))


def _monotonic_ns() -> int:
    return time.monotonic_ns() if _BOOT_CLOCK is None else time.clock_gettime_ns(_BOOT_CLOCK)


#: Linux's monotonic clock stands still while the machine is suspended; this one does not.
_BOOT_CLOCK: int | None = getattr(time, "CLOCK_BOOTTIME", None)
