"""Starts the demo's environment: a fake Twilio with a trial account, and a driver with one phone."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

from driver.runtime.clock import Clock, sleep

READY_WITHIN = timedelta(seconds=20)
STOPPED_WITHIN_S = 5.0
GUARD_NUMBER = "+12015550101"


class EnvironmentFailedError(Exception):
    """A part of the environment did not start; the message names it and ends with the last lines of its log."""


@dataclass(frozen=True)
class Environment:
    """Addresses, numbers and process ids of the demo. Addresses have no trailing slash; tests may kill processes."""

    twilio_url: str
    twilio_number: str
    guard_number: str
    driver_url: str
    debug_url: str
    twilio_pid: int
    driver_pid: int


@asynccontextmanager
async def open_environment(folder: Path, clock: Clock) -> AsyncIterator[Environment]:
    """Start the fake, then the driver connected to it, both on free loopback ports; stop both at the end.

    Raises:
        EnvironmentFailedError: If the fake is not installed, or one of the two ends or is not ready in time.
    """
    if find_spec("fake_twilio") is None:
        raise EnvironmentFailedError("the fake Twilio is not installed: pip install 'twilio-sms-driver[demo]'")
    fake_ready, driver_ready = folder / "fake.json", folder / "driver.json"
    seed = ["--seed", str(_seed(folder))]
    serve = ["serve", *seed, "--port", "0", "--ready-file", str(fake_ready), "--log-level", "warning"]
    async with _process("fake_twilio", serve, folder) as fake_process:
        fake = await _ready("the fake Twilio", fake_process, fake_ready, log=folder / "fake_twilio.log", clock=clock)
        config = _configuration(folder, fake)
        run = ["run", "--config", str(config), "--ready-file", str(driver_ready)]
        async with _process("driver", run, folder) as driver_process:
            driver = await _ready("the driver", driver_process, driver_ready, log=folder / "driver.log", clock=clock)
            yield Environment(
                twilio_url=str(fake["base_url"]),
                twilio_number=str(fake["phone_number"]),
                guard_number=GUARD_NUMBER,
                driver_url=str(driver["dataserver_url"]),
                debug_url=str(driver["debugtools_url"]),
                twilio_pid=fake_process.pid,
                driver_pid=driver_process.pid,
            )


def _seed(folder: Path) -> Path:
    """Write the fake's seed: a trial account without a daily limit, so that people can keep exploring."""
    seed = folder / "seed.toml"
    seed.write_text(
        f"""
daily_trial_limit = 0

[[accounts]]
sid = "AC0123456789abcdef0123456789abcdef"
auth_token = "token-of-the-demonstration"
type = "Trial"
verified = ["{GUARD_NUMBER}"]
numbers = [{{ phone_number = "+12015550100" }}]
""",
        encoding="utf-8",
    )
    return seed


def _configuration(folder: Path, fake: dict[str, object]) -> Path:
    """Write the driver's configuration as an operator would, but with free ports."""
    token = folder / "token"
    token.touch(mode=0o600)
    token.write_text(str(fake["auth_token"]), encoding="utf-8")
    config = folder / "driver.toml"
    config.write_text(
        f"""
[twilio]
account_sid = "{fake["account_sid"]}"
auth_token_file = {json.dumps(str(token))}
base_url = "{fake["base_url"]}"

[receive]
mode = "poll"
poll_interval_s = 1.0

[dataserver]
port = 0

[store]
url = {json.dumps(f"sqlite:///{folder / 'driver.db'}")}

[internal]
debug_port = 0

[[phones]]
id = "guard-desk"
caption = "Guard desk"
external_phone_number = "{GUARD_NUMBER}"
twilio_phone_number = "{fake["phone_number"]}"
""",
        encoding="utf-8",
    )
    return config


@asynccontextmanager
async def _process(module: str, arguments: list[str], folder: Path) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run one of the two commands in its own process, isolated from this one's settings and terminal."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("TWILIO_", "SMS_DRIVER__"))}
    with (folder / f"{module}.log").open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", module, *arguments),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=folder,
            env=environment,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                async with asyncio.timeout(STOPPED_WITHIN_S):
                    await process.wait()
            except TimeoutError:
                process.kill()
                await process.wait()


async def _ready(
    what: str, process: asyncio.subprocess.Process, ready_file: Path, *, log: Path, clock: Clock
) -> dict[str, object]:
    """Wait for the ready file, which appears once every listener accepts requests."""
    deadline = clock.monotonic() + READY_WITHIN
    while not ready_file.exists():
        if process.returncode is not None or clock.monotonic() > deadline:
            state = "did not become ready" if process.returncode is None else f"ended with status {process.returncode}"
            words = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-5:]
            raise EnvironmentFailedError("\n".join([f"{what} {state}", *words]))
        await sleep(clock, timedelta(milliseconds=20))
    ready: dict[str, object] = json.loads(ready_file.read_text(encoding="utf-8"))
    return ready
