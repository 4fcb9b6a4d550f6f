"""Runs the long-lived tasks under their names, restarts one that breaks, and knows how each is."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog

from driver.clock import Clock
from driver.services.activity import Activity, Pulse

_log = structlog.get_logger("driver.supervisor")
#: Seconds before a broken task is started again, by how often it broke in a row; the last one from then on.
RESTART_S = (1.0, 2.0, 5.0, 15.0, 60.0)


@dataclass(slots=True)
class TaskHealth:
    """How a task is: whether it runs, how often it broke, and why last."""

    running: bool = True
    failures: int = 0
    last_trouble: str = ""


class Supervisor:
    """Starts tasks and keeps them running until closed."""

    def __init__(self, clock: Clock, activity: Activity) -> None:
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
        health = self.health[name]
        while True:
            try:
                await run()
            except Exception as trouble:  # noqa: BLE001 - whatever broke it, the others go on and it is started again
                health.failures += 1
                health.last_trouble = f"{type(trouble).__name__}: {trouble}"
                _log.exception("a task broke and will be started again", task=name)
                pause = RESTART_S[min(health.failures, len(RESTART_S)) - 1]
                await self._activity.rest(Pulse(), self._clock.monotonic() + timedelta(seconds=pause))
            else:
                health.running = False
                return
