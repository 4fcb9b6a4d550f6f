"""One address in front of two drivers: what connects to it reaches the one that serves."""

from __future__ import annotations

import asyncio
from contextlib import suppress


class FrontDoor:
    """Hands connections on, as the load balancer of a site does. `target` is the port of whoever serves."""

    def __init__(self) -> None:
        self.target = 0
        self._server: asyncio.Server | None = None

    async def open(self, port: int) -> None:
        """Listen on a port of this machine."""
        self._server = await asyncio.start_server(self._hand_on, "127.0.0.1", port)

    async def close(self) -> None:
        """Listen no longer."""
        if self._server is not None:
            self._server.close()
            self._server = None

    async def _hand_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            inner, out = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        await asyncio.gather(_copied(reader, out), _copied(inner, writer))


async def _copied(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await source.read(65536):
            target.write(data)
            await target.drain()
    target.close()
