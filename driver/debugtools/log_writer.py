"""Writes log lines to stderr without ever affecting the rest of the driver.

A separate thread writes them, and logging only queues a line. A reader that does not read (``| less``), a closed pipe
or a full disk costs log lines, but nothing waits for it or fails because of it. Lost lines are counted, and reported in
the log once lines can be written again.
"""

import os
import queue
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

#: Maximum number of lines waiting for a reader; further lines are lost.
MAX_WAITING = 10_000
#: Seconds before a full non-blocking pipe is tried again, and seconds to write the remaining lines at the end.
RETRY_S, CLOSE_S = 0.05, 1.0

Write = Callable[[bytes], int]
"""Writes bytes and returns how many were written, as ``os.write`` does."""


class LogLines:
    """Queues lines for a stream; without one, lines are discarded. ``lost`` counts the others that were not written."""

    def __init__(self, write: Write | None, *, max_waiting: int = MAX_WAITING) -> None:
        self._write = write
        self._waiting: queue.Queue[str | None] = queue.Queue(max_waiting)
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self.lost = self._reported = 0

    def put(self, line: str) -> None:
        """Queue a line. Never waits and never raises."""
        if self._write is None:
            return
        try:
            self._waiting.put_nowait(line)
        except queue.Full:
            self._lose()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write lines while the context lasts; at its end, write the queued lines if that is immediately possible."""
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
            unreported = self.lost - self._reported
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
            self.lost += 1


def lines_to(stream: TextIO | None) -> LogLines:
    """Return lines for an open stream; those for a closed one are discarded, as its number may be another file's."""
    try:
        number = stream.fileno() if stream is not None else None
    except (OSError, ValueError):
        number = None
    return LogLines(None if number is None else lambda data: os.write(number, data))
