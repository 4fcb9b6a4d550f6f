"""Ports and small HTTP servers on the loopback interface."""

from __future__ import annotations

import atexit
import random
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from aiohttp import web

#: Below the range of ephemeral ports, so that no outgoing connection takes one in between.
LOWEST, HIGHEST = 20_000, 32_000
#: Ports recently assigned in this process, each reserved by a name that no other process can bind.
_CLAIMS: list[socket.socket] = []
_MAX_CLAIMS = 64


def free_port() -> int:
    """Return a free port of the loopback interface, for programs that need the port before they listen."""
    # Property tests seed the common generator, which would give parallel sessions the same ports.
    for port in random.SystemRandom().sample(range(LOWEST, HIGHEST), 200):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        if _claim(port):
            return port
    raise RuntimeError(f"no free port from {LOWEST} to {HIGHEST}")


def _claim(port: int) -> bool:
    """Reserve a port across processes until the program listens; only Linux has such names."""
    if sys.platform != "linux":
        return True
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0port {port} of a test")
    except OSError:
        claim.close()
        return False
    _CLAIMS.append(claim)
    if len(_CLAIMS) > _MAX_CLAIMS:
        _CLAIMS.pop(0).close()
    return True


@atexit.register
def _let_go() -> None:
    """Close the reservations, or Python warns about each at exit."""
    while _CLAIMS:
        _CLAIMS.pop().close()


@asynccontextmanager
async def serving(answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> AsyncIterator[str]:
    """Answer every request on a free port while the context lasts; yield the server's address."""
    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
