"""Opens listeners, or reports in one line why it cannot; the application behind a port can change while it is bound."""

import asyncio
import errno
import os
import socket
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from aiohttp import web

from driver.app.connections import KEEP_S, LINGER_S, Connections
from driver.errors import StartError

#: Maximum number of clients waiting to be accepted; the system refuses more.
BACKLOG = 1024


class BoundSocket:
    """A bound port. Clients that connect before an application serves it wait until one does."""

    def __init__(
        self, sockets: Sequence[socket.socket], url: str, tls: ssl.SSLContext | None, *, connections: Connections
    ) -> None:
        self._sockets = sockets
        self._tls = tls
        self._connections = connections
        self.url = url

    @asynccontextmanager
    async def serving(self, app: web.Application) -> AsyncIterator[None]:
        """Serve ``app`` while the context lasts."""
        app.middlewares.insert(0, self._connections.watch)
        runner = web.AppRunner(
            app,
            access_log=None,
            handle_signals=False,
            shutdown_timeout=2.0,
            keepalive_timeout=KEEP_S,
            lingering_time=LINGER_S,
            auto_decompress=False,  # not needed, and a small body could become a large one
        )
        await runner.setup()
        assert runner.server is not None  # noqa: S101 - set by setup()
        try:
            with self._connections.answered_by(runner.server, self._sockets, self._tls):
                yield
        finally:
            await runner.cleanup()


@asynccontextmanager
async def bound_socket(
    connections: Connections, name: str, host: str, *, port: int, tls: ssl.SSLContext | None = None
) -> AsyncIterator[BoundSocket]:
    """Bind a port while the context lasts; port 0 picks a free one.

    Raises:
        StartError: The address is in use, or does not belong to this machine.
    """
    loop = asyncio.get_running_loop()
    reuse = os.name == "posix"  # on Windows, two programs could then listen on the same address
    try:
        bound = await loop.create_server(asyncio.Protocol, host, port, reuse_address=reuse, start_serving=False)
    except OSError as exc:
        why = "the port is already in use" if exc.errno == errno.EADDRINUSE else exc.strerror or str(exc)
        raise StartError(f"the {name} cannot listen on {host}:{port}: {why}") from exc
    sockets = [socket.fromfd(one.fileno(), one.family, one.type) for one in bound.sockets]
    bound.close()
    for taken_socket in sockets:
        taken_socket.setblocking(False)
        taken_socket.listen(BACKLOG)
    try:
        shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)
        taken = sockets[0].getsockname()[1]
        yield BoundSocket(sockets, f"{'https' if tls else 'http'}://{shown}:{taken}", tls, connections=connections)
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
