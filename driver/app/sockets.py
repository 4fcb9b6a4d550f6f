"""Binds ports, or reports in one line why it cannot."""

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from driver.app.connections import BoundSocket
from driver.errors import StartError
from driver.runtime.clock import Clock

#: Maximum number of clients waiting to be accepted; the system refuses more.
BACKLOG = 1024


@asynccontextmanager
async def bound_socket(
    name: str, title: str, host: str, *, port: int, clock: Clock, tls: ssl.SSLContext | None = None
) -> AsyncIterator[BoundSocket]:
    """Bind the port of a listener while the context lasts; port 0 picks a free one. ``title`` names it in errors.

    Raises:
        StartError: The address is in use, or does not belong to this machine.
    """
    loop = asyncio.get_running_loop()
    reuse = os.name == "posix"  # on Windows, two programs could then listen on the same address
    try:
        bound = await loop.create_server(asyncio.Protocol, host, port, reuse_address=reuse, start_serving=False)
    except OSError as exc:
        why = "the port is already in use" if exc.errno == errno.EADDRINUSE else exc.strerror or str(exc)
        raise StartError(f"the {title} cannot listen on {host}:{port}: {why}") from exc
    sockets = [socket.fromfd(one.fileno(), one.family, one.type) for one in bound.sockets]
    bound.close()
    for taken_socket in sockets:
        taken_socket.setblocking(False)
        taken_socket.listen(BACKLOG)
    try:
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)
        taken = sockets[0].getsockname()[1]
        yield BoundSocket(name, sockets, f"{'https' if tls else 'http'}://{shown}:{taken}", tls=tls, clock=clock)
    finally:
        for taken_socket in sockets:
            taken_socket.close()


def tls_context(certificate: str | None, key: str | None) -> ssl.SSLContext | None:
    """Return the TLS settings of a listener (TLS 1.2 or newer), or None for plain HTTP.

    Raises:
        StartError: The certificate or key cannot be read.
    """
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    load_certificate(context, certificate, key)
    return context


def load_certificate(context: ssl.SSLContext, certificate: str, key: str | None) -> None:
    """Use this certificate for new connections; open connections keep theirs.

    Raises:
        StartError: The certificate or key cannot be read.
    """
    try:
        context.load_cert_chain(certificate, key)
    except (OSError, ssl.SSLError) as exc:
        raise StartError(f"the TLS certificate {certificate} with key {key} cannot be used: {exc}") from exc
