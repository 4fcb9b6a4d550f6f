"""Writes log lines to stderr without ever deciding about anything else.

A thread of its own writes them. Whoever logs only hands a line over: a reader that does not read (``| less``), a closed
pipe or a full disk costs log lines, and nothing waits for it or breaks on it. What was lost is counted, and said in the
log once lines can be written again.
"""

import os
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

#: Lines that may wait for a reader; more are lost.
MAX_WAITING = 10_000
#: Seconds until a pipe that does not wait for its reader is tried again, and to write what is left at the end.
RETRY_S, CLOSE_S = 0.05, 1.0

Write = Callable[[bytes], int]
"""Writes some bytes and returns how many, as ``os.write`` does."""


class LogLines:
    """Lines on their way to a stream; with nothing to write to, they go nowhere and none is lost."""

    def __init__(self, write: Write | None, *, max_waiting: int = MAX_WAITING) -> None:
        self._write = write
        self._waiting: queue.Queue[str | None] = queue.Queue(max_waiting)
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self._lost = self._reported = 0

    @property
    def lost(self) -> int:
        """How many lines could not be written since the start."""
        return self._lost

    def put(self, line: str) -> None:
        """Have a line written. Never waits, never raises."""
        if self._write is None:
            return
        try:
            self._waiting.put_nowait(line)
        except queue.Full:
            self._lose()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write while the context lasts; at its end what still waits is written, if that is possible right now."""
        if self._write is None:
            yield
            return
        thread = threading.Thread(target=self._run, args=(self._write,), name="log lines", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._closing.set()
            with suppress(queue.Full):
                self._waiting.put_nowait(None)
            thread.join(CLOSE_S)

    def _run(self, write: Write) -> None:
        while (line := self._waiting.get()) is not None:
            unreported = self._lost - self._reported
            notice = f"{line[:27]} warning  {unreported} log lines could not be written\n" if unreported else ""
            if self._written(write, (notice + line + "\n").encode(errors="backslashreplace")):
                self._reported += unreported
            else:
                self._lose()

    def _written(self, write: Write, data: bytes) -> bool:
        while data:
            try:
                data = data[write(data) :]
            except BlockingIOError:
                if self._closing.wait(RETRY_S):
                    return False
            except (OSError, ValueError):
                return False
        return True

    def _lose(self) -> None:
        with self._lock:
            self._lost += 1


def lines_to(stream: TextIO | None) -> LogLines:
    """Return lines to an open stream, or to nowhere if it is closed: its number may be another file's."""
    try:
        number = stream.fileno() if stream is not None else None
    except (OSError, ValueError):
        number = None
    return LogLines(None if number is None else lambda data: os.write(number, data))
