"""The events of a scenario's drivers, across restarts."""

from __future__ import annotations

import asyncio

from driver.api.frames import EventFrame, EventModel, HelloFrame, SnapshotFrame
from driver.client import DriverClient


class EventLog:
    """Events from the drivers' event streams, oldest first; ``seq`` is the number of the last one."""

    def __init__(self) -> None:
        self.events: list[EventModel] = []
        #: Number of events when the current step began.
        self.before_step = 0
        self.seq = 0
        self._listener: asyncio.Task[None] | None = None

    async def join(self, driver: DriverClient) -> None:
        """Join a driver's event stream; return when all earlier events have been received."""
        await self.leave()
        joined = asyncio.Event()
        self._listener = asyncio.create_task(self._listen(driver, joined))
        waiter = asyncio.create_task(joined.wait())
        done, _ = await asyncio.wait({waiter, self._listener}, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        if self._listener in done:
            waiter.cancel()
            self._listener.result()
        if not joined.is_set():
            raise TimeoutError(f"the event stream of {driver.url} did not catch up within 5 s")

    def begin_step(self) -> None:
        """Mark the beginning of a step, so that later events belong to it, including those of a takeover."""
        self.before_step = len(self.events)

    async def leave(self) -> None:
        """Leave the event stream."""
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.wait([self._listener])

    async def _listen(self, driver: DriverClient, joined: asyncio.Event) -> None:
        behind: int | None = None
        async with driver.events(since=self.seq) as stream:
            async for frame in stream:
                if isinstance(frame, HelloFrame):
                    behind = frame.seq
                elif isinstance(frame, EventFrame | SnapshotFrame):
                    self.seq = frame.seq
                    if isinstance(frame, EventFrame):
                        self.events.append(frame.event)
                if behind is not None and self.seq >= behind:
                    joined.set()
