"""An HTTP proxy that redirects Twilio's hosts to the fake and refuses all others."""

import asyncio
import contextlib
import logging
import socket
from collections import Counter
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import urlsplit

from fake_twilio.intercept.client_hello import HANDSHAKE_RECORD, read_hello, server_name
from fake_twilio.intercept.hosts import allowed, is_twilio, split

HEAD_LIMIT = 65_536
"""Maximum number of bytes in a request's head."""

HEAD_WITHIN_S = 30.0
CONNECT_WITHIN_S = 10.0
MAX_REFUSALS = 100
"""Maximum number of distinct refused hosts that are counted."""

ACCESS_DENIED = bytes([0x15, 3, 3, 0, 2, 2, 49])
"""The TLS alert of that name."""

NAMELESS = "host-without-a-name"
"""Placeholder for the host of a TLS client that names none."""

_CHUNK = 65_536
_CONNECTED = b"HTTP/1.1 200 Connection established\r\n\r\n"
_HOP_HEADERS = (b"proxy-connection:", b"proxy-authorization:", b"connection:", b"keep-alive:")

_logger = logging.getLogger(__name__)

Address = tuple[str, int]


class _RefusedError(Exception):
    """The proxy refuses a request; the text is sent to the client."""

    def __init__(self, status: HTTPStatus, text: str) -> None:
        super().__init__(text)
        self.status = status


