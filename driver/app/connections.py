"""A bound port and its connections: limited in number, closed if the client stays silent, independent of each other.

aiohttp does not limit the number of connections, so they are accepted here and then handed to it.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from typing import cast

import structlog
from aiohttp import web

from driver.app.file_limit import connections_for
from driver.runtime.clock import Clock
from driver.runtime.log_rate_limit import LogRateLimit

_log = structlog.get_logger("driver.listeners")
#: Real seconds that a client has to complete the TLS handshake, to send the head of its first request, and to send the
#: body of each request.
HANDSHAKE_S, HEAD_S, BODY_S = 10.0, 15.0, 30.0
#: Seconds that an idle connection stays open for another request.
KEEP_S = 75.0
#: Seconds for which the rest of a rejected request's body is read, for clients that read the response only afterwards.
LINGER_S = 2.0
#: Seconds to wait before the next try if the system has no room for another connection.
_PAUSE_S = 1.0
#: Minimum seconds between two log records about that: each connection that ends makes room for only one more.
_SILENT_S = 60.0


class Connection(asyncio.Protocol):
    """One client's connection. Forwards everything to ``inner``, aiohttp's protocol, made after the TLS handshake."""

    def __init__(self, others: "BoundSocket", client: socket.socket, address: str) -> None:
        self._others = others
        self.address = address
        self.client: socket.socket | None = client
        """The accepted socket, until the event loop owns it."""
        self.inner: asyncio.Protocol | None = None
        self.transport: asyncio.Transport | None = None
        self.opening: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None

    def allow(self, seconds: float, done: Callable[[], bool] = lambda: False) -> None:
        """Abort the connection after ``seconds`` unless ``done`` returns True by then; 0 cancels the timeout."""
        if self._timer is not None:
            self._timer.cancel()
        loop = asyncio.get_running_loop()
        self._timer = loop.call_later(seconds, lambda: None if done() else self.end()) if seconds else None

    def end(self) -> None:
        """Abort the connection without a response, which the client would not read."""
        self._others.forget(self)
        if self.transport is not None:
            self.transport.abort()
        if self.opening is not None:
            self.opening.cancel()
        if self.client is not None:
            self.client.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Start the connection, after the TLS handshake if there is one."""
        self.transport = cast("asyncio.Transport", transport)
        self.inner = self._others.protocol(self)
        self.allow(HEAD_S)
        self.inner.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Clean up after the connection has ended."""
        self.allow(0)
        self._others.forget(self)
        if self.inner is not None:
            self.inner.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Forward data from the client."""
        if self.inner is not None:
            self.inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Forward the client's end of file."""
        return self.inner.eof_received() if self.inner is not None else None

    def pause_writing(self) -> None:
        """Forward that the write buffer is full."""
        if self.inner is not None:
            self.inner.pause_writing()

    def resume_writing(self) -> None:
        """Forward that writing can resume."""
        if self.inner is not None:
            self.inner.resume_writing()


class BoundSocket:
    """A bound port. Clients that connect before an application serves it wait until one does.

    ``name`` defines how many connections there may be at once. When the limit is reached, a new connection replaces an
    idle one, which waits only for its client: the longest idle connection of the address that has the most of them. So
    a flood only displaces its own connections.
    """

    def __init__(
        self, name: str, sockets: Sequence[socket.socket], url: str, *, tls: ssl.SSLContext | None, clock: Clock
    ) -> None:
        self._name = name
        self._sockets = sockets
        self.url = url
        self._tls = tls
        self._limit = LogRateLimit(clock)
        self._most = connections_for(name)
        self._open: set[Connection] = set()
        self._idle: dict[str, dict[Connection, None]] = {}
        self._by_protocol: dict[object, Connection] = {}
        self._freed = asyncio.Event()
        self._make: Callable[[], asyncio.Protocol] | None = None

    @asynccontextmanager
    async def serving(self, app: web.Application) -> AsyncIterator[None]:
        """Serve ``app`` while the context lasts."""
        app.middlewares.insert(0, self._watch)
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
        self._make = runner.server
        accepting = [asyncio.ensure_future(self._accept(listening)) for listening in self._sockets]
        try:
            yield
        finally:
            for task in accepting:
                task.cancel()
            for connection in [one for one in self._open if one.inner is None]:
                connection.end()
            await runner.cleanup()

    @web.middleware
    async def _watch(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Track, as a middleware, which connections are serving a request; end those whose body does not arrive."""
        connection = self._by_protocol.get(request.protocol)
        if connection is None:
            return await handler(request)
        self._leave_idle(connection)
        connection.allow(0 if request.content.is_eof() else BODY_S, request.content.is_eof)
        try:
            return await handler(request)
        finally:
            connection.allow(0)
            if connection in self._open:
                self._idle.setdefault(connection.address, {})[connection] = None

    def protocol(self, connection: Connection) -> asyncio.Protocol:
        """Create aiohttp's protocol for a connection."""
        assert self._make is not None  # noqa: S101 - connections are only accepted while an application is served
        made = self._make()
        self._by_protocol[made] = connection
        return made

    def forget(self, connection: Connection) -> None:
        """Stop tracking a connection."""
        self._open.discard(connection)
        self._by_protocol.pop(connection.inner, None)
        self._leave_idle(connection)
        self._freed.set()

    async def _accept(self, listening: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        logged_at = -_SILENT_S
        while True:
            try:
                client, address = await loop.sock_accept(listening)
            except OSError as exc:
                if loop.time() - logged_at >= _SILENT_S:
                    logged_at = loop.time()
                    _log.error("accept_failed", listener=self._name, reason=exc.strerror or str(exc))
                self._freed.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_PAUSE_S):
                        await self._freed.wait()
                continue
            connection = Connection(self, client, str(address[0]))
            if self._admit(connection):
                connection.opening = asyncio.ensure_future(self._open_up(connection, client))
            else:
                client.close()

    async def _open_up(self, connection: Connection, client: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        connection.client = None
        tls, limit = self._tls, HANDSHAKE_S if self._tls is not None else None
        try:
            await loop.connect_accepted_socket(lambda: connection, client, ssl=tls, ssl_handshake_timeout=limit)
        except OSError:  # the client left, or the TLS handshake failed: SSLError is an OSError
            connection.end()
        finally:
            connection.opening = None

    def _admit(self, connection: Connection) -> bool:
        if len(self._open) >= self._most:
            crowd = max(self._idle.values(), key=len, default=None)
            if (more := self._limit.let(self._name)) is not None:
                _log.warning("connection_limit_reached", listener=self._name, most=self._most, **more)
            if not crowd:
                return False
            next(iter(crowd)).end()
        self._open.add(connection)
        self._idle.setdefault(connection.address, {})[connection] = None
        return True

    def _leave_idle(self, connection: Connection) -> None:
        same = self._idle.get(connection.address)
        if same is not None:
            same.pop(connection, None)
            if not same:
                del self._idle[connection.address]
