"""The debug tools' own listener: logs as JSON, logs live over WebSocket, and a plain page."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress

import orjson
from aiohttp import WSMsgType, web
from aiohttp.typedefs import Middleware

from driver.debugtools.ring import LogFilter, Ring
from driver.errors import DriverError

Guard = Callable[[web.Request], Awaitable[None]]
"""Raises the refusal if the caller may not look."""
_LARGEST_PAGE = 1000


class DebugServer:
    """Serves the ring, and ``more`` routes: the page and the login. ``problems`` writes errors as everywhere."""

    def __init__(self, ring: Ring, guard: Guard, more: Iterable[web.AbstractRouteDef], problems: Middleware) -> None:
        self._ring = ring
        self._guard = guard
        self._streams: dict[web.WebSocketResponse, tuple[web.Request, asyncio.Event]] = {}
        self._refused: set[web.WebSocketResponse] = set()
        self.app = web.Application(middlewares=[problems])
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
        since, limit = _number(request, "since", 0), _number(request, "pageSize", 200)
        items = self._ring.since(since, _wanted(request), max(1, min(limit, _LARGEST_PAGE)))
        return _json({"items": items, "next": items[-1]["id"] if items else since})

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        await self._guard(request)
        wanted = _wanted(request)
        socket = web.WebSocketResponse(heartbeat=30)
        await socket.prepare(request)
        fresh = asyncio.Event()
        self._streams[socket] = request, fresh
        stop = self._ring.watch(fresh.set)
        reader = asyncio.ensure_future(self._read(socket, fresh))
        at = _number(request, "since", self._ring.last)
        try:
            while not socket.closed and not reader.done() and socket not in self._refused:
                fresh.clear()
                for record in self._ring.since(at, wanted, _LARGEST_PAGE) if at < self._ring.last else ():
                    await socket.send_str(_dumped(record).decode())
                at = self._ring.last
                await fresh.wait()
            if socket in self._refused:
                await socket.close(code=1008, message=b"access")
        except ConnectionError:
            pass
        finally:
            stop()
            reader.cancel()
            self._refused.discard(socket)
            self._streams.pop(socket, None)
        return socket

    @staticmethod
    async def _read(socket: web.WebSocketResponse, fresh: asyncio.Event) -> None:
        async for message in socket:
            if message.type in (WSMsgType.CLOSE, WSMsgType.ERROR):
                break
        fresh.set()

    async def look_again(self) -> None:
        """End the streams of those who may not look any more."""
        for socket, (request, fresh) in tuple(self._streams.items()):
            try:
                await self._guard(request)
            except DriverError:
                self._refused.add(socket)
                fresh.set()

    async def _goodbye(self, _app: web.Application) -> None:
        for socket in tuple(self._streams):
            with suppress(ConnectionError):
                await socket.close(code=1001, message=b"shutdown")


def _wanted(request: web.Request) -> LogFilter:
    query = request.query
    return LogFilter(*(query.get(name, "") for name in ("level", "logger", "asset", "text")))


def _number(request: web.Request, name: str, default: int) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isdecimal() else default


def _json(value: object) -> web.Response:
    return web.Response(body=_dumped(value), content_type="application/json")


def _dumped(value: object) -> bytes:
    """Return records as JSON, also what is no proper text: half a surrogate pair, a number of more than 64 bits."""
    try:
        return orjson.dumps(value, default=str)
    except TypeError:
        return json.dumps(value, default=str).encode()
