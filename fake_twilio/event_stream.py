"""State changes as they happen, for the page and for scripts: numbered, buffered, sent to every listener."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

MAX_EVENTS = 1000
"""Events buffered for listeners that reconnect."""

QUEUE = 1000
"""Number of events that a slow listener may fall behind before it receives an event ``lost``."""


class Event(NamedTuple):
    """One change: its number, its type and its data."""

    number: int
    type: str
    data: dict[str, Any]


class EventStream:
    """Sends events to all listeners. Publishing never waits for a listener and is nearly free without any."""

    def __init__(self) -> None:
        self.recent: deque[Event] = deque(maxlen=MAX_EVENTS)
        self._listeners: set[asyncio.Queue[Event]] = set()
        self._number = 0

    @property
    def wanted(self) -> bool:
        """Whether there are listeners; expensive descriptions are built only if there are."""
        return bool(self._listeners)

    @property
    def last(self) -> int:
        """The number of the newest event; 0 before the first."""
        return self._number

    def publish(self, type_: str, data: dict[str, Any]) -> None:
        """Send an event to every listener; one that falls too far behind loses its queue and gets an event ``lost``."""
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
        """Yield events as they arrive, starting with the buffered ones after ``since`` if given."""
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
