"""Starting a program in an isolated network, and serving the listeners that are open inside it."""

import asyncio
import json
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from fake_twilio.intercept import isolation
from fake_twilio.intercept.listeners import Listeners

_MAX_LISTENERS = 8


async def start(
    listeners: Listeners, base_url: str, program: tuple[str, ...], *, environment: Mapping[str, str]
) -> asyncio.subprocess.Process | None:
    """Start the program and return its process, or None if isolation is impossible and the helper has reported why.

    The proxy serves every listener inside, and determines the host from what clients send first; only the fake's own
    address leads to the fake regardless of the host.
    """
    folder = Path(listeners.bundle_file).parent
    here, there = socket.socketpair()
    ports = [urlsplit(base_url).port, urlsplit(listeners.proxy_url).port, *isolation.WEB_PORTS]
    orders = {
        "channel": there.fileno(),
        "ports": ports,
        "mounts": isolation.mounts(isolation.write_hosts(folder), listeners.bundle_file),
    }
    helper = (sys.executable, "-I", isolation.__file__, json.dumps(orders))
    with here:
        with there:
            process = await asyncio.create_subprocess_exec(
                *helper, *program, env=environment, pass_fds=[there.fileno()]
            )
        opened = await asyncio.to_thread(_received, here)
        for listener, port in zip(opened, ports, strict=False):
            await listeners.serve_inside(listener, plain=port == ports[0])
        if not opened:
            await process.wait()
            return None
        here.send(b".")
    return process


def _received(channel: socket.socket) -> list[socket.socket]:
    """Return the sockets that the helper sends; none if it has failed."""
    _, descriptors, _, _ = socket.recv_fds(channel, 1, _MAX_LISTENERS)
    return [socket.socket(fileno=descriptor) for descriptor in descriptors]
