"""Knows whether anything is in flight, exactly, so that tests and shutdown never guess.

Every long-lived task counts as busy except while it rests, and a rest whose end has come (its due time was reached,
its pulse was given) counts as busy again although the task has not yet run. Calls that wait for Twilio's answer are
counted apart: while the other side holds them back, nothing here can go on.
"""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import structlog

from driver.clock import Clock
from driver.services.topics import Topic

_log = structlog.get_logger("driver.activity")
#: For so long, in real seconds, after the clock moved on, calls that were held back may be answered.
MOVED_S = 0.1


class Pulse:
    """A signal to one resting task: there is something to do. Pulses given while the task is busy are not lost."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def give(self) -> None:
        """Wake the resting task, or spare it its next rest."""
        self._event.set()

    @property
    def given(self) -> bool:
        """Whether a pulse waits to be taken."""
        return self._event.is_set()

    def take(self) -> None:
        """Forget the pulse; the task is going to look after everything."""
        self._event.clear()

    async def wait(self) -> None:
        """Return when a pulse is given."""
        await self._event.wait()


class Activity:
    """Counts work in flight. One for a driver, passed to everything that does work.

    ``patience_s`` is how long a call to Twilio may stay unanswered, in real seconds, before ``settle`` takes it as
    held back on purpose when nobody tells how many calls the other side holds.
    """

    def __init__(self, clock: Clock, *, patience_s: float = 1.0) -> None:
        self._clock = clock
        self._patience_s = patience_s
        self._busy = 0
        self._rests: set[_Rest] = set()
        self._calls: dict[object, float] = {}
        self._queues: list[Callable[[], bool]] = []
        self._moved_to = clock.now()
        self._moved_at = float("-inf")
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
        self._calls[token] = asyncio.get_running_loop().time()
        self._changed.set()
        try:
            yield
        finally:
            del self._calls[token]
            self._busy += 1
            self._changed.set()

    async def rest(self, pulse: Pulse, until: datetime | None) -> None:
        """Leave the calling task's work until a pulse is given or a due time comes; takes the pulse."""
        if until is not None and until <= self._clock.now():
            pulse.take()
            return
        rest = _Rest(pulse, until)
        _log.debug("rests", topic=Topic.TIMER, task=rest.task, until=until)
        self._rests.add(rest)
        self._busy -= 1
        self._changed.set()
        try:
            await self._first(rest)
        finally:
            self._busy += 1
            self._rests.discard(rest)
        pulse.take()

    def resting(self) -> list[tuple[str, datetime | None]]:
        """Return the tasks that rest, by name, and until when (None: until they are woken)."""
        return sorted(((rest.task, rest.until) for rest in self._rests), key=lambda pair: pair[0])

    def track(self, task: asyncio.Task[Any]) -> None:
        """Count a task as busy from its creation (not from its first step) to its end."""
        self._busy += 1
        task.add_done_callback(self._ended)

    def watch(self, waiting: Callable[[], bool]) -> None:
        """Count whatever ``waiting`` tells of (a queue that is not empty) as work."""
        self._queues.append(waiting)

    def note(self) -> None:
        """Say that something watched may have changed."""
        self._changed.set()

    async def settle(self, held: Callable[[], int] | None = None) -> bool:
        """Wait until nothing is in flight; True if anything was.

        ``held`` tells how many of our calls the other side holds back.
        """
        if not self._in_flight(held):
            return False
        while self._in_flight(held):
            self._changed.clear()
            only_calls = not self._busy_here()
            waiter = asyncio.ensure_future(self._changed.wait())
            await asyncio.wait({waiter}, timeout=0.005 if only_calls else None)
            waiter.cancel()
        return True

    def _busy_here(self) -> bool:
        now = self._clock.now()
        return (
            self._busy > 0 or any(rest.over(now) for rest in self._rests) or any(waiting() for waiting in self._queues)
        )

    def _in_flight(self, held: Callable[[], int] | None) -> bool:
        if self._busy_here():
            return True
        if held is not None:
            return len(self._calls) > held()
        return self._answers_expected()

    def _answers_expected(self) -> bool:
        """Tell whether a call may be answered any moment: it is young, or the clock moved on a moment ago."""
        if not self._calls:
            return False
        now, moment = self._clock.now(), asyncio.get_running_loop().time()
        if now != self._moved_to:
            self._moved_to, self._moved_at = now, moment
        if moment - self._moved_at < MOVED_S:
            return True
        return any(moment - begun < self._patience_s for begun in self._calls.values())

    def _ended(self, _task: asyncio.Task[Any]) -> None:
        self._busy -= 1
        self._changed.set()

    async def _first(self, rest: "_Rest") -> None:
        if rest.until is None:
            await rest.pulse.wait()
            return
        ends = {asyncio.ensure_future(rest.pulse.wait()), asyncio.ensure_future(self._sleep(rest, rest.until))}
        try:
            await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for end in ends:
                end.cancel()

    async def _sleep(self, rest: "_Rest", until: datetime) -> None:
        """Sleep, and let the rest count from the step in which the clock learns of it."""
        rest.begun = True
        self._changed.set()
        await self._clock.sleep_until(until)


class _Rest:
    """What one resting task waits for; ``begun`` once the clock knows of its due time."""

    def __init__(self, pulse: Pulse, until: datetime | None) -> None:
        self.pulse = pulse
        self.until = until
        self.begun = until is None
        task = asyncio.current_task()
        self.task = "" if task is None else task.get_name()

    def over(self, now: datetime) -> bool:
        """Tell whether the task is about to go on, or has not yet quite come to rest."""
        return not self.begun or self.pulse.given or (self.until is not None and self.until <= now)
