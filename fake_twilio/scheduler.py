"""The fake's pending work: steps that are due now or later on its clock, and tasks in flight.

It determines whether the fake is idle.
"""

import asyncio
import heapq
import itertools
import logging
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import datetime
from typing import Any

from fake_twilio.clock import Clock

Step = Callable[[], None]

_logger = logging.getLogger(__name__)


class Scheduler:
    """Runs steps one at a time on the event loop, by due time, then in the order in which they were added."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ready: deque[Step] = deque()
        self._later: list[tuple[datetime, int, Step]] = []
        self._order = itertools.count()
        self._tasks: set[asyncio.Task[None]] = set()
        self._busy = 0
        self._scheduled = False
        self._sleeper: asyncio.Task[None] | None = None
        self._waits_for: datetime | None = None
        self._idle = asyncio.Event()
        self._idle.set()
        self._generation = 0

    def soon(self, step: Step) -> None:
        """Run a step in the next iteration of the event loop."""
        self._ready.append(step)
        if not self._scheduled:
            self._scheduled = True
            self._idle.clear()
            asyncio.get_running_loop().call_soon(self._run_ready)

    def at(self, when: datetime, step: Step) -> None:
        """Run a step when the clock reaches a time."""
        if when <= self._clock.now():
            self.soon(step)
            return
        heapq.heappush(self._later, (when, next(self._order), step))
        if self._waits_for is None or when < self._waits_for:
            self._sleep()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run a coroutine as a separate task.

        The fake is not idle until it ends, except while it waits in ``sleep_until``.
        """
        self.enter()
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def enter(self) -> None:
        """Count one more unit of work in flight, such as a request being processed."""
        self._busy += 1
        if self._busy == 1:
            self._idle.clear()

    def leave(self) -> None:
        """Count one unit of work less."""
        self._busy -= 1
        if not self._busy and not self._ready:
            self._idle.set()

    async def sleep_until(self, when: datetime) -> None:
        """Sleep on the clock within work in flight, which does not count as busy meanwhile."""
        self.leave()
        try:
            await self._clock.sleep_until(when)
        finally:
            self.enter()

    @property
    def next_due(self) -> datetime | None:
        """Return when the next step is due, or None."""
        return self._later[0][0] if self._later else None

    async def wait_idle(self) -> bool:
        """Wait until nothing is in flight; return True if anything was. Work sleeping on the clock is not in flight."""
        self._promote()
        if self._idle.is_set():
            return False
        await self._idle.wait()
        return True

    def forget(self) -> None:
        """Drop every scheduled step and cancel every task, for a fresh start."""
        self._generation += 1
        self._ready.clear()
        self._later.clear()
        for task in list(self._tasks):
            task.cancel()
        if self._sleeper is not None:
            self._sleeper.cancel()
            self._sleeper = None
        self._waits_for = None

    async def close(self) -> None:
        """Drop everything and wait until the tasks have ended."""
        pending = [*self._tasks, *([self._sleeper] if self._sleeper else [])]
        self.forget()
        await asyncio.gather(*pending, return_exceptions=True)

    def _run_ready(self) -> None:
        self._scheduled = False
        for _ in range(len(self._ready)):
            if not self._ready:
                break
            try:
                self._ready.popleft()()
            except Exception:
                _logger.exception("scheduled_step_failed")
        if self._ready and not self._scheduled:
            self._scheduled = True
            asyncio.get_running_loop().call_soon(self._run_ready)
        elif not self._ready and not self._busy:
            self._idle.set()

    def _promote(self) -> None:
        """Move due steps to the ready queue."""
        now = self._clock.now()
        while self._later and self._later[0][0] <= now:
            self.soon(heapq.heappop(self._later)[2])

    def _sleep(self) -> None:
        if self._sleeper is not None:
            self._sleeper.cancel()
        self._waits_for = self._later[0][0] if self._later else None
        self._sleeper = (
            asyncio.get_running_loop().create_task(self._wake_at(self._waits_for))
            if self._waits_for is not None
            else None
        )

    async def _wake_at(self, when: datetime) -> None:
        await self._clock.sleep_until(when)
        self._sleeper = None
        self._promote()
        self._sleep()

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self.leave()
        if not task.cancelled() and (error := task.exception()) is not None:
            _logger.error("background_task_failed", exc_info=error)
