"""Both programs on a system without Unix-only features: they start, serve, do not reload, and stop when asked."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from fake_twilio import FakeTwilio
from support.driver_process import write_config

LIKE_WINDOWS = Path(__file__).parents[1] / "support" / "like_windows.py"
ROOT = Path(__file__).parents[2]
#: The simulation's substitute for Ctrl-Break.
SIGBREAK = signal.SIGURG
pytestmark = pytest.mark.long
ending = pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, SIGBREAK], ids=["TERM", "INT", "BREAK"])


@asynccontextmanager
async def program(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, str(LIKE_WINDOWS), *arguments),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, cwd=ROOT,
    )  # fmt: skip
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
            await running.wait()


async def started(running: asyncio.subprocess.Process, ready: Path) -> dict[str, Any]:
    assert running.stdout is not None
    assert running.stderr is not None
    assert await running.stdout.readline(), (await running.stderr.read()).decode()
    shown: dict[str, Any] = json.loads(ready.read_text())
    return shown


async def stopped(running: asyncio.subprocess.Process, number: signal.Signals) -> None:
    running.send_signal(number)
    _, err = await running.communicate()
    assert running.returncode == 0, err.decode()
    assert b"Traceback" not in err


@ending
async def test_the_driver_starts_and_stops(tmp_path: Path, number: signal.Signals) -> None:
    ready = tmp_path / "ready"
    async with FakeTwilio(port=0) as fake:
        config = write_config(fake, tmp_path)
        command = ("driver", "run", "--config", str(config), "--ready-file", str(ready))
        async with program(*command) as running, aiohttp.ClientSession() as http:
            shown = await started(running, ready)
            async with http.get(f"{shown['dataserver_url']}/healthz") as answer:
                assert answer.status == 200
            async with program(*command) as second:
                _, err = await second.communicate()
                assert second.returncode == 3
                assert b"another driver" in err, err.decode()
            await stopped(running, number)


@ending
async def test_the_fake_starts_and_stops(tmp_path: Path, number: signal.Signals) -> None:
    ready = tmp_path / "ready"
    command = ("fake_twilio", "serve", "--port", "0", "--tls-port", "0", "--proxy-port", "0")
    files = ("--ready-file", str(ready), "--data-dir", str(tmp_path), "--state", str(tmp_path / "state.json"))
    async with program(*command, *files) as running, aiohttp.ClientSession() as http:
        shown = await started(running, ready)
        async with http.get(f"{shown['base_url']}/_fake/v1/health") as answer:
            assert answer.status == 200
        await stopped(running, number)
    assert (tmp_path / "state.json").exists()


async def test_the_fake_runs_a_program() -> None:
    async with program("fake_twilio", "exec", "--", sys.executable, "-c", "raise SystemExit(7)") as running:
        _, err = await running.communicate()
        assert running.returncode == 7, err.decode()


async def test_isolation_is_refused_in_one_line() -> None:
    async with program("fake_twilio", "exec", "--isolate", "--", sys.executable, "-c", "pass") as running:
        _, err = await running.communicate()
        assert running.returncode == 2
        assert err.decode().splitlines()[-1] == (
            "Error: --isolate requires Linux: omit it, or run the whole command in a container."
        )


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "tests", ["tests/unit/driver", pytest.param("tests/unit/fake_twilio", marks=pytest.mark.release)]
)
async def test_the_unit_tests_pass(tests: str) -> None:
    options = (
        "-p",
        "support.like_windows",
        "-p",
        "no:cacheprovider",
        "--timeout-method=thread",
        "-q",
        "-x",
        "-m",
        "not node",
    )
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pytest", *options, "--ignore=tests/unit/fake_twilio/ui/test_store.py", tests),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tests")},
    )
    out, _ = await running.communicate()
    assert running.returncode == 0, out.decode()[-3000:]
