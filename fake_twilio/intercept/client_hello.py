"""Parsing the requested host name from a TLS client's first message."""

import asyncio

HANDSHAKE_RECORD = 0x16
"""The first byte of a TLS connection; no HTTP request begins with it."""

_CLIENT_HELLO = 1
_SERVER_NAME = 0
_HOST_NAME = 0


async def read_hello(reader: asyncio.StreamReader) -> bytes:
    """Return the rest of a client's first record, whose first byte has already been read."""
    head = await reader.readexactly(4)
    return head + await reader.readexactly(int.from_bytes(head[2:]))


def server_name(record: bytes) -> str:
    """Return the host name in a client's first record, or an empty string if there is none or it is malformed."""
    message = _Reader(record[5:])
    if message.number(1) != _CLIENT_HELLO:
        return ""
    hello = _Reader(message.vector(3))
    hello.take(2 + 32)  # version, random
    hello.vector(1)  # session
    hello.vector(2)  # cipher suites
    hello.vector(1)  # compression methods
    extensions = _Reader(hello.vector(2))
    while extensions:
        kind, content = extensions.number(2), _Reader(extensions.vector(2))
        if kind == _SERVER_NAME:
            names = _Reader(content.vector(2))
            return names.vector(2).decode("ascii", "replace") if names.number(1) == _HOST_NAME else ""
    return ""


class _Reader:
    """Reads bytes from the front; past the end, it returns none."""

    def __init__(self, rest: bytes) -> None:
        self._rest = rest

    def __bool__(self) -> bool:
        return bool(self._rest)

    def take(self, length: int) -> bytes:
        taken, self._rest = self._rest[:length], self._rest[length:]
        return taken

    def number(self, length: int) -> int:
        return int.from_bytes(self.take(length))

    def vector(self, length: int) -> bytes:
        """Return the bytes after a length field that is itself ``length`` bytes long."""
        return self.take(self.number(length))
