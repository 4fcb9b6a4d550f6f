"""State changes as they happen, for the page and for scripts: numbered, kept for a while, handed to whoever listens."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

MAX_EVENTS = 1000
"""Events kept for listeners that come back."""

QUEUE = 1000
"""Events a slow listener may lag behind before it receives an event ``lost``."""


class Event(NamedTuple):
    """One change: its number, what kind of thing changed, and the facts."""

    number: int
    type: str
    data: dict[str, Any]


class EventStream:
    """Fans events out. Publishing costs next to nothing without listeners and never waits for a listener."""

    def __init__(self) -> None:
        self.recent: deque[Event] = deque(maxlen=MAX_EVENTS)
        self._listeners: set[asyncio.Queue[Event]] = set()
        self._number = 0

    @property
    def wanted(self) -> bool:
        """Whether anybody listens; what is costly to describe is described only then."""
        return bool(self._listeners)

    @property
    def last(self) -> int:
        """The number of the newest event; 0 before the first."""
        return self._number

    def publish(self, type_: str, data: dict[str, Any]) -> None:
        """Send an event to every listener; one that lags too far behind loses its queue and gets an event ``lost``."""
        self._number += 1
        event = Event(self._number, type_, data)
        self.recent.append(event)
        for queue in self._listeners:
            if queue.full():
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(Event(self._number, "lost", {}))
            queue.put_nowait(event)

    async def listen(self, since: int | None = None) -> AsyncIterator[Event]:
        """Yield events as they come, beginning with the kept ones after ``since`` if a number is given."""
        queue: asyncio.Queue[Event] = asyncio.Queue(QUEUE)
        self._listeners.add(queue)
        try:
            if since is not None:
                for event in list(self.recent):
                    if event.number > since:
                        yield event
            while True:
                yield await queue.get()
        finally:
            self._listeners.discard(queue)
