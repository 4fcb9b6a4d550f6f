"""Listens to many event streams at once and does as little work as possible, so that the driver is what is measured.

    python benchmarks/stream_listeners.py URL COUNT --ready-file FILE --found FILE

It is ready once every stream has received its snapshot. On SIGTERM it writes its results: the number of event frames,
the number of streams that ended, and the delay from ``observedAt`` to arrival in milliseconds, as percentiles of all
frames and as the median of each event's last arrival.
"""

import argparse
import asyncio
import json
import os
import signal
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit
from uuid import uuid4

import uvloop

from driver.cli.whole_file import write_whole

SHARES = (50, 99, 100)


class Stream(asyncio.Protocol):
    """One WebSocket, without masks and without extensions."""

    def __init__(self, listeners: "Listeners") -> None:
        self._listeners = listeners
        self._buffer = bytearray()
        self._needed = 0
        self._is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Request the stream."""
        cast(asyncio.Transport, transport).write(self._listeners.request)

    def data_received(self, data: bytes) -> None:
        """Read the complete frames."""
        now = time.time()  # noqa: TID251 - the machine's clock, as ``observedAt``
        self._buffer += data
        if len(self._buffer) < self._needed:
            return
        data, at, self._needed = bytes(self._buffer), 0, 0
        if not self._is_open:
            at = data.find(b"\r\n\r\n") + 4
            self._is_open = at >= 4
        while self._is_open and len(data) - at >= 10:
            size, begin = data[at + 1] & 127, at + 2
            if size >= 126:
                wide = 2 if size == 126 else 8
                size, begin = int.from_bytes(data[begin : begin + wide]), begin + wide
            if len(data) < begin + size:
                self._needed = begin + size - at
                break
            self._listeners.take(data[begin : begin + size], now)
            at = begin + size
        del self._buffer[: at if self._is_open else 0]

    def connection_lost(self, exc: Exception | None) -> None:
        """Report that the stream ended."""
        self._listeners.end()


class Listeners:
    """All streams of one driver, and what arrived over them."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self.host, self.port = str(address.hostname), int(address.port or 0)
        self.request = (
            f"GET /api/events HTTP/1.1\r\nHost: {address.netloc}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        ).encode()
        self.snapshots = self.ended = 0
        self.waits: list[float] = []
        self._moments: dict[bytes, float] = {}
        self._last: dict[float, float] = {}
        self._changed = asyncio.Event()

    async def open(self, count: int) -> None:
        """Open ``count`` streams, 50 at a time, and return when each has received its snapshot."""
        loop = asyncio.get_running_loop()
        for first in range(0, count, 50):
            opened = min(50, count - first)
            for _ in range(opened):
                await loop.create_connection(lambda: Stream(self), self.host, self.port)
            while self.snapshots < first + opened:
                if self.ended:
                    raise SystemExit("a stream was dropped before its snapshot arrived")
                self._changed.clear()
                await self._changed.wait()

    def end(self) -> None:
        """Count the end of a stream."""
        self.ended += 1
        self._changed.set()

    def take(self, frame: bytes, now: float) -> None:
        """Record a frame."""
        if frame.startswith(b'{"type":"event"'):
            place = frame.rfind(b'"observedAt":"') + 14
            written = frame[place : place + 24]
            moment = self._moments.get(written)
            if moment is None:
                moment = self._moments[written] = datetime.fromisoformat(written.decode()).timestamp()
            self.waits.append(now - moment)
            self._last[moment] = now - moment
        elif frame.startswith(b'{"type":"snapshot"'):
            self.snapshots += 1
            self._changed.set()

    def found(self) -> dict[str, float]:
        """Return the results."""
        waits = sorted(self.waits) or [float("nan")]
        shares = {f"{share} %": waits[max(0, len(waits) * share // 100 - 1)] * 1000 for share in SHARES}
        last = statistics.median(self._last.values()) * 1000 if self._last else float("nan")
        return {"frames": len(self.waits), "ended": self.ended, "last": last, **shares}


async def main(url: str, count: int, ready: Path, *, found: Path) -> None:
    """Listen until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    listeners = Listeners(url)
    await listeners.open(count)
    write_whole({ready: json.dumps({"pid": os.getpid()})})
    await stop.wait()
    found.write_text(json.dumps(listeners.found()), encoding="utf-8")


@asynccontextmanager
async def listening(url: str, streams: int, folder: Path) -> AsyncIterator[dict[str, float]]:
    """Listen with a separate process until the block ends; its results are available then."""
    found: dict[str, float] = {}
    ready, written = folder / f"{uuid4().hex}.ready", folder / f"{uuid4().hex}.found"
    command = [__file__, url, str(streams), "--ready-file", str(ready), "--found", str(written)]
    running = await asyncio.create_subprocess_exec(sys.executable, *command)
    try:
        while not ready.exists():
            if running.returncode is not None:
                raise SystemExit("the listeners did not start")
            await asyncio.wait({asyncio.ensure_future(running.wait())}, timeout=0.05)
        yield found
    finally:
        if running.returncode is None:
            running.terminate()
        await running.wait()
        if written.exists():
            found.update(json.loads(written.read_text(encoding="utf-8")))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--found", type=Path, required=True)
    given = parser.parse_args()
    uvloop.run(main(given.url, given.count, given.ready_file, found=given.found))
