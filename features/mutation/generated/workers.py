"""A limited number of forked processes. Each reports its work through a pipe and is killed with its children."""

from __future__ import annotations

import contextlib
import os
import pickle
import selectors
import shutil
import signal
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest


@dataclass(frozen=True)
class Broken:
    """The report of a process that could not do its work."""

    why: str


@dataclass
class Worker:
    """A forked process that runs tests, and its report when done."""

    pid: int
    pipe: int
    deadline: float
    folder: Path
    done: Callable[[Any], None]
    received: bytearray = field(default_factory=bytearray)


class Workers:
    """At most ``limit`` parallel forked processes, each with its own folder for temporary files."""

    def __init__(self, limit: int, session: pytest.Session) -> None:
        self._limit = limit
        self._factory: Any = vars(session.config)["_tmp_path_factory"]
        self._selector = selectors.DefaultSelector()
        self._running: dict[int, Worker] = {}

    def start(self, work: Callable[[], object], done: Callable[[Any], None], limit_s: float) -> None:
        """Run ``work`` in a process; ``done`` receives its result, or ``None`` if it takes too long."""
        while len(self._running) >= self._limit:
            self._wait()
        folder = Path(tempfile.mkdtemp(prefix="mutant-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.setsid()
            os.close(reading)
            vars(self._factory)["_basetemp"] = folder  # the value of ``--basetemp`` for this process
            silence = os.open(os.devnull, os.O_RDWR)
            for stream in (0, 1, 2):
                os.dup2(silence, stream)
            with os.fdopen(writing, "wb") as answer:
                try:
                    answer.write(pickle.dumps(work()))
                except BaseException:  # noqa: BLE001 - whatever it is, the parent has to hear of it
                    answer.write(pickle.dumps(Broken(traceback.format_exc())))
            os._exit(0)
        os.close(writing)
        self._running[reading] = Worker(pid, reading, time.monotonic() + limit_s, folder, done)
        self._selector.register(reading, selectors.EVENT_READ)

    def finish(self) -> None:
        """Wait for all processes."""
        while self._running:
            self._wait()

    def _wait(self) -> None:
        now = time.monotonic()
        next_deadline = min(worker.deadline for worker in self._running.values())
        for key, _ in self._selector.select(max(0.0, next_deadline - now)):
            worker = self._running[key.fd]
            if data := os.read(worker.pipe, 1 << 20):
                worker.received += data
            else:
                self._end(worker)
        for worker in list(self._running.values()):
            if worker.deadline <= time.monotonic():
                worker.received.clear()
                self._end(worker)

    def stop(self) -> None:
        """Kill all running processes."""
        for worker in list(self._running.values()):
            self._bury(worker)

    def _end(self, worker: Worker) -> None:
        self._bury(worker)
        worker.done(pickle.loads(worker.received) if worker.received else None)  # noqa: S301 - our own process wrote it

    def _bury(self, worker: Worker) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)  # including the children that its tests have started
        os.waitpid(worker.pid, 0)
        self._selector.unregister(worker.pipe)
        os.close(worker.pipe)
        del self._running[worker.pipe]
        shutil.rmtree(worker.folder, ignore_errors=True)
