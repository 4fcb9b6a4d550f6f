"""Responses: a small value object for handlers, and the response that writes it in one call."""

from functools import cache
from http import HTTPStatus
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

from fake_twilio.web import json_text

REASONS = {status.value: status.phrase.upper() for status in HTTPStatus}
"""Reason phrases in capitals, as Twilio writes them."""

_EMPTY_STATUSES = frozenset({204, 304})
_DRAIN_ABOVE = 65_536


class Response:
    """A finished response: status, body, content type, additional headers."""

    __slots__ = ("body", "content_type", "headers", "status")

    def __init__(
        self,
        status: int,
        body: bytes = b"",
        content_type: str = "application/json",
        *,
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.status = status
        self.body = body
        self.content_type = content_type
        self.headers = headers


def head(response: Response, common: bytes, *, close: bool) -> bytes:
    """Return the status line and headers of a response; ``common`` has finished header lines, each ending in CR LF."""
    connection = b"close" if close else b"keep-alive"
    if response.headers:
        further = "".join(f"{name}: {value}\r\n" for name, value in response.headers)
        common += further.encode("latin-1", "replace")
    if response.status in _EMPTY_STATUSES:
        return b"%b%bConnection: %b\r\n\r\n" % (_status_line(response.status), common, connection)
    return b"%b%bContent-Type: %b\r\nContent-Length: %d\r\nConnection: %b\r\n\r\n" % (
        _status_line(response.status),
        common,
        response.content_type.encode("latin-1", "replace"),
        len(response.body),
        connection,
    )


@cache
def _status_line(status: int) -> bytes:
    return f"HTTP/1.1 {status} {REASONS.get(status, 'UNKNOWN')}\r\n".encode("ascii")


class WireResponse(web.StreamResponse):
    """A response whose bytes are ready.

    It is written in one call, which keeps the fake as fast as an empty handler.

    With ``cut``, only that many bytes are written before the connection is dropped, for faults that break responses.
    """

    def __init__(self, response: Response, common: bytes = b"", cut: int | None = None) -> None:
        # The base class would build an unused header map for every response.
        self._response = response
        self._common = common
        self._cut = cut
        self._status = response.status
        self._reason = REASONS.get(response.status, "UNKNOWN")

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Write the whole response; nothing is left for ``write_eof``."""
        if self._eof_sent:
            return None
        response = self._response
        self._eof_sent = True
        self._keep_alive = request.keep_alive
        transport = request.transport
        if transport is None or transport.is_closing():
            raise ConnectionResetError("the client is gone")
        data = head(response, self._common, close=not self._keep_alive)
        if request.method != "HEAD" and response.status not in _EMPTY_STATUSES:
            data += response.body
        if self._cut is not None:
            transport.write(data[: len(data) - len(response.body) + self._cut])
            transport.close()
            self._keep_alive = False
            return None
        transport.write(data)
        self._body_length = len(response.body)
        if len(data) > _DRAIN_ABOVE:
            await request.writer.drain()
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Do nothing: the whole response has been written."""

    def __bool__(self) -> bool:
        return True

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class Dropped(web.StreamResponse):
    """No response at all: the connection is reset."""

    def __init__(self) -> None:
        super().__init__()
        self._keep_alive = False

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter | None:
        """Abort the connection without writing anything."""
        self._eof_sent = True
        if request.transport is not None:
            request.transport.abort()
        return None

    async def write_eof(self, data: bytes = b"") -> None:
        """Write nothing."""


def json_response(status: int, document: Any) -> Response:
    """Return a response with compact JSON, for the control API."""
    return Response(status, json_text.dumps(document), "application/json")
