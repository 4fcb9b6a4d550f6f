"""Timeouts by the driver's clock: one task watches all blocks, however many are running."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from driver.runtime.clock import Clock, sleep


class Deadlines:
    """Blocks that must end by a moment of the monotonic clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ends: dict[asyncio.Timeout, timedelta] = {}
        self._until = timedelta(0)
        self._watch: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def within(self, duration: timedelta) -> AsyncIterator[None]:
        """Cancel the block if it takes longer.

        Raises:
            TimeoutError: it did.
        """
        end = self._clock.monotonic() + duration
        async with asyncio.timeout(None) as limit:
            self._ends[limit] = end
            if self._watch is None or self._watch.done() or end < self._until:
                self._watch_again()
            try:
                yield
            finally:
                self._ends.pop(limit, None)
                if not self._ends:
                    self._stop()

    def _watch_again(self) -> None:
        self._stop()
        self._until = min(self._ends.values())
        self._watch = asyncio.create_task(self._end_late_ones(), name="deadlines")

    def _stop(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    async def _end_late_ones(self) -> None:
        while self._ends:
            self._until = min(self._ends.values())
            await sleep(self._clock, self._until - self._clock.monotonic())
            now = self._clock.monotonic()
            for limit in [limit for limit, end in self._ends.items() if end <= now]:
                del self._ends[limit]
                limit.reschedule(asyncio.get_running_loop().time())
