"""What the story sees of the two programs: only their public HTTP and WebSocket surfaces."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import aiohttp

from driver.api.frames import EventFrame, EventModel, SnapshotFrame
from driver.api.models import AssetModel, ExecutionModel
from driver.client import DriverClient
from driver.errors import DriverError, NotReachableError

T = TypeVar("T")
LOOK_AGAIN_S = 0.2


class FakeControls:
    """The fake's control API: what a person does with a phone, and faults. Twilio has neither, nor has its SDK."""

    def __init__(self, base_url: str, session: aiohttp.ClientSession) -> None:
        self._url = f"{base_url}/_fake/v1"
        self._session = session

    async def text(self, handset: str, to: str, body: str) -> None:
        """A person texts a Twilio number."""
        await self._call("POST", f"/handsets/{handset}/messages", json={"to": to, "body": body})

    async def refuse(self, times: int, status: int, code: int | None = None) -> None:
        """Refuse the next messages."""
        effect: dict[str, Any] = {"type": "http_error", "status": status}
        if code is not None:
            effect["code"] = code
        await self._call(
            "POST", "/faults", json={"match": {"operation": "messages.create"}, "effect": effect, "times": times}
        )

    async def on_handset(self, number: str) -> list[dict[str, Any]]:
        """What that phone shows, in order."""
        answer = await self._call("GET", f"/handsets/{number}/messages")
        return list(answer["messages"])

    async def _call(self, method: str, path: str, json: object = None) -> Any:
        async with self._session.request(method, self._url + path, json=json) as answer:
            answer.raise_for_status()
            return await answer.json()


class DriverView:
    """The data server: commands go out by REST, everything that happens comes in on the event stream.

    Attributes:
        assets: The assets as last seen, in the server's order.
        events: Every event so far.
    """

    def __init__(self, client: DriverClient, changed: Callable[[], None]) -> None:
        self._client = client
        self._changed = changed
        self._news = asyncio.Condition()
        self._lost: Exception | None = None
        self.assets: list[AssetModel] = []
        self.events: list[EventModel] = []

    async def command(self, asset: str, command: str, parameters: dict[str, str] | None = None) -> str:
        """Give a command; answers the execution's id."""
        return (await self._client.command(asset, command, parameters)).execution_id

    async def execution(self, execution_id: str) -> ExecutionModel:
        """What became of a command."""
        return await self._client.execution(execution_id)

    async def until(self, holds: Callable[[], Awaitable[T | None]], within: float) -> T:
        """Look until ``holds()`` answers something, and hand that back.

        It looks at each piece of news, and now and then without any.

        Raises:
            TimeoutError: When it did not within that time.
            NotReachableError: When the event stream was lost meanwhile.
        """
        async with asyncio.timeout(within), self._news:
            while (answer := await holds()) is None:
                if self._lost is not None:
                    raise self._lost
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), LOOK_AGAIN_S)
            return answer

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Follow the event stream for as long as the block runs."""

        async def known() -> list[AssetModel] | None:
            return self.assets or None

        task = asyncio.create_task(self._watch())
        try:
            await self.until(known, within=10)
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _watch(self) -> None:
        try:
            async with self._client.events() as stream:
                async for frame in stream:
                    if isinstance(frame, EventFrame | SnapshotFrame):
                        await self._take(frame)
            raise NotReachableError("the driver closed its event stream")
        except (DriverError, OSError) as exc:
            async with self._news:
                self._lost = exc
                self._news.notify_all()

    async def _take(self, frame: EventFrame | SnapshotFrame) -> None:
        assets = await self._client.assets()
        async with self._news:
            self.assets = assets
            if isinstance(frame, EventFrame):
                self.events.append(frame.event)
            self._news.notify_all()
        self._changed()
