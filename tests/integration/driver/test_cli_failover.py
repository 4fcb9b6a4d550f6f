"""``sms-driver send`` and ``tail`` while one driver takes over from another; each is a separate process."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractContextManager, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from fake_twilio import FakeTwilio, Fault
from support.driver_process import process, write_config
from support.driver_site import REFUSED
from support.driver_two import Two, two

pytestmark = pytest.mark.long


@asynccontextmanager
async def sms_driver(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Run a command until the block ends."""
    command = [sys.executable, "-P", "-m", "driver", *arguments]
    running = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.send_signal(signal.SIGINT)
        await running.wait()


async def line(running: asyncio.subprocess.Process, words: str) -> str:
    """Return the next line that contains these words."""
    assert running.stdout is not None
    while words not in (found := (await running.stdout.readline()).decode()):
        assert found, f"it ended without {words!r}"
    return found


class Tail:
    """The output of ``tail --json``."""

    def __init__(self, running: asyncio.subprocess.Process) -> None:
        self._running = running
        self.frames: list[dict[str, Any]] = []

    async def until(self, fits: Any) -> None:
        assert self._running.stdout is not None
        while not (self.frames and fits(self.frames[-1])):
            self.frames.append(json.loads(await self._running.stdout.readline()))

    def states(self) -> list[str]:
        return [frame["properties"]["Connection State"] for frame in self.frames if frame["type"] == "failover"]


def is_event(name: str) -> Any:
    return lambda frame: frame.get("event", {}).get("name") == name


def both(pair: Two) -> list[str]:
    return ["--url", pair.active["dataserver_url"], "--url", pair.waiting["dataserver_url"], "--heartbeat", "1"]


@contextmanager
def killed(pair: Two) -> Iterator[None]:
    """Kill the active driver."""
    os.kill(pair.first.pid, signal.SIGKILL)
    yield


@pytest.mark.parametrize("gone", [killed, pytest.param(Two.suspended, marks=pytest.mark.release)])
async def test_a_text_and_its_events_are_followed_over_a_takeover(
    url: str, tmp_path: Path, gone: Callable[[Two], AbstractContextManager[None]]
) -> None:
    async with two(url, tmp_path) as pair, sms_driver("tail", "--json", *both(pair)) as tailing:
        tail = Tail(tailing)
        await tail.until(lambda frame: frame["type"] == "snapshot")
        async with sms_driver("send", *both(pair), "--phone", "guard", "Fire") as sending:
            await line(sending, "attempt 1: refused")
            with gone(pair):
                pair.fake.faults.clear()
                await pair.taken_over()
                await line(sending, "attempt 2: accepted")
                await line(sending, "delivered")
                assert await sending.wait() == 0
                await tail.until(is_event("MessageDelivered"))
        texts = [message.body for message in pair.fake.handset("+12015550101").messages]
        assert (texts, pair.creates()) == (["Fire"], 2)
        assert tail.states() == [
            "Initiated",
            "Connection Succeeded",
            "Disconnected",
            "Recovery Started",
            *["Initiated", "Connection Failed"],
            "Initiated",
            "Recovery to Failover",
        ]
        seqs = [frame["seq"] for frame in tail.frames if frame["type"] == "event"]
        assert seqs == list(range(seqs[0], seqs[0] + len(seqs))), "each once, and none is missing"
        [lost] = [frame for frame in tail.frames if frame["type"] == "lost"]
        assert {asset["status"] for asset in lost["assets"]} == {"No Communication"}


async def test_a_text_that_nobody_takes_over_is_named(tmp_path: Path) -> None:
    async with FakeTwilio() as fake:
        fake.faults.add(Fault(REFUSED, {"operation": "messages.create"}, times=None))
        config, ready = write_config(fake, tmp_path), tmp_path / "ready.json"
        async with process(config, ready) as (driver, shown):
            servers = ["--url", shown["dataserver_url"], "--url", "http://127.0.0.1:9", "--retries", "0"]
            waiting = [*servers, "--takeover-timeout", "1", "--phone", "guard", "Fire"]
            async with sms_driver("send", *waiting) as sending:
                await line(sending, "attempt 1: refused")
                driver.kill()
                assert await sending.wait() == 3
                assert sending.stderr is not None
                why = (await sending.stderr.read()).decode()
        assert "no driver is active" in why
        fake.faults.clear()
        async with process(config, ready) as (_, shown), aiohttp.ClientSession() as http:
            url = f"{shown['dataserver_url']}{why.split()[-1]}"
            async with http.get(url) as answer:
                assert (await answer.json())["parameters"] == {"Message Content": "Fire"}
