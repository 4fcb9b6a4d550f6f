"""Starts drivers as separate processes, quickly, and lets them kill themselves at a chosen point.

Importing everything takes a second, so one process imports it once and forks a child for each driver. A child counts
the points at which a crash could do harm (before and after each commit, before and after each request to send) and
kills itself with SIGKILL at the requested one.

Run as ``python -m support.driver_forks``: reads JSON commands from stdin, one per line, and answers each with one line.
"""

import asyncio
import functools
import itertools
import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from fake_twilio.clock import RealClock

EPOCH = datetime(2026, 1, 1, tzinfo=UTC)


class FastClock:
    """A clock shared by several processes that runs faster than the machine's."""

    def __init__(self, speed: float) -> None:
        self._real = RealClock()
        self._speed = speed

    def now(self) -> datetime:
        """Return the current fast time."""
        return EPOCH + (self._real.now() - EPOCH) * self._speed

    def monotonic(self) -> timedelta:
        """Return the fast time since a fixed moment."""
        return self.now() - EPOCH

    async def sleep_until(self, when: datetime) -> None:
        """Wait until a moment of the fast time."""
        await self._real.sleep_until(EPOCH + (when - EPOCH) / self._speed)
        while self.now() < when:
            await self._real.sleep_until(self._real.now() + timedelta(milliseconds=1))


def main() -> None:
    """Process commands until stdin ends."""
    for late in ("driver.app", "alembic.command"):
        import_module(late)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            os.setsid()
            _be_a_driver(order)
            os._exit(0)
        _say({"pid": child})
        _, status = os.waitpid(child, 0)
        _say({"killed": os.WIFSIGNALED(status)})


def _say(answer: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


def _be_a_driver(order: dict[str, Any]) -> None:
    points = itertools.count(1)
    _crash_at(order["kill_at"], points)
    asyncio.run(_run(order))


async def _run(order: dict[str, Any]) -> None:
    from driver.app import open_driver
    from driver.config.models import DriverConfig

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    config = DriverConfig.model_validate(order["config"])
    async with open_driver(config, clock=FastClock(order["speed"])) as running:
        ready = Path(order["ready"])
        ready.with_suffix(".new").write_text(running.dataserver_url)
        ready.with_suffix(".new").rename(ready)
        await stop.wait()


def _crash_at(chosen: int, points: Iterator[int]) -> None:
    """Wrap everything with external effects, so that the process dies at the chosen point."""
    from driver.gateway.client import TwilioGateway
    from driver.store.writer import Writer

    def point() -> None:
        if next(points) == chosen:
            os.kill(os.getpid(), signal.SIGKILL)

    def dangerous(original: Any) -> Any:
        @functools.wraps(original)
        async def wrapped(*args: Any, **kwargs: Any) -> Any:
            point()
            result = await original(*args, **kwargs)
            point()
            return result

        return wrapped

    setattr(Writer, "_together", dangerous(Writer._together))  # noqa: B010
    setattr(TwilioGateway, "send", dangerous(TwilioGateway.send))  # noqa: B010


class ForkServer:
    """The test's end of the pipe."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.kills = 0

    async def born(self, order: dict[str, Any]) -> int:
        """Start a driver, and return its process ID."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()
        return int((await self._answer())["pid"])

    async def ended(self) -> bool:
        """Wait until the driver has exited; True if it was killed."""
        killed = bool((await self._answer())["killed"])
        self.kills += killed
        return killed

    async def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = await self._process.stdout.readline()
        assert line, "the fork server is gone"
        answer: dict[str, Any] = json.loads(line)
        return answer


def command(*roots: Path) -> Sequence[str]:
    """Return how to start a fork server; ``roots`` go onto its path."""
    code = (
        f"import sys; sys.path[:0] = {[str(root) for root in roots]!r}; from support.driver_forks import main; main()"
    )
    return [sys.executable, "-c", code]
