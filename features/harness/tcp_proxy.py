"""A small TCP proxy that can be cut, or that can hold everything back, as a network does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

Address = tuple[str, int]


class TcpProxy:
    """Passes connections on to the first of ``targets`` that accepts; asked anew for each connection."""

    def __init__(self, targets: Callable[[], Sequence[Address]]) -> None:
        self._targets = targets
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._cut = False
        self._server: asyncio.Server | None = None
        self.port = 0
        #: What breaks the connection on which it is said, if anything does.
        self.breaks_at: bytes | None = None

    def cut(self) -> None:
        """Break every connection and take no new one."""
        self._cut = True
        self.drop()

    def drop(self) -> None:
        """Break every connection; new ones are taken."""
        for writer in self._writers:
            writer.transport.abort()

    def stall(self) -> None:
        """Keep connections open and pass nothing on."""
        self._open.clear()

    def restore(self) -> None:
        """Pass everything on again."""
        self._cut = False
        self._open.set()

    async def open(self, port: int = 0) -> None:
        """Listen on a port of this machine, a free one unless it is given."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Listen no longer, break every connection and wait until nothing is passed on any more."""
        if self._server is not None:
            self._server.close()
        self.cut()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        there: asyncio.StreamWriter | None = None
        try:
            opened = None if self._cut else await self._reach()
            if opened is None:
                writer.transport.abort()
                return
            answers, there = opened
            self._writers.add(there)
            async with asyncio.TaskGroup() as group:
                group.create_task(self._pass_on(reader, there))
                group.create_task(self._pass_on(answers, writer))
        except* OSError:
            pass
        finally:
            for each in (writer, there):
                if each is not None:
                    self._writers.discard(each)
                    each.close()

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for host, port in self._targets():
            with suppress(OSError):
                return await asyncio.open_connection(host, port)
        return None

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65_536):
            await self._open.wait()
            if self.breaks_at is not None and self.breaks_at in data:
                raise ConnectionResetError
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


@asynccontextmanager
async def tcp_proxy(targets: Callable[[], Sequence[Address]]) -> AsyncIterator[TcpProxy]:
    """Run a proxy on a free port while the context lasts."""
    proxy = TcpProxy(targets)
    await proxy.open()
    try:
        yield proxy
    finally:
        await proxy.close()
