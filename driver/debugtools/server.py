"""The debug tools' own listener: logs as JSON, logs live over WebSocket, and a plain page."""

import asyncio
import json
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, suppress
from typing import Annotated, Literal, Protocol

import orjson
from aiohttp import WSMsgType, web
from aiohttp.typedefs import Middleware
from pydantic import BeforeValidator, Field

from driver.debugtools.ring import LogFilter, Ring
from driver.runtime.strict_json import StrictQuery, read_query


class Guard(Protocol):
    """Knows who may look."""

    async def __call__(self, request: web.Request) -> None:
        """Raise the refusal if the caller may not look."""
        ...

    def watched(self, request: web.Request, tell: Callable[[str], None]) -> AbstractContextManager[None]:
        """Have ``tell`` called with the reason when, while the context lasts, the caller may no longer look."""
        ...


_LARGEST_PAGE = 1000
LARGEST_BODY = 64 * 1024


def _level(name: object) -> object:
    return name.lower() if isinstance(name, str) else name


class LogQuery(StrictQuery):
    """Which log records are wanted; ``since`` is the number of the last one that is known."""

    since: int | None = Field(None, ge=0, le=2**53)
    page_size: int = Field(200, alias="pageSize", ge=1, le=_LARGEST_PAGE)
    level: Annotated[Literal["", "debug", "info", "warning", "error", "critical"], BeforeValidator(_level)] = ""
    logger: str = ""
    asset: str = ""
    text: str = ""

    @property
    def wanted(self) -> LogFilter:
        """Which records are let through."""
        return LogFilter(self.level, self.logger, self.asset, self.text)


class DebugServer:
    """Serves the ring, and ``more`` routes: the page and the login. ``problems`` writes errors as everywhere."""

    def __init__(self, ring: Ring, guard: Guard, more: Iterable[web.AbstractRouteDef], problems: Middleware) -> None:
        self._ring = ring
        self._guard = guard
        self._streams: set[web.WebSocketResponse] = set()
        self.app = web.Application(middlewares=[problems], client_max_size=LARGEST_BODY)
        self.app.add_routes(
            [
                web.get("/healthz", self._healthz),
                web.get("/api/logs", self._logs),
                web.get("/api/logs/stream", self._stream),
                *more,
            ]
        )
        self.app.on_shutdown.append(self._goodbye)

    async def _healthz(self, _request: web.Request) -> web.Response:
        return _json({"status": "ok"})

    async def _logs(self, request: web.Request) -> web.Response:
        await self._guard(request)
        asked = read_query(request.query.items(), LogQuery)
        items = self._ring.since(asked.since or 0, asked.wanted, asked.page_size)
        return _json({"items": items, "next": items[-1]["id"] if items else asked.since or 0})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        await self._guard(request)
        asked = read_query(request.query.items(), LogQuery)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        fresh = asyncio.Event()
        ended: list[str] = []

        def end(reason: str) -> None:
            ended.append(reason)
            fresh.set()

        self._streams.add(socket)
        stop = self._ring.watch(fresh.set)
        reader = asyncio.ensure_future(self._read(socket, fresh))
        at = self._ring.last if asked.since is None else asked.since
        try:
            with self._guard.watched(request, end):
                while not socket.closed and not reader.done() and not ended:
                    fresh.clear()
                    for record in self._ring.since(at, asked.wanted, _LARGEST_PAGE) if at < self._ring.last else ():
                        await socket.send_str(_dumped(record).decode())
                    at = self._ring.last
                    await fresh.wait()
            if ended:
                await socket.send_json({"type": "goodbye", "reason": ended[0]})
                await socket.close(code=1008, message=ended[0].encode())
        except ConnectionError:
            pass
        finally:
            stop()
            reader.cancel()
            self._streams.discard(socket)
        return socket

    @staticmethod
    async def _read(socket: web.WebSocketResponse, fresh: asyncio.Event) -> None:
        try:
            async for message in socket:
                if message.type in (WSMsgType.CLOSE, WSMsgType.ERROR):
                    break
        finally:
            fresh.set()

    async def _goodbye(self, _app: web.Application) -> None:
        for socket in tuple(self._streams):
            with suppress(ConnectionError):
                await socket.close(code=1001, message=b"shutdown")


def _json(value: object) -> web.Response:
    return web.Response(body=_dumped(value), content_type="application/json")


def _dumped(value: object) -> bytes:
    """Return records as JSON, also values that orjson refuses, such as half a surrogate pair or a large number."""
    try:
        return orjson.dumps(value, default=str)
    except TypeError:
        return json.dumps(value, default=str).encode()
