"""Listens to many event streams at once and reads as little as it can, so that the driver is what is measured.

    python benchmarks/stream_listeners.py URL COUNT --ready-file FILE --found FILE

It is ready once every stream has its snapshot. At SIGTERM it writes what it found: how many frames of events came, how
many streams ended, and how long after ``observedAt`` the events arrived (shares of all frames, in milliseconds).
"""

import argparse
import asyncio
import json
import os
import signal
import time
from datetime import datetime
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

import uvloop

from driver.cli.whole_file import write_whole

SHARES = (50, 99, 100)


class Stream(asyncio.Protocol):
    """One WebSocket, without masks and without extensions."""

    def __init__(self, listeners: "Listeners") -> None:
        self._listeners = listeners
        self._buffer = b""
        self._is_open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the stream."""
        cast(asyncio.Transport, transport).write(self._listeners.request)

    def data_received(self, data: bytes) -> None:
        """Read the frames that are complete."""
        now = time.time()  # noqa: TID251 - the machine's clock, as ``observedAt``
        data = self._buffer + data if self._buffer else data
        at = 0
        if not self._is_open:
            at = data.find(b"\r\n\r\n") + 4
            self._is_open = at >= 4
        while self._is_open and len(data) - at >= 2:
            size, begin = data[at + 1] & 127, at + 2
            if size >= 126:
                wide = 2 if size == 126 else 8
                size, begin = int.from_bytes(data[begin : begin + wide]), begin + wide
            if len(data) < begin + size or begin > len(data):
                break
            self._listeners.take(data[begin : begin + size], now)
            at = begin + size
        self._buffer = data[at:] if self._is_open else data

    def connection_lost(self, exc: Exception | None) -> None:
        """Count the end of a stream."""
        self._listeners.ended += 1


class Listeners:
    """All streams of one driver, and what came over them."""

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
        self._changed = asyncio.Event()

    async def open(self, count: int) -> None:
        """Open so many streams, 50 at a time, and return when each has its snapshot."""
        loop = asyncio.get_running_loop()
        for first in range(0, count, 50):
            opened = min(50, count - first)
            for _ in range(opened):
                await loop.create_connection(lambda: Stream(self), self.host, self.port)
            while self.snapshots < first + opened:
                self._changed.clear()
                await self._changed.wait()

    def take(self, frame: bytes, now: float) -> None:
        """Take note of a frame."""
        if frame.startswith(b'{"type":"event"'):
            place = frame.rfind(b'"observedAt":"') + 14
            written = frame[place : place + 24]
            moment = self._moments.get(written)
            if moment is None:
                moment = self._moments[written] = datetime.fromisoformat(written.decode()).timestamp()
            self.waits.append(now - moment)
        elif frame.startswith(b'{"type":"snapshot"'):
            self.snapshots += 1
            self._changed.set()

    def found(self) -> dict[str, float]:
        """Return what came."""
        waits = sorted(self.waits) or [float("nan")]
        shares = {f"{share} %": waits[max(0, len(waits) * share // 100 - 1)] * 1000 for share in SHARES}
        return {"frames": len(self.waits), "ended": self.ended, **shares}


async def main(url: str, count: int, ready: Path, found: Path) -> None:
    """Listen until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    listeners = Listeners(url)
    await listeners.open(count)
    write_whole({ready: json.dumps({"pid": os.getpid()})})
    await stop.wait()
    found.write_text(json.dumps(listeners.found()), encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("url")
    parser.add_argument("count", type=int)
    parser.add_argument("--ready-file", type=Path, required=True)
    parser.add_argument("--found", type=Path, required=True)
    given = parser.parse_args()
    uvloop.run(main(given.url, given.count, given.ready_file, given.found))
