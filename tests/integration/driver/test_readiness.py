"""What a load balancer and an operator see of a driver that has lost its database or Twilio."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from driver.api.models import ReadinessModel
from driver.app import RunningDriver
from driver.store.database import SqliteDatabase
from harness.driver.postgres_server import PostgresServer
from support.driver_database import locked
from support.driver_pair import Pair
from support.driver_site import settings, site

pytestmark = pytest.mark.usefixtures("impatient")

CAN = ["read", "stream", "command", "webhook", "send"]
FAILOVER = {"enabled": True, "takeover_after_s": 10}


async def active(pair: Pair, running: RunningDriver) -> str:
    metrics = await pair.client(running).metrics()
    (line,) = [line for line in metrics.splitlines() if line.startswith("sms_driver_active ")]
    return line.split()[1]


async def first_frame(pair: Pair, running: RunningDriver) -> Any:
    async with pair.here.http.ws_connect(f"{running.dataserver_url}/api/events") as stream:
        return await stream.receive_json(timeout=5)


async def test_a_driver_without_twilio_is_ready_and_says_so(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        assert await here.client.readiness() == ReadinessModel(status="ready", can=CAN, twilio="connected")
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        await here.clock.advance(300)
        assert await here.client.readiness() == ReadinessModel(status="ready", can=CAN, twilio="no communication")


async def test_a_driver_whose_database_takes_no_commits_is_not_ready_until_it_does(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        with locked(tmp_path / "driver.db"):
            await here.clock.advance(20)
            shown = await here.get("/readyz", 503)
            assert (shown["status"], shown["twilio"]) == ("store unavailable", "connected")
            assert "the database refuses commits: database is locked" in shown["reason"]
        await here.clock.advance(20)
        assert (await here.client.readiness()).status == "ready"


@pytest.mark.postgresql
async def test_a_driver_whose_server_is_gone_is_not_ready(tmp_path: Path, own_server: PostgresServer) -> None:
    async with (
        site(tmp_path, start=False) as here,
        here.running(settings(here.fake, tmp_path, store={"url": own_server.url})),
    ):
        own_server.stop()
        try:
            shown = await here.get("/readyz", 503)
            assert shown["status"] == "store unavailable"
        finally:
            own_server.start()
        await here.clock.advance(20)
        assert (await here.client.readiness()).status == "ready"


async def test_a_database_that_does_not_answer_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with site(tmp_path) as here:
        never = asyncio.Event()

        async def silent(*_given: object, **_more: object) -> None:
            await never.wait()

        with monkeypatch.context() as patch:
            patch.setattr("driver.store.reader.ANSWER_S", 0.01)
            patch.setattr(SqliteDatabase, "do", silent)
            shown = await here.get("/readyz", 503)
        assert "does not answer within" in shown["reason"]


async def test_an_active_driver_that_is_cut_off_stands_down_once_its_lease_ran_out(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        pair = Pair(here, settings(here.fake, tmp_path, failover=FAILOVER))
        async with pair.driver() as running:
            stream = await here.http.ws_connect(f"{running.dataserver_url}/api/events")
            with locked(tmp_path / "driver.db"):
                await here.clock.advance(9)
                assert ((await pair.client(running).info()).role, await active(pair, running)) == (
                    "active",
                    "1.0",
                )
                await here.clock.advance(2)
                assert (await pair.client(running).info()).role == "standby"
                assert await active(pair, running) == "0.0"
                assert (await pair.ask(running, "/readyz", 503))["status"] == "standby"
                assert (await first_frame(pair, running))["type"] == "goodbye"
                said = [message.json() async for message in stream]
                assert (said[-1]["type"], said[-1]["reason"]) == ("goodbye", "standby")
            await here.clock.advance(5)
            assert ((await pair.client(running).info()).role, await active(pair, running)) == ("active", "1.0")
            await pair.command(running)
            await here.clock.wait_idle()
            assert here.received() == ["Fire"]


@pytest.mark.postgresql
async def test_two_drivers_whose_server_is_gone_for_a_while(tmp_path: Path, own_server: PostgresServer) -> None:
    async with site(tmp_path, start=False) as here:
        pair = Pair(here, settings(here.fake, tmp_path, store={"url": own_server.url}, failover=FAILOVER))
        async with pair.driver() as first, pair.driver() as second:
            own_server.stop()
            try:
                await here.clock.advance(15)
                roles = [(await pair.client(each).info()).role for each in (first, second)]
                assert roles == ["standby", "standby"]
            finally:
                own_server.start()
            await here.clock.advance(15)
            roles = sorted([(await pair.client(each).info()).role for each in (first, second)])
            assert roles == ["active", "standby"]