@dataclass(slots=True)
class Proxy:
    """Serves ``CONNECT host:port``, ``GET http://host/…``, and clients that mistake it for the host itself.

    A hook or a namespace redirects the latter here under the host's name: the name is in the first TLS message, or in
    the header ``Host``.

    Args:
        tls: address of the fake's TLS listener, to which Twilio's hosts are redirected.
        plain: address of the fake's plain listener, for ``http://`` URLs of Twilio's hosts.
        allow: other hosts that may be reached, as patterns for ``fake_twilio.intercept.hosts.allowed``.
    """

    tls: Address
    plain: Address
    allow: tuple[str, ...] = ()
    refused: Counter[str] = field(default_factory=Counter)
    connections: int = 0
    _server: asyncio.Server | None = None
    _further: list[asyncio.Server] = field(default_factory=list)
    _connections: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self, host: str, port: int) -> int:
        """Start listening, and return the port.

        Raises:
            OSError: if the address is unusable.
        """
        self._server = await asyncio.start_server(self._accept, host, port, limit=HEAD_LIMIT)
        bound: int = self._server.sockets[0].getsockname()[1]
        return bound

    async def listen_too(self, listener: socket.socket) -> None:
        """Serve the connections of an additional listening socket."""
        self._further.append(await asyncio.start_server(self._accept, sock=listener, limit=HEAD_LIMIT))

    async def stop(self) -> None:
        """Stop listening and close every connection."""
        for server in (self._server, *self._further):
            if server is not None:
                server.close()
        for task in list(self._connections):
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        task = asyncio.get_running_loop().create_task(self._serve(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = hello = b""
        try:
            async with asyncio.timeout(HEAD_WITHIN_S):
                start = await reader.readexactly(1)
                if start[0] == HANDSHAKE_RECORD:
                    hello = start + await read_hello(reader)
                else:
                    head = start + await reader.readuntil(b"\r\n\r\n")
            if hello:
                await self._join(
                    self._destination(server_name(hello) or NAMELESS, 443), hello, b"", reader=reader, writer=writer
                )
            else:
                await self._forward(head, reader, writer)
        except _RefusedError as exc:
            with contextlib.suppress(OSError):
                if writer.is_closing():
                    return
                writer.write(ACCESS_DENIED if hello else _answer(exc))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError) as exc:
            _logger.debug("proxy_connection_ended reason=%s", type(exc).__name__)
        finally:
            writer.close()

    async def _forward(self, head: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line, _, headers = head.partition(b"\r\n")
        try:
            method, target, version = line.decode("ascii").split(" ")
        except ValueError:
            raise _RefusedError(HTTPStatus.BAD_REQUEST, "this is not an HTTP request") from None
        if method == "CONNECT":
            await self._join(self._destination(target, 443), b"", _CONNECTED, reader=reader, writer=writer)
            return
        try:
            parts = urlsplit(target if not target.startswith("/") else f"http://{_host(headers)}{target}")
        except ValueError:
            raise _RefusedError(HTTPStatus.BAD_REQUEST, f"{target!r} is not a URL") from None
        if parts.scheme not in ("http", "https") or not parts.netloc:
            text = "this is the proxy of a fake Twilio; it accepts CONNECT, http:// and https:// URLs"
            raise _RefusedError(HTTPStatus.BAD_REQUEST, text)
        secure = parts.scheme == "https"
        authority = parts.netloc.rpartition("@")[2]
        address = self._destination(authority, 443 if secure else 80)
        if address == self.tls:
            # The request itself is readable here, whatever the scheme of its URL.
            address, secure = self.plain, False
        path = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        greeting = f"{method} {path} {version}\r\n".encode("ascii") + _end_to_end(headers)
        await self._join(address, greeting, b"", reader=reader, writer=writer, secure=secure)

    async def _join(
        self,
        address: Address,
        greeting: bytes,
        answer: bytes,
        *,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        secure: bool = False,
    ) -> None:
        """Connect to a destination, send ``greeting`` there and ``answer`` here, and forward all that follows."""
        try:
            async with asyncio.timeout(CONNECT_WITHIN_S):
                far_reader, far_writer = await asyncio.open_connection(*address, ssl=secure or None)
        except (OSError, TimeoutError) as exc:
            text = f"cannot connect to {address[0]}:{address[1]}: {str(exc) or 'no response'}"
            raise _RefusedError(HTTPStatus.BAD_GATEWAY, text) from None
        try:
            if writer.is_closing():
                return
            writer.write(answer)
            far_writer.write(greeting)
            await asyncio.gather(_copy(reader, far_writer), _copy(far_reader, writer))
        finally:
            far_writer.close()

    def _destination(self, authority: str, default_port: int) -> Address:
        """Return the destination of a request for this host and port.

        Raises:
            _RefusedError: if the host is not allowed.
        """
        try:
            host, port = split(authority, default_port)
        except ValueError as exc:
            raise _RefusedError(HTTPStatus.BAD_REQUEST, str(exc)) from None
        if is_twilio(host):
            return self.plain if port == 80 else self.tls
        if allowed(host, self.allow):
            return host, port
        if host in self.refused or len(self.refused) < MAX_REFUSALS:
            self.refused[host] += 1
        raise _RefusedError(HTTPStatus.FORBIDDEN, f"{host} is not Twilio; to allow it, add --proxy-allow {host}")


def _answer(refusal: _RefusedError) -> bytes:
    """Return the whole response; the status line contains the reason too, because most clients show only that."""
    reason = str(refusal).encode("ascii", "backslashreplace").replace(b"\r", b"").replace(b"\n", b" ")
    body = reason + b"\n"
    head = b"HTTP/1.1 %d %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    return head % (refusal.status, reason, len(body)) + body


def _host(headers: bytes) -> str:
    """Return the value of the header ``Host``."""
    found = next((line for line in headers.split(b"\r\n") if line.lower().startswith(b"host:")), b"")
    return found.partition(b":")[2].strip().decode("ascii", "replace")


def _end_to_end(headers: bytes) -> bytes:
    """Return a request's headers without proxy headers, plus one that closes the connection after the response."""
    kept = [line for line in headers.split(b"\r\n") if line and not line.lower().startswith(_HOP_HEADERS)]
    return b"\r\n".join([*kept, b"Connection: close", b"", b""])


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Forward bytes and then the end of the stream; an abrupt end is forwarded as such."""
    try:
        while chunk := await reader.read(_CHUNK):
            if writer.is_closing():
                # The receiver is gone, perhaps because it does not trust the certificate; uvloop refuses such a write.
                return
            writer.write(chunk)
            await writer.drain()
        if writer.can_write_eof() and not writer.is_closing():
            writer.write_eof()
    except ConnectionResetError:
        if isinstance(transport := writer.transport, asyncio.WriteTransport):
            transport.abort()
    except OSError:
        writer.close()
