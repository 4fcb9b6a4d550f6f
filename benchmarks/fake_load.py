"""A load-generating client with many connections; it sends raw bytes, so that the server is the bottleneck."""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import cast
from urllib.parse import urlencode

ACCOUNT, TOKEN = "AC0123456789abcdef0123456789abcdef", "fake0auth0token0for0local0tests0"
BASE = f"/2010-04-01/Accounts/{ACCOUNT}/Messages"
_AUTHORIZATION = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()


@dataclass(frozen=True)
class Load:
    """Results of a load: responses a second, and latencies in milliseconds."""

    rate: float
    p50: float
    p99: float
    errors: int


def resident_megabytes(process: int | str = "self") -> float:
    """Return the resident memory of a process; 0 where the system does not report it."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 1e6


def post(number: int, **more: str) -> bytes:
    """Return a request that creates a message."""
    form = {"To": f"+1201555{100 + number % 100:04d}", "From": "+12015550100", "Body": f"Door {number} is open", **more}
    if form["To"] == form["From"]:
        form["To"] = "+12015550199"
    body = urlencode(form).encode()
    return _request("POST", f"{BASE}.json", body)


def get(path: str) -> bytes:
    """Return a request that fetches a path below the account's messages."""
    return _request("GET", f"{BASE}{path}", b"")


def _request(method: str, path: str, body: bytes) -> bytes:
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {_AUTHORIZATION}\r\n"
        f"Accept: application/json\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Connection(asyncio.Protocol):
    """One connection that sends the next request as soon as the last one is answered."""

    def __init__(self, make: Callable[[], bytes | None], latencies: list[float], errors: list[bytes]) -> None:
        self._make = make
        self._latencies = latencies
        self._errors = errors
        self._buffer = b""
        self._sent = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return
        start = self._buffer.find(b"Content-Length: ", 0, end)
        length = int(self._buffer[start + 16 : self._buffer.find(b"\r", start)])
        if len(self._buffer) < end + 4 + length:
            return
        self._latencies.append(perf_counter() - self._sent)
        if not self._buffer.startswith(b"HTTP/1.1 2"):
            self._errors.append(self._buffer)
        self._buffer = b""
        self._send()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        request = self._make()
        if request is None:
            self._transport.close()
            return
        self._sent = perf_counter()
        self._transport.write(request)


async def run(port: int, connections: int, seconds: float, *, make: Callable[[int], bytes], count: int = 0) -> Load:
    """Send requests for a while, or ``count`` of them, and return the results."""
    latencies: list[float] = []
    errors: list[bytes] = []
    started = perf_counter()
    made = 0

    def following() -> bytes | None:
        nonlocal made
        if (count and made >= count) or (not count and perf_counter() - started >= seconds):
            return None
        made += 1
        return make(made)

    loop = asyncio.get_running_loop()
    opened = [
        await loop.create_connection(lambda: _Connection(following, latencies, errors), "127.0.0.1", port)
        for _ in range(connections)
    ]
    await asyncio.gather(*(protocol.done for _, protocol in opened))
    took = perf_counter() - started
    latencies.sort()
    size = len(latencies)
    if errors:
        print("first error:", errors[0][:400])
    return Load(size / took, latencies[size // 2] * 1000, latencies[int(size * 0.99)] * 1000, len(errors))
