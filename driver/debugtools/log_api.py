"""The log as JSON, and as a live stream over WebSocket."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

import driver
from driver.api.debug_models import DebugInfoModel, LogPageModel, LogQuery
from driver.api.frames import GoodbyeFrame
from driver.api.models import HealthModel
from driver.api.requests import MAX_PAGE_SIZE
from driver.api.routing import ApiRequest, ModelResponse
from driver.debugtools.log_buffer import LogBuffer, dumped


@dataclass(frozen=True, slots=True)
class LogServer:
    """The log and its open streams."""

    buffer: LogBuffer
    console_port: int
    streams: set[web.WebSocketResponse] = field(default_factory=set)

    async def say_goodbye(self, _app: web.Application) -> None:
        """End all streams because the driver stops."""
        for socket in tuple(self.streams):
            with suppress(ConnectionError):
                await socket.close(code=1001, message=b"shutdown")


async def get_debug_info(server: LogServer, request: ApiRequest[None]) -> DebugInfoModel:
    """Return the caller's name and role, and the port of the console. Unlike the log, it is available to every role."""
    return DebugInfoModel(
        version=driver.__version__,
        user=request.principal.name,
        role=request.principal.role,
        console_port=server.console_port,
    )


async def get_health(_server: LogServer, _request: ApiRequest[None]) -> HealthModel:
    """Report that the debug tools are running."""
    return HealthModel(status="ok")


async def get_logs(server: LogServer, request: ApiRequest[LogQuery]) -> ModelResponse[LogPageModel]:
    """List log records, oldest first."""
    query = request.data
    items = server.buffer.since(query.since or 0, query, query.page_size)
    page = LogPageModel(items=items, next=items[-1]["id"] if items else query.since or 0)
    return ModelResponse(page, body=dumped(page.model_dump()))


async def stream_logs(server: LogServer, request: ApiRequest[LogQuery]) -> web.StreamResponse:
    """Open the log stream, a WebSocket: new records as they are logged, or all records after ``since``."""
    buffer, query = server.buffer, request.data
    socket = web.WebSocketResponse(heartbeat=30)
    await socket.prepare(request.http)
    fresh = asyncio.Event()
    ended: list[str] = []

    def end(reason: str) -> None:
        ended.append(reason)
        fresh.set()

    server.streams.add(socket)
    stop = buffer.watch(fresh.set)
    reader = asyncio.ensure_future(_read(socket, fresh))
    at = buffer.last if query.since is None else query.since
    try:
        with request.admitted(end):
            while not socket.closed and not reader.done() and not ended:
                fresh.clear()
                for record in buffer.since(at, query, MAX_PAGE_SIZE) if at < buffer.last else ():
                    await socket.send_str(dumped(record).decode())
                at = buffer.last
                await fresh.wait()
        if ended:
            await socket.send_str(GoodbyeFrame(reason=ended[0]).model_dump_json())
            await socket.close(code=1008, message=ended[0].encode())
    except ConnectionError:
        pass
    finally:
        stop()
        reader.cancel()
        server.streams.discard(socket)
    return socket


async def _read(socket: web.WebSocketResponse, fresh: asyncio.Event) -> None:
    try:
        async for message in socket:
            if message.type in (WSMsgType.CLOSE, WSMsgType.ERROR):
                break
    finally:
        fresh.set()
