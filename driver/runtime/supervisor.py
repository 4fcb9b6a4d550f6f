"""Runs the long-lived tasks by name, restarts those that fail, and records the health of each."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker, is_cancelled

_log = structlog.get_logger("driver.supervisor")
#: Seconds before a failed task is restarted, by the number of consecutive failures; the last value from then on.
RESTART_S = (1.0, 2.0, 5.0, 15.0, 60.0)


@dataclass(slots=True)
class TaskHealth:
    """The health of a task: whether it runs, how often it failed, and the last error."""

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
                    _log.exception("task_failed", hint="The task will be restarted.", task=name)
                    pause = RESTART_S[min(in_a_row, len(RESTART_S)) - 1]
                    await self._activity.rest(asyncio.Event(), self._clock.monotonic() + timedelta(seconds=pause))
                else:
                    return
        finally:
            health.running = False
