"""A small TCP proxy that can drop, refuse or stall connections, as networks do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

Address = tuple[str, int]


class TcpProxy:
    """Forwards connections to the first of ``targets`` that accepts; targets are queried for each connection."""

    def __init__(self, targets: Callable[[], Sequence[Address]]) -> None:
        self._targets = targets
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._open = asyncio.Event()
        self._open.set()
        self._cut = False
        self._server: asyncio.Server | None = None
        self.port = 0
        #: Text that breaks the connection on which it is sent, if set.
        self.breaks_at: bytes | None = None

    def cut(self) -> None:
        """Break every connection and accept no new ones."""
        self._cut = True
        self.drop()

    def drop(self) -> None:
        """Break every connection, but accept new ones."""
        for writer in self._writers:
            writer.transport.abort()

    def stall(self) -> None:
        """Keep connections open but forward nothing."""
        self._open.clear()

    def restore(self) -> None:
        """Forward everything again."""
        self._cut = False
        self._open.set()

    async def open(self, port: int = 0) -> None:
        """Listen on a local port; a free one by default."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection."""
        task = asyncio.ensure_future(self._serve(reader, writer))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop listening, break every connection, and wait until forwarding has ended."""
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
