"""A driver on standby on PostgreSQL accepts commands and webhooks; the active one carries them out, once."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from driver.api.frames import EventFrame, SnapshotFrame
from driver.app import RunningDriver
from driver.app.standby_view import LOOK_S
from driver.client import DriverClient
from driver.client.failover import FailoverClient
from driver.client.settings import FailoverSettings, Server
from driver.errors import NotActiveError
from driver.ports.requests import RequestKind, TakenRequest
from driver.ports.store import AnswerRequest, Committed, Write
from driver.store.requests import SqlRequests
from harness.driver.configuration import receiving
from harness.driver.database import administer
from harness.driver.open_store import open_store
from harness.loopback import free_port
from support.driver_pair import Pair, open_pair
from support.driver_site import GUARD, MESSAGE, OURS, REFUSED, answered, settings, site
from support.driver_workflows import CHAIN, alarm, rules

pytestmark = pytest.mark.postgresql


@pytest.fixture
async def pair(server: str, tmp_path: Path) -> AsyncIterator[Pair]:
    async with open_pair(tmp_path, server) as pair:
        yield pair
    await administer(server, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


async def stored(pair: Pair) -> list[str]:
    """Return the stored requests."""
    connection = await asyncpg.connect(pair.config.store.url)
    try:
        return [row["content"] for row in await connection.fetch("SELECT content FROM requests")]
    finally:
        await connection.close()


def takes_no_requests(running: RunningDriver) -> None:
    """Stop the active driver from taking stored requests, as if it hung."""
    (task,) = [task for task in asyncio.all_tasks() if task.get_name() == "requests of others"]
    assert not running.on_standby
    task.cancel()


async def test_a_text_given_to_one_on_standby_is_sent_once_by_the_active_one(pair: Pair) -> None:
    async with pair.driver() as first, pair.driver() as second, pair.driver() as third:
        body = {**MESSAGE, "commandId": "once"}
        taken = [await pair.command(running, body) for running in (second, first, third, second)]
        assert len({answer["executionId"] for answer in taken}) == 1
        assert taken[0]["state"] == "accepted"
        await pair.here.clock.wait_idle()
        assert pair.here.received() == ["Fire"]
        answer = await pair.ask(second, f"/api/executions/{taken[0]['executionId']}")
        assert (answer["state"], answer["commandId"]) == ("succeeded", "once")
        await pair.here.clock.advance(LOOK_S)
        assert await stored(pair) == []


async def test_everything_that_changes_something_can_be_given_to_one_on_standby(pair: Pair) -> None:
    pair.here.fault(REFUSED, times=None)
    async with pair.driver(), pair.driver() as second:
        client = DriverClient(pair.here.http, second.dataserver_url)

        async def post(path: str, body: Any = None, status: int = 200) -> Any:
            return await answered(client, "POST", path, status=status, body=body)

        failed = await pair.command(second)
        await pair.here.clock.advance(30)
        (alarm,) = [alarm for alarm in await client.alarms() if alarm.asset_id == "guard"]
        until = (pair.here.clock.now().replace(hour=23)).isoformat()
        shelf = {"alarmIds": [alarm.alarm_id], "until": until, "comment": "works"}
        assert (await post("/api/alarms/shelve", shelf))["done"] == [alarm.alarm_id]
        assert (await post("/api/alarms/unshelve", {"alarmIds": [alarm.alarm_id]}))["done"] == [alarm.alarm_id]
        assert (await client.acknowledge(alarm.alarm_id, user="ann")).result == "ok"
        (alarm,) = [alarm for alarm in await client.alarms() if alarm.asset_id == "guard"]
        assert (alarm.state, alarm.acknowledged_by) == ("Acknowledged", "ann")
        again = await client.requeue(failed["executionId"])
        assert again.state == "accepted"
        await pair.here.clock.advance(30)
        pair.here.fake.faults.clear()
        assert (await pair.command(second, {"command": "Mask"}))["result"] == "ok"
        assert (await pair.client(second).asset("guard")).status == "Masked"
        assert await post("/api/queue/purge", {"from": "+12015550100"}) == {"canceled": 0, "onTheirWay": 0}
        imported = await client.import_table("asset", b"AssetId,AssetType,Caption\nyard,Phone,Yard\n")
        assert [change.row for change in imported.changes] == ["yard"]
        assert (await client.info()).role == "standby"
        assert {asset.asset_id for asset in await client.assets()} == {"twilio", "guard", "gate", "yard"}


async def test_a_client_of_several_drivers_stays_with_one_on_standby(pair: Pair) -> None:
    async with pair.driver(), pair.driver() as second:
        client = FailoverClient(
            pair.here.http, [Server(second.dataserver_url)], FailoverSettings(), clock=pair.here.clock
        )
        chosen = await client.active()
        accepted = await chosen.command("guard", "Mask")
        async with aclosing(client.follow()) as answer:
            while not isinstance(await anext(answer), SnapshotFrame):
                pass
        assert (await chosen.execution(accepted.execution_id)).state == "succeeded"


async def test_what_is_wrong_is_said_as_by_the_active_one(pair: Pair) -> None:
    async with pair.driver() as first, pair.driver() as second:
        for path, body, status in (
            ("/api/assets/guard/commands", {"command": 7}, 400),
            ("/api/assets/guard/commands", {"command": "Fly"}, 400),
            ("/api/assets/nobody/commands", {"command": "Mask"}, 404),
            ("/api/alarms/none/acknowledge", {}, 404),
            ("/api/deadletters/none/requeue", None, 404),
            ("/api/executions/none/cancel", {}, 404),
        ):
            answer = [
                await answered(
                    DriverClient(pair.here.http, each.dataserver_url), "POST", path, status=status, body=body
                )
                for each in (first, second)
            ]
            assert answer[0] == answer[1]
        await pair.command(second, {**MESSAGE, "commandId": "used"})
        answer = await pair.command(second, {"command": "Mask", "commandId": "used"}, status=409)
        assert answer["code"] == "command_id_reused"
        table = DriverClient(pair.here.http, second.dataserver_url)
        answer = await answered(
            table, "PUT", "/api/tables/asset", status=415, body=b"x", headers={"Content-Type": "a/b"}
        )
        assert answer["code"] == "request_invalid"
        answer = await answered(
            table, "PUT", "/api/tables/asset?mode=merge", status=400, body=b"", headers={"Content-Type": "text/csv"}
        )
        assert [error["path"] for error in answer["errors"]] == ["mode"]


async def test_a_text_taken_while_nobody_is_active_is_sent_by_the_next_one(pair: Pair) -> None:
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(pair.driver())
        async with pair.driver() as second, pair.driver() as third:
            await stack.aclose()
            given = asyncio.ensure_future(pair.command(second, {**MESSAGE, "commandId": "late"}, status=503))
            while not await stored(pair):
                pass
            given.cancel()
            await pair.here.clock.advance(3)
            active, waits = (third, second) if second.on_standby else (second, third)
            assert not active.on_standby
            answer = await pair.command(waits, {**MESSAGE, "commandId": "late"})
            assert (
                answer["executionId"] == (await pair.command(active, {**MESSAGE, "commandId": "late"}))["executionId"]
            )
            await pair.here.clock.advance(10)
            assert pair.here.received() == ["Fire"]


async def test_a_token_in_the_address_is_not_stored(pair: Pair) -> None:
    async with pair.driver() as first, pair.driver() as second:
        first.services.supervisor._tasks[-1].cancel()
        client = DriverClient(pair.here.http, second.dataserver_url)
        path = "/api/assets/guard/commands?access_token=a-secret"
        giving = asyncio.ensure_future(answered(client, "POST", path, status=503, body={"command": "Mask"}))
        while not (requests := await stored(pair)):
            pass
        assert "a-secret" not in requests[0]
        await pair.here.clock.advance(20)
        await giving


async def test_what_has_expired_is_not_carried_out(server: str) -> None:
    async with open_store(server) as store:
        table = SqlRequests(store.database)
        await table.put(TakenRequest("late", RequestKind.API, {}), timedelta(0))
        await table.put(TakenRequest("due", RequestKind.API, {}), timedelta(minutes=1))
        assert [request.request_id for request in await store.take_requests()] == ["due"]
        await table.forget(["due"])
        assert list(await store.take_requests()) == []
    await administer(server, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


async def test_without_an_active_driver_a_command_is_taken_back_and_nothing_is_done(pair: Pair) -> None:
    async with pair.driver() as first, pair.driver() as second:
        first.services.supervisor._tasks[-1].cancel()
        giving = asyncio.ensure_future(pair.command(second, status=503))
        while not await stored(pair):
            pass
        for _ in range(16):
            await pair.here.clock.advance(1)
        answer = await giving
        assert (answer["code"], answer["detail"]) == (
            "no_active_driver",
            "no driver is active right now; nothing was done",
        )
        assert await stored(pair) == []
        await pair.here.clock.advance(10)
        assert pair.here.received() == []


async def test_a_command_whose_answer_is_lost_with_its_driver_is_one_execution(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(pair.driver())
        async with pair.driver(), pair.driver() as third:
            commit = first.services.store.commit

            async def deaf(writes: Sequence[Write], **more: Any) -> Committed:
                if isinstance(writes[0], AnswerRequest):
                    raise NotActiveError("the driver died")
                return await commit(writes, **more)

            monkeypatch.setattr(first.services.store, "commit", deaf)
            giving = asyncio.ensure_future(pair.command(third))
            while not pair.here.received():
                await pair.here.clock.wait_idle()
            await stack.aclose()
            monkeypatch.undo()
            await pair.here.clock.advance(1)
            if third.on_standby:
                answer = await giving
                assert (await pair.ask(third, f"/api/executions/{answer['executionId']}"))["state"] == "succeeded"
            else:
                giving.cancel()
            await pair.here.clock.advance(30)
            assert pair.here.received() == ["Fire"]


@asynccontextmanager
async def webhooks_go_to_the_second(url: str, folder: Path, **sections: Any) -> AsyncIterator[tuple[Pair, Pair]]:
    """Open a site whose Twilio calls the second of two drivers, which is on standby."""
    port = free_port()
    async with site(folder, start=False, sms_url=f"http://127.0.0.1:{port}/twilio/sms") as here:

        def one(webhook_port: int) -> Pair:
            receive = receiving(f"http://127.0.0.1:{port}", webhook_port, "webhook")
            more = {"store": {"url": url}, "failover": {"enabled": True}, **sections}
            return Pair(here, settings(here.fake, folder, receive=receive, **more))

        yield one(0), one(port)
    await administer(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


async def test_what_people_text_and_receipts_reach_the_active_one_by_one_on_standby(
    server: str, tmp_path: Path
) -> None:
    async with (
        webhooks_go_to_the_second(server, tmp_path) as (one, other),
        one.driver() as first,
        other.driver() as second,
        DriverClient(one.here.http, second.dataserver_url).events() as stream,
    ):
        await one.here.fake.handset(GUARD).send(OURS, "Coming")
        while not isinstance(frame := await stream.receive(10), EventFrame):
            pass
        assert (frame.event.name, frame.event.parameters["Message Content"]) == ("Message Received", "Coming")
        answer = await one.command(first)
        while not isinstance(frame := await stream.receive(10), EventFrame) or frame.event.name != "MessageDelivered":
            pass
        assert (await other.ask(second, f"/api/executions/{answer['executionId']}"))["delivery"] == "delivered"
        assert "messages.fetch" not in {exchange.operation for exchange in one.here.fake.requests}
        while await stored(one):
            pass


async def test_a_webhook_that_comes_while_nobody_is_active_is_not_lost(server: str, tmp_path: Path) -> None:
    async with webhooks_go_to_the_second(server, tmp_path) as (one, other), AsyncExitStack() as stack:
        await stack.enter_async_context(one.driver())
        async with other.driver() as second:
            await stack.aclose()
            await one.here.fake.handset(GUARD).send(OURS, "Coming")
            while not await stored(one):
                pass
            await one.here.clock.advance(2)
            assert not second.on_standby
            one.here.driver = second
            while not await one.here.events("Message Received"):
                pass
            assert len(await one.here.events("Message Received")) == 1


async def test_a_pin_is_not_stored_by_one_on_standby_either(server: str, tmp_path: Path) -> None:
    sections = rules(CHAIN, pins=[{"phone": "guard", "pin": "47112"}])
    async with webhooks_go_to_the_second(server, tmp_path, **sections) as (one, other):
        async with one.driver() as first, other.driver():
            one.here.driver = first
            await alarm(one.here)
            takes_no_requests(first)
            await one.here.fake.handset(GUARD).send(OURS, "10 47112")
            while not (contents := await stored(one)):
                pass
            (content,) = contents
            assert "10 [PIN]" in content
            assert "47112" not in content
        async with one.driver() as first:
            one.here.driver = first
            await one.here.clock.advance(10)
            assert await one.here.status("gate") == "Acknowledged"
            kept = [message.body for message in one.here.fake.handset(GUARD).messages if message.to == OURS]
            assert kept == [""], "Twilio was asked to forget it"
