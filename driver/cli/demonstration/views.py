"""What the story sees of the two programs: only their public HTTP and WebSocket surfaces."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

LOOK_AGAIN_S = 0.2


class TwilioView:
    """The fake Twilio's control API, as far as the story needs it."""

    def __init__(self, base_url: str, session: aiohttp.ClientSession) -> None:
        self._control = f"{base_url}/_fake/v1"
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
        async with self._session.request(method, self._control + path, json=json) as answer:
            answer.raise_for_status()
            return await answer.json()


class DriverView:
    """The data server: commands go out by REST, everything that happens comes in on the event stream.

    Attributes:
        assets: The assets as last seen, in the server's order.
        events: Every event so far.
    """

    def __init__(self, base_url: str, session: aiohttp.ClientSession, changed: Callable[[], None]) -> None:
        self._base_url = base_url
        self._session = session
        self._changed = changed
        self._news = asyncio.Condition()
        self._lost: Exception | None = None
        self.assets: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []

    async def command(self, asset: str, command: str, parameters: dict[str, str] | None = None) -> str:
        """Give a command; answers the execution's id."""
        url = f"{self._base_url}/api/assets/{asset}/commands"
        body = {"command": command, "parameters": parameters or {}}
        async with self._session.post(url, json=body) as answer:
            answer.raise_for_status()
            return str((await answer.json())["executionId"])

    async def execution(self, execution_id: str) -> dict[str, Any]:
        """What became of a command."""
        return dict(await self._get(f"/api/executions/{execution_id}"))

    async def until(self, holds: Callable[[], Any], within: float) -> Any:
        """Look until `holds()`, a plain or coroutine function, answers something true, and hand that back.

        It looks at each piece of news, and now and then without any.

        Raises:
            TimeoutError: When it did not within so many seconds.
            aiohttp.ClientError: When the event stream was lost meanwhile.
        """
        async with asyncio.timeout(within), self._news:
            while True:
                answer = holds()
                if asyncio.iscoroutine(answer):
                    answer = await answer
                if answer:
                    return answer
                if self._lost is not None:
                    raise self._lost
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._news.wait(), LOOK_AGAIN_S)

    async def _get(self, path: str) -> Any:
        async with self._session.get(self._base_url + path) as answer:
            answer.raise_for_status()
            return await answer.json()

    @asynccontextmanager
    async def watching(self) -> AsyncIterator[None]:
        """Follow the event stream for as long as the block runs."""
        task = asyncio.create_task(self._watch())
        try:
            await self.until(lambda: self.assets, within=10)
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _watch(self) -> None:
        try:
            async with self._session.ws_connect(f"{self._base_url}/api/events") as stream:
                async for frame in stream:
                    await self._take(frame.json())
            raise aiohttp.ClientConnectionError("the driver closed its event stream")
        except (aiohttp.ClientError, OSError) as exc:
            async with self._news:
                self._lost = exc
                self._news.notify_all()

    async def _take(self, message: dict[str, Any]) -> None:
        if message["type"] not in ("snapshot", "event"):
            return
        assets = await self._get("/api/assets")
        async with self._news:
            self.assets = assets["items"]
            if message["type"] == "event":
                self.events.append(message["event"])
            self._news.notify_all()
        self._changed()
