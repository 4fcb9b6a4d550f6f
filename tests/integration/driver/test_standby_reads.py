"""A driver on standby on PostgreSQL serves reads, pages and event streams like the active one."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

import driver
from driver.app import RunningDriver
from driver.client import DriverClient
from driver.errors import NotReachableError, StartError
from fake_twilio import ManualClock
from harness.driver.database import administer
from support.driver_database import postgres_server
from support.driver_pair import Pair, open_pair
from support.driver_site import GUARD, OURS, REFUSED, settings, site

pytestmark = pytest.mark.postgresql
LISTS = ("assets", "systems", "alarms", "alarms/history", "messages", "deadletters", "audit", "queue")
CAN = ["read", "stream", "command", "webhook"]


@pytest.fixture
async def pair(server: str, tmp_path: Path) -> AsyncIterator[Pair]:
    async with open_pair(tmp_path, server) as pair:
        yield pair
    await administer(server, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


async def items(pair: Pair, running: RunningDriver, path: str) -> Any:
    return (await pair.ask(running, path))["items"]


@asynccontextmanager
async def stream(pair: Pair, running: RunningDriver, **query: Any) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
    async with pair.here.http.ws_connect(f"{running.dataserver_url}/api/events", params=query) as socket:
        yield socket


async def frame(socket: aiohttp.ClientWebSocketResponse) -> Any:
    return await socket.receive_json(timeout=10)


async def rest(socket: aiohttp.ClientWebSocketResponse) -> list[Any]:
    return [message.json() async for message in socket]


async def test_every_list_is_the_one_of_the_active_driver(pair: Pair) -> None:
    async with pair.driver() as first, pair.driver() as second, pair.driver() as third:
        pair.here.fault(REFUSED, times=2)
        execution = (await pair.command(first))["executionId"]
        await pair.here.clock.advance(30)
        await pair.command(first, {"command": "Mask"})
        await pair.here.fake.handset(GUARD).send(OURS, "Coming")
        await pair.here.clock.advance(20)
        pair.here.fault(REFUSED, times=1)
        await pair.command(first)
        await pair.here.clock.wait_idle()
        for path in LISTS:
            expected = await items(pair, first, f"/api/{path}")
            assert expected or path == "alarms", path
            assert await items(pair, second, f"/api/{path}") == expected, path
            assert await items(pair, third, f"/api/{path}") == expected, path
        for path in (
            f"/api/executions/{execution}",
            "/api/assets/guard",
            "/api/tables/asset",
            "/api/alarms/statistics",
        ):
            assert await pair.ask(second, path) == await pair.ask(first, path), path
        assert (await pair.client(second).asset("guard")).status == "Masked"


async def test_a_stream_has_the_same_events_under_the_same_numbers(pair: Pair) -> None:
    async with (
        pair.driver() as first,
        pair.driver() as second,
        stream(pair, first) as there,
        stream(pair, second) as here,
    ):
        assert await frame(here) == await frame(there)  # hello: the same instance and history
        snapshots = [await frame(each) for each in (there, here)]
        assert snapshots[0] == snapshots[1]
        await pair.command(first)
        await pair.here.clock.wait_idle()
        await pair.command(first, {"command": "Mask"})
        for _ in range(2):
            assert await frame(here) == await frame(there)


async def test_a_client_moves_between_drivers_without_missing_or_doubling_an_event(pair: Pair) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(pair.driver())
        async with pair.driver() as second, pair.driver() as third:
            async with stream(pair, second) as socket:
                history = (await frame(socket))["historyId"]
                seen = [(await frame(socket))["seq"]]
                await pair.command(first, {"command": "Mask"})
                seen.append((await frame(socket))["seq"])
            await pair.command(first, {"command": "Reset"})
            async with stream(pair, third, since=seen[-1], history=history) as socket:
                assert (await frame(socket))["historyId"] == history
                seen.append((await frame(socket))["seq"])
                await stack.aclose()
                await pair.here.clock.advance(1)
                frames = await rest(socket)
                seen += [each["seq"] for each in frames if each["type"] == "event"]
                assert (frames[-1]["type"], frames[-1]["reason"]) == ("goodbye", "takeover")
            active = third if second.on_standby else second
            waiting = second if second.on_standby else third
            assert (await pair.client(waiting).info()).active_server_address == active.dataserver_url
            async with stream(pair, waiting, since=seen[-1], history=history) as socket:
                hello = await frame(socket)
                assert hello["historyId"] != history
                while seen[-1] < hello["seq"]:
                    shown = await frame(socket)
                    assert shown["type"] == "event", shown
                    seen.append(shown["seq"])
                await pair.command(active, {"command": "Mask"})
                seen.append((await frame(socket))["seq"])
            assert seen == list(range(seen[0], seen[0] + len(seen)))


async def test_a_lost_notification_costs_time_and_no_event(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pair.driver() as first, pair.driver() as second, stream(pair, second) as socket:
        _, snapshot = await frame(socket), await frame(socket)
        first.services.store._writer._notify = None
        await pair.command(first, {"command": "Mask"})
        await pair.here.clock.advance(2)
        assert (await frame(socket))["seq"] == snapshot["seq"] + 1


async def test_one_that_lost_its_connection_listens_again(pair: Pair) -> None:
    async with pair.driver() as first, pair.driver() as second, stream(pair, second) as socket:
        _, snapshot = await frame(socket), await frame(socket)
        ended = (
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE 'LISTEN %'"
            " AND datname = current_database()"
        )
        await administer(pair.config.store.url, ended)
        await pair.here.clock.advance(2)
        for number in (1, 2):
            await pair.command(first, {"command": "Mask" if number == 1 else "Reset"})
            assert (await frame(socket))["seq"] == snapshot["seq"] + number


async def test_imported_assets_are_shown(pair: Pair) -> None:
    async with pair.driver() as first, pair.driver() as second:
        before = (await pair.client(second).info()).project_hash
        yard = b"AssetId,AssetType,Caption\nyard,Phone,Yard\n"
        await DriverClient(pair.here.http, first.dataserver_url).import_table("asset", yard)
        assert (await pair.client(second).asset("yard")).caption == "Yard"
        assert await items(pair, second, "/api/assets") == await items(pair, first, "/api/assets")
        after = (await pair.client(second).info()).project_hash
        assert before != after == (await pair.client(first).info()).project_hash


async def test_a_reloaded_configuration_is_shown(pair: Pair, tmp_path: Path) -> None:
    more = [*pair.config.model_dump()["phones"], {"id": "yard", "caption": "Yard"}]
    wanted = settings(
        pair.here.fake, tmp_path, store={"url": pair.config.store.url}, failover={"enabled": True}, phones=more
    )
    async with pair.driver() as first, pair.driver() as second, stream(pair, second) as socket:
        _, snapshot = await frame(socket), await frame(socket)
        for running in (first, second):
            await running.reload(wanted)
            assert (await pair.client(running).asset("yard")).caption == "Yard"
        await pair.command(first, {"command": "Mask"})
        assert (await frame(socket))["seq"] == snapshot["seq"] + 1, "its streams go on"


async def test_each_says_what_it_can_do_and_who_is_active(pair: Pair) -> None:
    async with pair.driver() as first, pair.driver() as second:
        ready = await pair.ask(first, "/readyz")
        assert ready == {
            "status": "ready",
            "can": [*CAN, "send"],
            "twilio": "connected",
        }
        waits = await pair.ask(second, "/readyz")
        assert (waits["status"], waits["can"], waits["twilio"]) == ("standby", CAN, "connected")
        assert waits["reason"] == f"the driver at {first.dataserver_url} is active"
        info = await pair.ask(second, "/api/info")
        assert (info["role"], info["activeServerAddress"]) == ("standby", first.dataserver_url)
        assert info["instanceId"] == (await pair.client(first).info()).instance_id
        assert (await pair.client(second).health()).status == "ok"


async def test_one_that_wakes_up_after_a_takeover_does_not_say_that_it_is_active(pair: Pair) -> None:
    sleeping = ManualClock()
    async with pair.driver(sleeping) as first, pair.driver() as second:
        await pair.here.clock.advance(12)
        assert not second.on_standby
        sleeping.restart(at=pair.here.clock.now())
        roles = [(await pair.client(each).info()).role for each in (first, second)]
        assert roles == ["standby", "active"]
        actives = []
        for each in (first, second):
            metrics = await pair.client(each).metrics()
            actives += [line for line in metrics.splitlines() if line.startswith("sms_driver_active ")]
        assert actives == ["sms_driver_active 0.0", "sms_driver_active 1.0"]


async def test_one_of_another_version_refuses_to_join(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pair.driver() as first:
        monkeypatch.setattr("driver.__version__", "99.0")
        with pytest.raises(StartError) as refused:
            async with pair.driver():
                pass
        (line,) = str(refused.value).splitlines()
        assert f"the active driver at {first.dataserver_url} has version" in line
        assert "this driver has 99.0" in line


async def test_one_that_waits_serves_nothing_while_the_active_one_has_another_version(pair: Pair) -> None:
    async with pair.driver(), pair.driver() as second:
        await administer(pair.config.store.url, "UPDATE leadership SET version = '99.0'")
        await pair.here.clock.advance(1)
        said = await pair.ask(second, "/api/assets", 503)
        assert (said["code"], "has version 99.0, but this driver has" in said["detail"]) == ("standby", True)
        await administer(pair.config.store.url, f"UPDATE leadership SET version = '{driver.__version__}'")
        await pair.here.clock.advance(1)
        assert (await pair.ask(second, "/readyz"))["can"] == CAN


async def test_one_of_another_schema_refuses_to_join(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    async with pair.driver():
        monkeypatch.setattr("driver.store.migration.HEAD", "9999")
        with pytest.raises(StartError) as refused:
            async with pair.driver():
                pass
        (line,) = str(refused.value).splitlines()
        assert "has schema" in line
        assert "this driver has 9999" in line


async def test_one_whose_database_is_away_says_so_and_comes_back(tmp_path: Path) -> None:
    with postgres_server() as own:
        async with site(tmp_path, start=False) as here:
            pair = Pair(here, settings(here.fake, tmp_path, store={"url": own.url}, failover={"enabled": True}))
            async with pair.driver() as first, pair.driver() as second:
                own.stop()
                try:
                    for path in ("/api/assets", "/api/messages"):
                        shown = await pair.ask(second, path, 503)
                        assert shown["code"] == "store_unavailable"
                        assert shown["detail"].startswith("the database cannot be read now: ")
                    assert (await pair.client(second).info()).role == "standby"
                    shown = await pair.ask(second, "/readyz", 503)
                    assert (shown["status"], shown["can"]) == ("store unavailable", [])
                finally:
                    own.start()
                await here.clock.advance(2)
                assert await items(pair, second, "/api/assets") == await items(pair, first, "/api/assets")


async def test_streams_of_one_whose_database_stays_away_end(tmp_path: Path) -> None:
    with postgres_server() as own:
        async with site(tmp_path, start=False) as here:
            pair = Pair(here, settings(here.fake, tmp_path, store={"url": own.url}, failover={"enabled": True}))
            async with pair.driver(ManualClock()), pair.driver() as second, stream(pair, second) as socket:
                own.stop()
                try:
                    await here.clock.advance(8)
                    assert not socket.closed
                    await here.clock.advance(4)
                    last = (await rest(socket))[-1]
                    assert (last["type"], last["reason"]) == ("goodbye", "store unavailable")
                    client = DriverClient(here.http, second.dataserver_url)
                    with pytest.raises(NotReachableError):
                        async with client.events():
                            pass
                finally:
                    own.start()
                await here.clock.advance(2)
                async with stream(pair, second) as again:
                    assert (await frame(again))["type"] == "hello"
