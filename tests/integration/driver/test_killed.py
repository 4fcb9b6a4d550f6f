"""What a killed process leaves behind, with the real command, the real signal and the real clock."""

import os
import signal
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from driver.api.frames import EventFrame
from driver.client import DriverClient
from fake_twilio import FakeTwilio, Fault
from support.driver_process import process, write_config
from support.driver_site import REFUSED

pytestmark = pytest.mark.long


async def test_killed_between_the_attempts_it_makes_exactly_one_more(tmp_path: Path) -> None:
    async with FakeTwilio() as fake, aiohttp.ClientSession() as http:
        fake.faults.add(Fault(REFUSED, {"operation": "messages.create"}, times=None))
        config, ready = write_config(fake, tmp_path), tmp_path / "ready.json"

        def creates() -> int:
            return sum(exchange.operation == "messages.create" for exchange in fake.requests)

        async with process(config, ready) as (first, shown):
            driver = DriverClient(http, shown["dataserver_url"])
            execution = (await driver.command("guard", "Send Message", {"Message Content": "Fire"})).execution_id
            async with driver.events():
                while (await attempts(http, shown, execution))[-1:] != ["refused"]:
                    pass
            os.kill(first.pid, signal.SIGKILL)
            await first.wait()
        assert creates() == 1
        async with (
            process(config, ready) as (_, shown),
            DriverClient(http, shown["dataserver_url"]).events() as stream,
        ):
            while True:
                frame = await stream.receive(20)
                if isinstance(frame, EventFrame) and frame.event.name == "MessageFailed":
                    break
            assert await attempts(http, shown, execution) == ["refused", "refused"]
        assert creates() == 2


async def attempts(http: aiohttp.ClientSession, shown: dict[str, Any], execution: str) -> list[str]:
    found = await DriverClient(http, shown["dataserver_url"]).execution(execution)
    return [attempt.outcome for attempt in found.attempts]
