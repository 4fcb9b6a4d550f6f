"""Tracks exactly whether any work is in flight, so that tests and shutdown never guess.

Every long-lived task counts as busy except while it rests. A rest that is over (its due time was reached, its wakeup
was set) counts as busy again even before the task runs. Requests that wait for Twilio's response are counted
separately: while the other side holds them back, nothing here can continue.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import structlog

from driver.runtime.clock import Clock, StepWatch
from driver.runtime.log_topics import LogTopic

_log = structlog.get_logger("driver.activity")
#: Seconds between two checks while only requests to Twilio are in flight.
LOOK_S = 0.002
#: The number of checks after the clock moved during which requests that were held back may still be answered.
MOVED_LOOKS = 20


def is_cancelled() -> bool:
    """Return whether the running task is being cancelled; if not, a cancellation is of something it waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class IdleTracker:
    """Counts work in flight. Each driver has one, which is passed to everything that does work.

    ``patience`` is how many checks may find a request to Twilio unanswered before ``wait_idle`` considers it held back
    on purpose: checks, not seconds, for which a machine under load may stall while the response waits in a socket.
    """

    def __init__(self, clock: Clock, *, patience: int = 200) -> None:
        self._clock = clock
        #: Checks whether the wall clock was set whenever a rest ends, before anything relies on it.
        self.steps = StepWatch(clock)
        self._patience = patience
        self._busy = 0
        self._rests: set[_Rest] = set()
        self._calls: dict[object, int] = {}
        self._queues: list[Callable[[], bool]] = []
        self._moved_to = clock.monotonic()
        self._since_moved = MOVED_LOOKS
        self._changed = asyncio.Event()

    @contextmanager
    def work(self) -> Iterator[None]:
        """Count the block as work in flight."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1
            self._changed.set()

    @contextmanager
    def call(self) -> Iterator[None]:
        """Count the block, which is part of some work, as waiting for a response from outside."""
        token = object()
        self._busy -= 1
        self._calls[token] = 0
        self._changed.set()
        try:
            yield
        finally:
            del self._calls[token]
            self._busy += 1
            self._changed.set()

    async def rest(self, wakeup: asyncio.Event, until: datetime | timedelta | None) -> None:
        """Suspend the calling task's work until its wakeup is set or a due time comes; clears the wakeup.

        ``until`` is a moment of the monotonic clock (a timedelta) or of the wall clock. The latter also counts as
        reached once as much time has passed as was left when the rest began, even if the wall clock was set back.
        """
        rest = _Rest(wakeup, until, self._clock)
        if rest.due:
            self.steps.look()
            wakeup.clear()
            return
        _log.debug("task_waits", topic=LogTopic.TIMER, task=rest.task, until=rest.shown)
        self._rests.add(rest)
        self._busy -= 1
        self._changed.set()
        try:
            await self._first(rest)
        finally:
            self._busy += 1
            self._rests.discard(rest)
        self.steps.look()
        wakeup.clear()

    def resting(self) -> list[tuple[str, datetime | None]]:
        """Return the names of resting tasks, and until when they rest (None: until woken)."""
        return sorted(((rest.task, rest.shown) for rest in self._rests), key=lambda pair: pair[0])

    def track(self, task: asyncio.Task[Any]) -> None:
        """Count a task as busy from its creation (not from its first step) to its end."""
        self._busy += 1
        task.add_done_callback(self._ended)

    def watch(self, waiting: Callable[[], bool]) -> None:
        """Count it as work while ``waiting`` returns true (a queue that is not empty)."""
        self._queues.append(waiting)

    def note(self) -> None:
        """Note that something watched may have changed."""
        self._changed.set()

    async def wait_idle(self) -> bool:
        """Wait until nothing is in flight; return whether anything was. Requests held back by Twilio do not count."""
        if not self._in_flight():
            return False
        while self._in_flight():
            self._changed.clear()
            only_calls = not self._busy_here()
            waiter = asyncio.ensure_future(self._changed.wait())
            await asyncio.wait({waiter}, timeout=LOOK_S if only_calls else None)
            waiter.cancel()
            if only_calls:
                self._looked()
        return True

    def _busy_here(self) -> bool:
        return self._busy > 0 or any(rest.over for rest in self._rests) or any(waiting() for waiting in self._queues)

    def _in_flight(self) -> bool:
        return self._busy_here() or self._answers_expected()

    def _answers_expected(self) -> bool:
        """Return whether a request may be answered any moment: it is recent, or the clock has just moved."""
        if not self._calls:
            return False
        now = self._clock.monotonic()
        if now != self._moved_to:
            self._moved_to, self._since_moved = now, 0
        return self._since_moved < MOVED_LOOKS or any(looks < self._patience for looks in self._calls.values())

    def _looked(self) -> None:
        self._since_moved += 1
        for token in self._calls:
            self._calls[token] += 1

    def _ended(self, _task: asyncio.Task[Any]) -> None:
        self._busy -= 1
        self._changed.set()

    async def _first(self, rest: "_Rest") -> None:
        if rest.end is None:
            await rest.wakeup.wait()
            return
        ends = {asyncio.ensure_future(rest.wakeup.wait()), asyncio.ensure_future(self._sleep(rest))}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()

    async def _sleep(self, rest: "_Rest") -> None:
        """Sleep, and count the rest from the step in which the clock learns about it."""
        rest.begun = True
        self._changed.set()
        while not rest.due:
            await self._clock.sleep_until(self._clock.now() + rest.left)


class _Rest:
    """What one resting task waits for; ``begun`` once the clock knows its due time."""

    def __init__(self, wakeup: asyncio.Event, until: datetime | timedelta | None, clock: Clock) -> None:
        self.wakeup = wakeup
        self._clock = clock
        self._wall = until if isinstance(until, datetime) else None
        #: The due time by the monotonic clock.
        self.end = clock.monotonic() + (until - clock.now()) if isinstance(until, datetime) else until
        self.begun = until is None
        task = asyncio.current_task()
        self.task = "" if task is None else task.get_name()

    @property
    def left(self) -> timedelta:
        """The time left until the due time, if there is one."""
        left = _FOR_EVER if self.end is None else self.end - self._clock.monotonic()
        return left if self._wall is None else min(left, self._wall - self._clock.now())

    @property
    def due(self) -> bool:
        """Whether the due time has come."""
        return self.left <= timedelta(0)

    @property
    def over(self) -> bool:
        """Whether the task is about to continue, or has not quite come to rest yet."""
        return not self.begun or self.wakeup.is_set() or self.due

    @property
    def shown(self) -> datetime | None:
        """The due time by the wall clock as it is set now."""
        return None if self.end is None else self._clock.now() + self.left


_FOR_EVER = timedelta.max
