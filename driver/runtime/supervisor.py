"""Runs the long-lived tasks under their names, restarts one that breaks, and knows how each is."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker, Wakeup, is_cancelled

_log = structlog.get_logger("driver.supervisor")
#: Seconds before a broken task is started again, by how often it broke in a row; the last one from then on.
RESTART_S = (1.0, 2.0, 5.0, 15.0, 60.0)


@dataclass(slots=True)
class TaskHealth:
    """How a task is: whether it runs, how often it broke, and why last."""

    running: bool = True
    failures: int = 0
    last_error: str = ""


class Supervisor:
    """Starts tasks and keeps them running until closed."""

    def __init__(self, clock: Clock, activity: IdleTracker) -> None:
        self._clock = clock
        self._activity = activity
        self._tasks: list[asyncio.Task[None]] = []
        self.health: dict[str, TaskHealth] = {}

    def start(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        """Start a task; it counts as busy until it rests."""
        self.health[name] = TaskHealth()
        task = asyncio.create_task(self._keep(name, run), name=name)
        self._activity.track(task)
        self._tasks.append(task)

    async def close(self) -> None:
        """End all tasks."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for health in self.health.values():
            health.running = False

    async def _keep(self, name: str, run: Callable[[], Awaitable[None]]) -> None:
        health, in_a_row = self.health[name], 0
        try:
            while True:
                begun = self._clock.monotonic()
                try:
                    await run()
                except (Exception, asyncio.CancelledError) as exc:
                    if is_cancelled():
                        raise
                    lasted = self._clock.monotonic() - begun
                    in_a_row = 1 if lasted > timedelta(seconds=RESTART_S[-1]) else in_a_row + 1
                    health.failures += 1
                    health.last_error = traceback.format_exception_only(exc)[-1].strip()
                    _log.exception("task_failed", hint="It is started again.", task=name)
                    pause = RESTART_S[min(in_a_row, len(RESTART_S)) - 1]
                    await self._activity.rest(Wakeup(), self._clock.monotonic() + timedelta(seconds=pause))
                else:
                    return
        finally:
            health.running = False
