"""The file that preserves a fake's state across restarts: read at startup, written atomically after changes."""

import asyncio
import os
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from fake_twilio.clock import RealClock, monotonic
from fake_twilio.seed.text_files import decoded
from fake_twilio.web import json_text

EVERY_S = 1.0
"""Minimum number of seconds between writes."""

SHARE = 20
"""Maximum fraction of the time spent writing: a large state is written less often."""


class StateFileError(Exception):
    """The file is unusable; the message says why and what to do. The file is left unchanged."""


class StateFile:
    """Writes the result of ``take`` to a file whenever ``changed`` was called since the last write."""

    def __init__(self, path: Path, take: Callable[[], dict[str, Any]]) -> None:
        self._path = path
        self._take = take
        self._dirty = False
        self._task: asyncio.Task[None] | None = None

    def read(self) -> Any:
        """Return the content of the file, or None if it does not exist yet.

        Raises:
            StateFileError: if it cannot be read or is not JSON.
        """
        try:
            return json_text.loads(decoded(self._path.read_bytes()))
        except FileNotFoundError:
            return None
        except OSError as exc:
            raise StateFileError(f"{self._path}: {exc.strerror}") from None
        except ValueError as exc:
            raise self.damaged(str(exc)) from None

    def damaged(self, reason: str) -> StateFileError:
        """Return the error for unusable content."""
        return StateFileError(f"{self._path} is damaged: {reason}; it was not changed; to start afresh, move it away")

    def changed(self) -> None:
        """Mark the file as out of date."""
        self._dirty = True

    def start(self) -> None:
        """Start keeping the file up to date.

        Raises:
            StateFileError: if the file cannot be written.
        """
        self._write()
        self._task = asyncio.get_running_loop().create_task(self._keep())

    async def stop(self) -> None:
        """Write any remaining changes."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._dirty:
            self._write()

    async def _keep(self) -> None:
        clock = RealClock()
        pause = EVERY_S
        while True:
            await clock.sleep_until(clock.now() + timedelta(seconds=pause))
            if self._dirty:
                started = monotonic()
                self._write()
                pause = max(EVERY_S, SHARE * (monotonic() - started))

    def _write(self) -> None:
        """Write a temporary file and move it into place, so that the file is always complete."""
        self._dirty = False
        content = _written(self._take())
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor, name = tempfile.mkstemp(dir=self._path.parent, prefix=f".{self._path.name}-")
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(name).replace(self._path)
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as exc:
            raise StateFileError(f"{self._path} cannot be written: {exc.strerror}") from None


def _written(document: dict[str, Any]) -> bytes:
    """Return a document with one row per line, which people can read and compare."""
    parts = []
    for name, value in document.items():
        if isinstance(value, list) and value:
            text = b"[\n" + b",\n".join(map(json_text.dumps, value)) + b"\n]"
        else:
            text = json_text.dumps(value)
        parts.append(json_text.dumps(name) + b": " + text)
    return b"{\n" + b",\n".join(parts) + b"\n}\n"
