"""Starting a program in an isolated network, and serving the listeners that are open inside it."""

import asyncio
import json
import socket
import sys
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from fake_twilio.intercept import isolation
from fake_twilio.intercept.ca_bundle import SYSTEM_ROOTS
from fake_twilio.intercept.listeners import Listeners

_MAX_LISTENERS = 8

PRODUCTS = ("api", "accounts", "content", "conversations", "lookups", "messaging", "monitor", "numbers", "oauth",
            "pricing", "verify", "video", "voice", "webhooks")  # fmt: skip
"""Hosts that a program can resolve without a proxy."""


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
        "mounts": _mounts(folder, listeners.bundle_file),
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


def _mounts(folder: Path, bundle_file: str) -> list[tuple[str, str]]:
    """Return the bind mounts over system files: a file that maps Twilio's names to this machine, and certificates."""
    hosts = folder / "hosts"
    names = " ".join(f"{product}.twilio.com" for product in PRODUCTS)
    hosts.write_text(f"127.0.0.1 localhost twilio.com {names}\n::1 localhost\n", encoding="ascii")
    return [(str(hosts), "/etc/hosts"), *((bundle_file, str(Path(root).resolve())) for root in SYSTEM_ROOTS)]


def _received(channel: socket.socket) -> list[socket.socket]:
    """Return the sockets that the helper sends; none if it has failed."""
    _, descriptors, _, _ = socket.recv_fds(channel, 1, _MAX_LISTENERS)
    return [socket.socket(fileno=descriptor) for descriptor in descriptors]
