"""Runs a program as on Windows, as far as that can be simulated: ``python like_windows.py MODULE ARGUMENTS``.

Modules that programs import first are imported unchanged. After that, the event loop accepts no signals, Unix-only
modules and functions are missing, files are locked by ``msvcrt``, and ``sys.platform`` is ``win32``.
"""

import asyncio
import importlib
import importlib.abc
import os
import runpy
import signal
import sys
import types
from typing import Any

ABSENT = frozenset({"fcntl", "resource", "pwd", "grp", "termios", "tty", "uvloop", "readline"})
NO_SIGNALS = ("SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGCHLD")
NO_CALLS = ("fork", "getpgrp", "tcgetpgrp", "getuid", "geteuid", "O_NOCTTY", "O_CLOEXEC", "O_NOFOLLOW", "O_DIRECTORY")
FIRST = ("aiohttp", "click", "sqlalchemy.ext.asyncio", "aiosqlite", "alembic", "structlog", "rich.console", "trustme",
         "prometheus_client", "pydantic", "twilio.rest", "subprocess", "tempfile", "multiprocessing",
         "concurrent.futures", "zoneinfo")  # fmt: skip


class _Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name: str, _path: object, _target: object = None) -> None:
        if name in ABSENT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def _msvcrt() -> types.ModuleType:
    import fcntl

    made: Any = types.ModuleType("msvcrt")
    made.LK_NBLCK = 2

    def locking(descriptor: int, _mode: int, _count: int) -> None:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1)
        except BlockingIOError:
            raise PermissionError(13, "Permission denied") from None

    made.locking = locking
    return made  # type: ignore[no-any-return]


def _refuse(*_arguments: object) -> None:
    raise NotImplementedError


def pretend() -> None:
    """Make this process look like one on Windows."""
    for name in FIRST:
        try:
            importlib.import_module(name)
        except ImportError:
            continue
    sys.modules["msvcrt"] = _msvcrt()
    for name in ABSENT:
        sys.modules.pop(name, None)
    sys.meta_path.insert(0, _Absent())
    loop = asyncio.SelectorEventLoop
    loop.add_signal_handler = loop.remove_signal_handler = _refuse  # type: ignore[assignment]
    signal.SIGBREAK = signal.SIGURG  # type: ignore[attr-defined] # a signal that nothing else uses
    for name in NO_SIGNALS:
        delattr(signal, name)
    for name in NO_CALLS:
        if hasattr(os, name):
            delattr(os, name)
    sys.platform = "win32"


def pytest_sessionstart() -> None:
    """Start the simulation as soon as pytest itself has started: ``pytest -p support.like_windows``."""
    pretend()


def main() -> None:
    """Run a module with the remaining arguments."""
    pretend()
    module = sys.argv[1]
    sys.argv = [module, *sys.argv[2:]]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
