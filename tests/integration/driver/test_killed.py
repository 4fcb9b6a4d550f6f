"""What a killed process leaves behind, with the real command, the real signal and the real clock."""

import json
import os
import signal
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from fake_twilio import FakeTwilio, Fault
from support.driver_process import process, write_config
from support.driver_site import MESSAGE, REFUSED

pytestmark = pytest.mark.long


async def test_killed_between_the_attempts_it_makes_exactly_one_more(tmp_path: Path) -> None:
    async with FakeTwilio() as fake, aiohttp.ClientSession() as http:
        fake.faults.add(Fault(REFUSED, {"operation": "messages.create"}, times=None))
        config, ready = write_config(fake, tmp_path), tmp_path / "ready.json"

        def creates() -> int:
            return sum(exchange.operation == "messages.create" for exchange in fake.requests)

        async with process(config, ready) as (first, shown):
            async with http.post(f"{shown['dataserver_url']}/api/assets/guard/commands", json=MESSAGE) as answer:
                execution = (await answer.json())["executionId"]
            async with http.ws_connect(f"{shown['dataserver_url']}/api/events"):
                while (await attempts(http, shown, execution))[-1:] != ["refused"]:
                    pass
            os.kill(first.pid, signal.SIGKILL)
            await first.wait()
        assert creates() == 1
        async with (
            process(config, ready) as (_, shown),
            http.ws_connect(f"{shown['dataserver_url']}/api/events") as events,
        ):
            while True:
                frame = json.loads((await events.receive(20)).data)
                if frame["type"] == "event" and frame["event"]["name"] == "MessageFailed":
                    break
            assert await attempts(http, shown, execution) == ["refused", "refused"]
        assert creates() == 2


async def attempts(http: aiohttp.ClientSession, shown: dict[str, Any], execution: str) -> list[str]:
    async with http.get(f"{shown['dataserver_url']}/api/executions/{execution}") as answer:
        return [attempt["outcome"] for attempt in (await answer.json())["attempts"]]
