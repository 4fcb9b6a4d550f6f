"""Two drivers on one database: one is active, the other is on standby and takes over; on SQLite and PostgreSQL."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from driver.app import RunningDriver, failover
from driver.app.active import active_driver
from driver.domain.asset_events import FAILOVER_NOTICE
from driver.domain.outbound_message import OutboundMessage
from driver.domain.rules import EVENT_FIELDS
from driver.domain.send_result import Outcome
from fake_twilio import ManualClock
from support.driver_pair import Pair, open_pair
from support.driver_site import GUARD, MESSAGE, OURS, REFUSED


@pytest.fixture
async def pair(url: str, tmp_path: Path) -> AsyncIterator[Pair]:
    async with open_pair(tmp_path, url) as pair:
        yield pair


@pytest.fixture
async def sqlite_pair(tmp_path: Path) -> AsyncIterator[Pair]:
    async with open_pair(tmp_path, f"sqlite:///{tmp_path}/driver.db") as pair:
        yield pair


def role(running: RunningDriver) -> str:
    return "standby" if running.on_standby else "active"


async def frames(http: aiohttp.ClientSession, running: RunningDriver) -> list[dict[str, Any]]:
    async with http.ws_connect(f"{running.dataserver_url}/api/events") as socket:
        return [json.loads(message.data) async for message in socket]


async def test_one_is_active_and_the_other_says_that_it_waits(pair: Pair) -> None:
    async with pair.driver() as first, pair.driver() as second:
        assert (first.on_standby, second.on_standby) == (False, True)
        shown = await pair.ask(first, "/api/info")
        assert (shown["role"], shown["term"], shown["activeServerAddress"]) == ("active", 1, first.dataserver_url)
        shown = await pair.ask(second, "/api/info")
        assert (shown["role"], shown["term"], shown["activeServerAddress"]) == ("standby", 1, first.dataserver_url)
        assert shown["caption"] == "Twilio SMS"
        assert (await pair.client(second).health()).status == "ok"
        await pair.ask(first, "/readyz")


async def test_one_on_standby_on_sqlite_answers_nothing_else(sqlite_pair: Pair) -> None:
    pair = sqlite_pair
    async with pair.driver() as first, pair.driver() as second:
        shown = await pair.ask(second, "/readyz", 503)
        assert shown == {"status": "standby", "can": [], "reason": "another driver is active"}
        assert (await pair.ask(second, "/api/assets", 503))["code"] == "standby"
        (goodbye,) = await frames(pair.here.http, second)
        assert goodbye == {"type": "goodbye", "reason": "standby", "activeServerAddress": first.dataserver_url}


async def test_a_command_to_one_that_waits_on_sqlite_is_refused_and_told_where_to_go(sqlite_pair: Pair) -> None:
    pair = sqlite_pair
    async with pair.driver() as first, pair.driver() as second:
        refused = await pair.command(second, status=503)
        assert refused["code"] == "standby"
        assert f"use {first.dataserver_url}, or stop that one" in refused["detail"]
        assert "sms_driver_active 0.0" in await pair.client(second).metrics()
        async with pair.here.http.get(second.dataserver_url + "/") as answer:
            assert answer.status == 200
        await pair.here.clock.wait_idle()
        assert pair.here.creates() == 0


async def test_the_one_that_waits_asks_twilio_nothing(pair: Pair) -> None:
    async with pair.driver():
        await pair.here.clock.advance(30)
        alone = len(pair.here.fake.requests)
    pair.here.fake.reset()
    async with pair.driver(), pair.driver():
        await pair.here.clock.advance(30)
        assert len(pair.here.fake.requests) <= alone


async def test_a_clean_stop_hands_over_between_the_two_attempts(pair: Pair) -> None:
    pair.here.fault(REFUSED, times=None)
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(pair.driver())
        async with pair.driver() as second:
            execution = (await pair.command(first))["executionId"]
            await pair.here.clock.wait_idle()
            assert pair.here.creates() == 1
            await stack.aclose()
            await pair.here.clock.advance(1)
            assert not second.on_standby
            assert (await pair.client(second).info()).term == 2
            await pair.here.clock.advance(30)
            shown = await pair.ask(second, f"/api/executions/{execution}")
            assert [attempt["outcome"] for attempt in shown["attempts"]] == ["refused", "refused"]
            assert pair.here.creates() == 2
            assert (await pair.client(second).asset("guard")).status == "Fault"


async def test_the_second_goes_on_where_the_first_stopped(pair: Pair) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(pair.driver())
        async with pair.driver() as second:
            body = {**MESSAGE, "commandId": "once"}
            execution = (await pair.command(first, body))["executionId"]
            await pair.here.fake.handset(GUARD).send(OURS, "Coming")
            await pair.here.clock.advance(20)
            seq = (await frames_until_snapshot(pair, first))["seq"]
            await stack.aclose()
            await pair.here.clock.advance(1)
            assert (await pair.command(second, body))["executionId"] == execution
            await pair.here.clock.advance(60)
            assert pair.here.received() == ["Fire"]
            async with pair.here.http.ws_connect(f"{second.dataserver_url}/api/events?since=0") as socket:
                hello = json.loads((await socket.receive(5)).data)
                assert hello["seq"] >= seq
                seen = [json.loads((await socket.receive(5)).data) for _ in range(hello["seq"])]
            assert [frame["seq"] for frame in seen] == list(range(1, hello["seq"] + 1))
            assert [frame["event"]["name"] for frame in seen].count("Message Received") == 1


async def frames_until_snapshot(pair: Pair, running: RunningDriver) -> dict[str, Any]:
    async with pair.here.http.ws_connect(f"{running.dataserver_url}/api/events") as socket:
        while True:
            frame: dict[str, Any] = json.loads((await socket.receive(5)).data)
            if frame["type"] == "snapshot":
                return frame


async def test_one_that_sleeps_is_passed_over_and_writes_and_sends_nothing_when_it_wakes(pair: Pair) -> None:
    sleeping = ManualClock()
    pair.here.fault(REFUSED, times=1)
    async with pair.driver(sleeping) as first, pair.driver() as second:
        stream = await pair.here.http.ws_connect(f"{first.dataserver_url}/api/events")
        execution = (await pair.command(first))["executionId"]
        await sleeping.wait_idle()
        assert pair.here.creates() == 1
        await pair.here.clock.advance(9)
        assert role(second) == "standby"
        await pair.here.clock.advance(2)
        assert role(second) == "active"
        assert role(first) == "active", "it sleeps, so it cannot know yet"
        await pair.here.clock.advance(10)
        assert pair.here.received() == ["Fire"]
        refused = await pair.command(first, status=503)
        assert refused["code"] == "not_active"
        assert second.dataserver_url in refused["detail"]
        await sleeping.wait_idle()
        assert role(first) == "standby"
        said = [json.loads(message.data) async for message in stream]
        assert (said[-1]["type"], said[-1]["reason"]) == ("goodbye", "standby")
        shown = await pair.ask(second, f"/api/executions/{execution}")
        assert (shown["state"], pair.here.creates()) == ("succeeded", 2)
        assert (await pair.client(first).info()).term == 2


async def test_one_that_wakes_before_its_next_attempt_does_not_make_it(pair: Pair) -> None:
    sleeping = ManualClock()
    pair.here.fault(REFUSED, times=None)
    async with pair.driver(sleeping) as first, pair.driver() as second:
        await pair.command(first)
        await sleeping.wait_idle()
        await pair.here.clock.advance(30)
        assert not second.on_standby
        assert pair.here.creates() == 2
        await sleeping.advance(6)
        assert role(first) == "standby"
        assert pair.here.creates() == 2


async def test_one_that_falls_asleep_right_before_it_asks_twilio_asks_no_more(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeping, awake = ManualClock(), asyncio.Event()
    async with pair.driver(sleeping) as first, pair.driver() as second:
        gateway = first.services.gateway
        send, written_down = gateway.send, asyncio.Event()

        async def late(message: OutboundMessage, **more: Any) -> Outcome:
            written_down.set()
            await awake.wait()
            return await send(message, **more)

        monkeypatch.setattr(gateway, "send", late)
        execution = (await pair.command(first))["executionId"]
        await written_down.wait()
        await pair.here.clock.advance(60)
        assert role(second) == "active"
        assert pair.here.received() == ["Fire"], "it looked for the text in vain, and made the other attempt"
        sleeping.restart(at=pair.here.clock.now())
        awake.set()
        await sleeping.wait_idle()
        assert role(first) == "standby"
        assert pair.here.received() == ["Fire"]
        shown = await pair.ask(second, f"/api/executions/{execution}")
        assert (shown["state"], pair.here.creates()) == ("succeeded", 1)


async def test_a_takeover_is_told_and_on_record_and_a_first_start_is_none(pair: Pair) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(pair.driver())
        async with pair.driver() as second:
            await stack.aclose()
            await pair.here.clock.advance(1)
            pair.here.driver = second
            [shown] = await pair.here.events(FAILOVER_NOTICE)
            assert (shown["assetId"], shown["parameters"]) == (
                "twilio",
                {
                    "Server Address": second.dataserver_url,
                    "Previous Server Address": first.dataserver_url,
                    "Term": 2,
                },
            )
            assert set(shown["parameters"]) == set(EVENT_FIELDS[FAILOVER_NOTICE])
            audit = (await pair.ask(second, "/api/audit"))["items"]
            [line] = [line for line in audit if line["Device Type"] == "Failover Manager"]
            assert (line["Command/Status"], line["Action"], line["Computer"], line["Location"]) == (
                "Failover",
                f"Took over from {first.dataserver_url}",
                second.dataserver_url,
                "Twilio SMS",
            )


async def test_the_lead_is_taken_back_when_the_other_stops(pair: Pair) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(pair.driver())
        async with pair.driver() as second:
            await stack.aclose()
            await pair.here.clock.advance(1)
            async with AsyncExitStack() as again:
                third = await again.enter_async_context(pair.driver())
                assert third.on_standby
                await pair.command(second, {"command": "Mask"})
                await pair.here.clock.wait_idle()
                assert (await pair.client(second).info()).term == 2
                await again.aclose()
    async with pair.driver() as fourth:
        assert (await pair.client(fourth).info()).term == 3
        assert (await pair.client(fourth).asset("guard")).status == "Masked"


async def test_one_that_is_stopped_while_it_takes_over_stops(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    taking, go_on = asyncio.Event(), asyncio.Event()

    @asynccontextmanager
    async def slow(*given: Any) -> AsyncIterator[Any]:
        async with active_driver(*given) as services:
            taking.set()
            await go_on.wait()
            yield services

    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(pair.driver())
        async with AsyncExitStack() as other:
            second = await other.enter_async_context(pair.driver())
            assert (role(first), role(second)) == ("active", "standby")
            monkeypatch.setattr(failover, "active_driver", slow)
            await stack.aclose()
            moving = asyncio.ensure_future(pair.here.clock.advance(30))
            await taking.wait()
            moving.cancel()
            closing = asyncio.ensure_future(other.aclose())
            await asyncio.wait({closing}, timeout=0.05)
            go_on.set()
            await asyncio.wait_for(closing, 10)
