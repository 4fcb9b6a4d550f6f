"""The driver's data server as a client sees it: REST for questions and commands, the event stream for what happens."""

from __future__ import annotations

import asyncio
import contextlib
import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp


class RefusedError(Exception):
    """The data server answered with a problem."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        super().__init__(f"HTTP {status}: {problem.get('detail') or problem.get('title') or problem}")
        self.status = status
        self.problem = problem


@dataclass
class EventLog:
    """The events that a driver's stream has brought, oldest first, over its restarts; `seq` numbers the last."""

    events: list[dict[str, Any]] = field(default_factory=list)
    seq: int = 0


class DriverApi:
    """A client of one running driver. It joins the event stream where `log` ends, so that no event is missed."""

    def __init__(self, base_url: str, debug_url: str, session: aiohttp.ClientSession, log: EventLog) -> None:
        self.base_url = base_url
        self.debug_url = debug_url
        self.event_log = log
        self._session = session
        self._listener: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Join the event stream; returns when everything that happened before has been brought."""
        joined = asyncio.Event()
        self._listener = asyncio.create_task(self._listen(joined))
        waiter = asyncio.create_task(joined.wait())
        done, _ = await asyncio.wait({waiter, self._listener}, timeout=5, return_when=asyncio.FIRST_COMPLETED)
        if self._listener in done:
            waiter.cancel()
            self._listener.result()
        if not joined.is_set():
            raise TimeoutError(f"{self.base_url}/api/events did not catch up within 5 s")

    async def close(self) -> None:
        """Leave the event stream."""
        if self._listener is not None:
            self._listener.cancel()
            with contextlib.suppress(asyncio.CancelledError, aiohttp.ClientError, OSError):
                await self._listener

    async def _listen(self, joined: asyncio.Event) -> None:
        behind: int | None = None
        url = f"{self.base_url}/api/events?since={self.event_log.seq}"
        async with self._session.ws_connect(url) as stream:
            async for frame in stream:
                message = frame.json()
                if message["type"] == "hello":
                    behind = message["seq"]
                elif message["type"] in ("event", "snapshot"):
                    self.event_log.seq = message["seq"]
                    if message["type"] == "event":
                        self.event_log.events.append(message["event"])
                if behind is not None and self.event_log.seq >= behind:
                    joined.set()

    async def get(self, path: str, **query: str) -> Any:
        """The JSON answer of a GET.

        Raises:
            RefusedError: When the answer is a problem.
        """
        async with self._session.get(self.base_url + path, params=query) as answer:
            body = await answer.json(content_type=None)
            if answer.status >= 400:
                raise RefusedError(answer.status, body)
            return body

    async def get_all(self, paths: Sequence[str]) -> list[Any]:
        """The answers of several GETs, asked at once."""
        return list(await asyncio.gather(*(self.get(path) for path in paths)))

    async def post(self, path: str, body: Mapping[str, Any]) -> Any:
        """The JSON answer of a POST.

        Raises:
            RefusedError: When the answer is a problem.
        """
        async with self._session.post(self.base_url + path, json=body) as answer:
            parsed = await answer.json(content_type=None)
            if answer.status >= 400:
                raise RefusedError(answer.status, parsed)
            return parsed

    async def put_csv(self, path: str, rows: Sequence[Sequence[str]]) -> Any:
        """The JSON answer to a CSV file.

        Raises:
            RefusedError: When the answer is a problem.
        """
        text = io.StringIO()
        csv.writer(text).writerows(rows)
        headers = {"Content-Type": "text/csv"}
        async with self._session.put(self.base_url + path, data=text.getvalue().encode(), headers=headers) as answer:
            parsed = await answer.json(content_type=None)
            if answer.status >= 400:
                raise RefusedError(answer.status, parsed)
            return parsed

    async def items(self, path: str) -> list[dict[str, Any]]:
        """All items of a paged list."""
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            answer = await self.get(path, **({"cursor": cursor} if cursor else {}))
            found += answer["items"]
            cursor = answer["next"]
        return found

    async def trace(self, topics: Sequence[str]) -> None:
        """Let the debug log show these topics too, of all assets.

        Raises:
            RefusedError: When there is no such topic.
        """
        async with self._session.put(self.debug_url + "/api/trace", json={"topics": list(topics)}) as answer:
            if answer.status >= 400:
                raise RefusedError(answer.status, await answer.json(content_type=None))

    async def log(self, **filters: str) -> list[dict[str, Any]]:
        """The debug log's records, oldest first."""
        async with self._session.get(self.debug_url + "/api/logs", params=filters) as answer:
            return list((await answer.json(content_type=None))["items"])
