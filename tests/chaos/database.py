"""PostgreSQL failures: killed, paused, restarted, or cut off from the drivers by the network."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from harness.driver.postgres_server import PostgresServer
from harness.tcp_proxy import TcpProxy, tcp_proxy
from support.driver_database import postgres_server


class Database:
    """A server, and the proxy that drivers connect through."""

    def __init__(self, server: PostgresServer, proxy: TcpProxy) -> None:
        self._server = server
        self.network = proxy
        self.url = f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres"

    async def stop(self) -> None:
        """Kill the server, as a power failure would."""
        await asyncio.to_thread(self._server.stop)

    async def start(self) -> None:
        """Start the server again; it recovers what was committed."""
        await asyncio.to_thread(self._server.start)

    def pause(self) -> None:
        """Suspend all of the server's processes."""
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)

    def resume(self) -> None:
        """Resume the server's processes."""
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGCONT)

    def _processes(self) -> list[int]:
        data = Path(self._server._control[2])
        first = int((data / "postmaster.pid").read_text().split()[0])
        return [first, *children(first)]


def children(parent: int) -> list[int]:
    """Return the child processes of a process."""
    found = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if place.read_text().rpartition(")")[2].split()[1] == str(parent):
                found.append(int(place.parent.name))
    return found


@asynccontextmanager
async def database() -> AsyncIterator[Database]:
    """Run a private server behind a proxy."""
    with postgres_server() as server:
        address = urlsplit(server.url)
        target = str(address.hostname), int(address.port or 0)
        async with tcp_proxy(lambda: [target]) as proxy:
            yield Database(server, proxy)
