"""Log lines are lost rather than waited for or failing the caller; lost lines are counted and reported."""

import errno
import io
import os
import threading
from collections.abc import Callable

import pytest

from driver.debugtools.log_writer import LogLines, lines_to

MOMENT = "2026-01-01T00:00:00.000000Z"


def line(number: int) -> str:
    return f"{MOMENT} info     line {number}"


class Stream:
    """A stream for log lines; ``fails`` lists the error of each write, or None."""

    def __init__(self, *fails: OSError | None) -> None:
        self.fails = list(fails)
        self.written = b""
        self.calls = threading.Semaphore(0)

    def write(self, data: bytes) -> int:
        error = self.fails.pop(0) if self.fails else None
        self.calls.release()
        if error is not None:
            raise error
        self.written += data[:7]
        return len(data[:7])

    @property
    def lines(self) -> list[str]:
        return self.written.decode().splitlines()


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EPIPE, errno.EIO, errno.EBADF])
def test_lines_that_cannot_be_written_are_counted_and_said_once(code: int) -> None:
    stream = Stream(OSError(code, "no"), OSError(code, "no"))
    lines = LogLines(stream.write)
    with lines.writing():
        for number in range(4):
            lines.put(line(number))
    assert stream.lines == [line(2)[:28] + "warning  2 log lines could not be written", line(2), line(3)]
    assert lines.lost == 2


def test_a_pipe_that_does_not_wait_for_its_reader_is_tried_again() -> None:
    stream = Stream(BlockingIOError(), BlockingIOError())
    lines = LogLines(stream.write)
    with lines.writing():
        lines.put(line(0))
        for _ in range(3):
            stream.calls.acquire()
    assert (stream.lines, lines.lost) == ([line(0)], 0)


def test_one_that_is_never_read_costs_the_lines_and_holds_up_nobody() -> None:
    reader, writer = os.pipe()
    begun = threading.Event()

    def write(data: bytes) -> int:
        begun.set()
        return os.write(writer, data * 20_000)

    lines = LogLines(write, max_waiting=2)
    with lines.writing():
        lines.put(line(0))
        begun.wait()
        for number in range(10):
            lines.put(line(number))
    assert lines.lost == 8
    os.close(reader)
    os.close(writer)


def test_a_pipe_that_stays_full_until_the_end_does_not_hold_up_the_end() -> None:
    def write(_data: bytes) -> int:
        raise BlockingIOError

    lines = LogLines(write)
    with lines.writing():
        lines.put(line(0))
    assert lines.lost == 1


def test_what_is_no_proper_text_is_written_all_the_same() -> None:
    stream = Stream()
    lines = LogLines(stream.write)
    with lines.writing():
        lines.put(f"{MOMENT} \ud83d")
    assert stream.lines == [f"{MOMENT} \\ud83d"]


def closed() -> io.TextIOWrapper:
    stream = io.TextIOWrapper(io.BytesIO())
    stream.close()
    return stream


@pytest.mark.parametrize("stream", [lambda: None, closed, io.StringIO])
def test_without_anything_to_write_to_nothing_is_lost(stream: Callable[[], io.TextIOWrapper | None]) -> None:
    lines = lines_to(stream())
    with lines.writing():
        lines.put(line(0))
    assert lines.lost == 0
