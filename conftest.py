"""What every test session shares: the harness that plays feature files, its steps, and programs that Ctrl-C stops."""

import gc
import os
import shutil
import signal
from importlib.util import find_spec
from pathlib import Path

if _missing := [name for name in ("pytest_bdd", "pytest_asyncio", "pytest_timeout", "aiohttp") if not find_spec(name)]:
    raise SystemExit(f"ERROR: {', '.join(_missing)} not found: run `make dev`, then `.venv/bin/pytest`")

# Reading tests makes many objects and no garbage, and each look for some would visit them all.
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
if find_spec("hypothesis"):  # those who only write features have none
    pytest_plugins.append("support.any_machine")


MEMORY = Path("/dev/shm")  # noqa: S108 - the system's memory file system, where it has one
"""Where tests keep their files: drivers commit thousands of times, and a disk makes each commit wait."""

ROOM_BYTES = 4 * 1024**3


def pytest_configure() -> None:
    """Keep files of tests in memory where there is room, and take SIGINT again where a shell had it ignored.

    A shell does so for what it runs in the background, and every program that a test starts from there inherits it.
    """
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    """Look for garbage again, but not among what was read."""
    gc.freeze()
    gc.enable()
