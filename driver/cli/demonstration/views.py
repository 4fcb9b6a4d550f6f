"""How the story accesses the two programs: only through their public HTTP and WebSocket APIs."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, TypeVar

import aiohttp

from driver.api.frames import EventFrame, EventModel, SnapshotFrame
from driver.api.models import AssetModel
from driver.client import DriverClient
from driver.errors import NotReachableError
from driver.runtime.clock import Clock, sleep

T = TypeVar("T")
LOOK_AGAIN = timedelta(milliseconds=50)


class FakeControls:
    """The fake's control API: handsets and faults, which neither Twilio nor its SDK has."""

    def __init__(self, base_url: str, session: aiohttp.ClientSession) -> None:
        self._url = f"{base_url}/_fake/v1"
        self._session = session

    async def text(self, handset: str, to: str, body: str) -> None:
        """Send a message from a handset to a Twilio number."""
        await self._call("POST", f"/handsets/{handset}/messages", json={"to": to, "body": body})

    async def refuse(self, times: int, status: int, code: int | None = None) -> None:
        """Make Twilio reject the next messages."""
        effect: dict[str, Any] = {"type": "http_error", "status": status}
        if code is not None:
            effect["code"] = code
        await self._call(
            "POST", "/faults", json={"match": {"operation": "messages.create"}, "effect": effect, "times": times}
        )

    async def on_handset(self, number: str) -> list[dict[str, Any]]:
        """Return the messages that a handset shows, in order."""
        answer = await self._call("GET", f"/handsets/{number}/messages")
        return list(answer["messages"])

    async def _call(self, method: str, path: str, json: object = None) -> Any:
        async with self._session.request(method, self._url + path, json=json) as answer:
            answer.raise_for_status()
            return await answer.json()


@dataclass(eq=False)
class DriverView:
    """The data server: commands go out over REST, everything that happens arrives on the event stream."""

    client: DriverClient
    clock: Clock
    changed: Callable[[], None]
    assets: list[AssetModel] = field(default_factory=list)
    events: list[EventModel] = field(default_factory=list)
    _watch: asyncio.Task[None] | None = None

    async def until(self, holds: Callable[[], Awaitable[T | None]], within: float) -> T:
        """Poll ``holds()`` until it returns something other than None, and return that.

        Raises:
            TimeoutError: If it did not within that time.
            NotReachableError: If the event stream was lost meanwhile.
        """
        async with asyncio.timeout(within):
            while (answer := await holds()) is None:
                if self._watch is not None and self._watch.done():
                    self._watch.result()
                await sleep(self.clock, LOOK_AGAIN)
            return answer

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Follow the event stream while the block runs."""

        async def known() -> list[AssetModel] | None:
            return self.assets or None

        self._watch = asyncio.create_task(self._follow())
        try:
            await self.until(known, within=10)
            yield
        finally:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)

    async def _follow(self) -> None:
        async with self.client.events() as stream:
            async for frame in stream:
                if isinstance(frame, EventFrame | SnapshotFrame):
                    self.assets = await self.client.assets()
                    self.changed()
                if isinstance(frame, EventFrame):
                    self.events.append(frame.event)
        raise NotReachableError("the driver closed its event stream")
