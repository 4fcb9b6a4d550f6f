"""Stores the newest log records in a file of limited size, so that they survive a restart.

There are two files: the one being written, and the previous one, whose name ends in ``.1``.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import Any

import orjson

#: Maximum size of each of the two files in bytes.
MAX_BYTES = 4 * 1024 * 1024


class LogFile:
    """An NDJSON file that only the driver's own account can read."""

    def __init__(self, path: Path, max_bytes: int = MAX_BYTES) -> None:
        self._path = path
        self._before = path.with_name(f"{path.name}.1")
        self._max_bytes = max_bytes
        self._size = 0
        self._number: int | None = None

    def newest(self, count: int) -> list[Mapping[str, Any]]:
        """Return the newest records, oldest first; truncated lines are skipped."""
        return list(islice(self._records(), count))[::-1]

    def _records(self) -> Iterator[Mapping[str, Any]]:
        for path in (self._path, self._before):
            with suppress(OSError):
                for line in reversed(path.read_bytes().splitlines()):
                    with suppress(orjson.JSONDecodeError):
                        record = orjson.loads(line)
                        if isinstance(record, dict):
                            yield record

    def write(self, data: bytes) -> int:
        """Write data, possibly only a part of it, and return the number of bytes written.

        Raises:
            OSError: The file cannot be written.
        """
        number = self._number
        if number is None or self._size + len(data) > self._max_bytes:
            number = self._begin(len(data))
        written = os.write(number, data)
        self._size += written
        return written

    def _begin(self, coming: int) -> int:
        self.close()
        with suppress(FileNotFoundError):
            if self._path.stat().st_size + coming > self._max_bytes:
                self._path.replace(self._before)
        number = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._number, self._size = number, os.fstat(number).st_size
        return number

    def close(self) -> None:
        """Close the file."""
        if self._number is not None:
            os.close(self._number)
            self._number = None
