"""Knows whether anything is in flight, exactly, so that tests and shutdown never guess.

Every long-lived task counts as busy except while it rests, and a rest whose end has come (its due time was reached,
its wakeup was given) counts as busy again although the task has not yet run. Calls that wait for Twilio's answer are
counted apart: while the other side holds them back, nothing here can go on.
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
#: Seconds between two looks at calls that nothing else is in flight beside.
LOOK_S = 0.002
#: Looks after the clock moved on in which calls that were held back may still be answered.
MOVED_LOOKS = 20


def is_cancelled() -> bool:
    """Return whether the running task is to end: else a cancellation is that of something it waited for."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


class Wakeup:
    """A signal to one resting task: there is something to do. Signals given while the task is busy are not lost."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def give(self) -> None:
        """Wake the resting task, or spare it its next rest."""
        self._event.set()

    @property
    def given(self) -> bool:
        """Whether a signal waits to be taken."""
        return self._event.is_set()

    def take(self) -> None:
        """Forget the signal; the task is going to check everything."""
        self._event.clear()

    async def wait(self) -> None:
        """Return when a signal is given."""
        await self._event.wait()


class IdleTracker:
    """Counts work in flight. One for a driver, passed to everything that does work.

    ``patience`` is how many looks may find a call to Twilio unanswered before ``wait_idle`` takes it as held back on
    purpose. Looks are counted and not seconds, because a machine under load may stand still for seconds, with the
    answer waiting in a socket.
    """

    def __init__(self, clock: Clock, *, patience: int = 200) -> None:
        self._clock = clock
        #: Whether the wall clock was set is looked at whenever a rest ends, before anybody goes by it.
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
        """Count the block, part of some work, as waiting for an answer from outside."""
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

    async def rest(self, wakeup: Wakeup, until: datetime | timedelta | None) -> None:
        """Leave the calling task's work until its wakeup is given or a due time comes; takes the wakeup.

        ``until`` is a moment of the monotonic clock (a timedelta), or one of the wall clock. The latter has come too
        when as much time has passed as was left when the rest began, although the wall clock was set back.
        """
        rest = _Rest(wakeup, until, self._clock)
        if rest.due:
            self.steps.look()
            wakeup.take()
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
        wakeup.take()

    def resting(self) -> list[tuple[str, datetime | None]]:
        """Return the tasks that rest, by name, and until when (None: until they are woken)."""
        return sorted(((rest.task, rest.shown) for rest in self._rests), key=lambda pair: pair[0])

    def track(self, task: asyncio.Task[Any]) -> None:
        """Count a task as busy from its creation (not from its first step) to its end."""
        self._busy += 1
        task.add_done_callback(self._ended)

    def watch(self, waiting: Callable[[], bool]) -> None:
        """Count it as work while ``waiting`` returns true (a queue that is not empty)."""
        self._queues.append(waiting)

    def note(self) -> None:
        """Say that something watched may have changed."""
        self._changed.set()

    async def wait_idle(self) -> bool:
        """Wait until nothing is in flight; True if anything was. Calls that the other side holds back do not count."""
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
        """Return whether a call may be answered any moment: it is young, or the clock moved on a moment ago."""
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
        """Sleep, and let the rest count from the step in which the clock learns of it."""
        rest.begun = True
        self._changed.set()
        while not rest.due:
            await self._clock.sleep_until(self._clock.now() + rest.left)


class _Rest:
    """What one resting task waits for; ``begun`` once the clock knows of its due time."""

    def __init__(self, wakeup: Wakeup, until: datetime | timedelta | None, clock: Clock) -> None:
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
        """How much time is left, of a rest that has a due time."""
        left = _FOR_EVER if self.end is None else self.end - self._clock.monotonic()
        return left if self._wall is None else min(left, self._wall - self._clock.now())

    @property
    def due(self) -> bool:
        """Whether the due time has come."""
        return self.left <= timedelta(0)

    @property
    def over(self) -> bool:
        """Whether the task is about to go on, or has not yet quite come to rest."""
        return not self.begun or self.wakeup.given or self.due

    @property
    def shown(self) -> datetime | None:
        """The due time by the wall clock as it is set now."""
        return None if self.end is None else self._clock.now() + self.left


_FOR_EVER = timedelta.max
