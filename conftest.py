"""Shared setup of all test sessions: the feature file harness, its steps, and programs that stop on Ctrl-C."""

import gc
import os
import shutil
import signal
from importlib.util import find_spec
from pathlib import Path

if _missing := [name for name in ("pytest_bdd", "pytest_asyncio", "pytest_timeout", "aiohttp") if not find_spec(name)]:
    raise SystemExit(f"ERROR: {', '.join(_missing)} not found: run `make dev`, then `.venv/bin/pytest`")

# Collecting tests creates many objects but no garbage, and each garbage collection would scan them all.
gc.disable()

pytest_plugins = [
    "harness.plugin",
    "harness.takeovers",
    "harness.report.result_collector",
    "harness.report.report_files",
    "harness.fixtures",
    "support.interpreters",
    "steps.assets",
    "steps.commands",
    "steps.driver",
    "steps.events",
    "steps.handsets",
    "steps.receipts",
    "steps.records",
    "steps.tables",
    "steps.time",
    "steps.twilio",
]
if find_spec("hypothesis"):  # not installed for authors of features only
    pytest_plugins.append("support.any_machine")


MEMORY = Path("/dev/shm")  # noqa: S108 - the system's memory file system, where it has one
"""Folder for test files where available: drivers commit thousands of times, and a disk slows down each commit."""

ROOM_BYTES = 4 * 1024**3


def pytest_configure() -> None:
    """Keep test files in memory if there is enough space, and restore SIGINT if the shell ignores it.

    A shell ignores it for background jobs, and every program that a test starts from there inherits this.
    """
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Enable garbage collection again, except for objects from the collection of tests."""
    gc.freeze()
    gc.enable()
