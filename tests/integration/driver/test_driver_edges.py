"""What happens rarely: pacing, strangers in the lists, listeners that fall behind, tasks that break, phones that go."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from driver.domain.commands import ExecutionState
from driver.domain.events import Event
from driver.errors import StartError, StoreUnavailableError
from driver.ports.records import Execution, OutboxText
from driver.ports.store import PutExecution, PutOutbox, Write
from driver.services.bus import EventBus
from driver.services.outbox import BROKEN_PAUSE_S, MOST_BREAKS
from driver.store import open_store
from support.driver_site import GUARD, OURS, Site, settings, site

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SEND = "Send Message"


async def test_texts_of_one_sender_keep_their_distance(tmp_path: Path) -> None:
    async with site(tmp_path, send={"per_sender_per_s": 0.5}) as here:
        for asset in ("guard", "gate", "guard"):
            await here.send("x", asset)
        counts = []
        for _ in range(5):
            counts.append(here.creates())
            await here.clock.advance(1)
        assert counts == [1, 1, 2, 2, 3]


async def test_a_messaging_service_may_be_the_sender(tmp_path: Path) -> None:
    service = "MG" + "a" * 32
    phones = [{"id": "guard", "external_phone_number": GUARD, "twilio_phone_number": service}]
    account = {"messaging_services": [{"sid": service, "friendly_name": "alarms", "numbers": [OURS]}]}
    async with site(tmp_path, phones=phones, account=account) as here:
        assert await here.status() == "Normal"
        here.fault({"type": "reset_after"})
        execution = await here.send("Fire")
        await here.clock.advance(30)
        told = await here.execution(execution)
        assert (told["state"], here.received()) == ("succeeded", ["Fire"])


async def test_the_system_command_checks_its_numbers(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        good = {"Message Content": "x", "Destination Number": GUARD, "Source Phone Number": OURS}
        for name, value in (("Destination Number", "0555"), ("Source Phone Number", "nobody")):
            body = {"command": SEND, "parameters": {**good, name: value}}
            refused = await here.post("/api/systems/twilio/commands", body, status=400)
            assert refused["errors"][0]["path"] == f"parameters.{name}"
        await here.post("/api/systems/guard/commands", {"command": SEND, "parameters": good}, status=404)
        await here.post("/api/systems/none/commands", {"command": SEND, "parameters": good}, status=404)
        await here.post("/api/assets/none/commands", {"command": "Mask"}, status=404)
        await here.post("/api/deadletters/none/requeue", {}, status=404)
        await here.get("/api/executions/none", 404)
        await here.get("/api/assets/none", 404)
        await here.get("/api/nothing", 404)
        await here.get("/api/messages?pageSize=0", 400)


async def test_an_asset_is_found_by_its_item_id_too(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        assert (await here.asset("IntegratedSystems/twilio/Phone/guard"))["assetId"] == "guard"
        assert (await here.command("IntegratedSystems/twilio", "Mask"))["result"] == "ok"


async def test_sending_while_down_is_tried_or_refused_as_chosen(tmp_path: Path) -> None:
    for refuse in (False, True):
        folder = tmp_path / str(refuse)
        folder.mkdir()
        async with site(folder, states={"reject_when_down": refuse}, twilio={"auth_token": "wrong"}) as here:
            told = await here.command("guard", SEND, **{"Message Content": "x"})
            assert told["state"] == ("rejected" if refuse else "accepted")
            await here.clock.advance(10)
            assert here.creates() == (0 if refuse else 2)


async def test_a_failed_text_is_no_fault_if_so_chosen(tmp_path: Path) -> None:
    states = {"fault_on_send_failure": False, "child_fault_rollup": False}
    async with site(tmp_path, states=states) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21612}, times=2)
        execution = await here.send("x")
        await here.clock.advance(5)
        assert (await here.execution(execution))["state"] == "terminated"
        assert await here.status() == "Normal"


async def test_an_unknown_error_code_is_told_as_it_came(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 418, "code": 77777, "message": "odd"}, times=2)
        await here.send("x")
        await here.clock.advance(5)
        assert "Twilio error 77777" in (await here.asset("guard"))["reason"]


async def test_a_probe_that_is_rate_limited_is_no_loss_of_communication(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "rate_limit", "retry_after": 1}, "accounts.fetch")
        here.fault({"type": "http_error", "status": 404, "code": 20404}, "accounts.fetch")
        await here.command("guard", "Reset")
        assert (await here.asset("twilio"))["facts"]["comm"] is None
        await here.clock.advance(130)
        assert await here.status("twilio") == "Normal"


async def test_a_message_that_twilio_has_forgotten_is_not_asked_for_for_ever(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "hold", "at": "sent"}, "delivery")
        here.fault({"type": "http_error", "status": 500}, "messages.fetch")
        here.fault({"type": "http_error", "status": 404, "code": 20404}, "messages.fetch")
        await here.send("x")
        await here.clock.advance(3600)
        fetches = [exchange for exchange in here.fake.requests if exchange.operation == "messages.fetch"]
        assert len(fetches) == 2


async def test_a_message_that_stays_sent_is_left_at_that_after_a_day(tmp_path: Path) -> None:
    async with site(tmp_path, receive={"poll_interval_s": 3600}, states={"probe_interval_s": 3600}) as here:
        here.fault({"type": "hold", "at": "sent"}, "delivery")
        execution = await here.send("x")
        await here.clock.advance(26 * 3600)
        asked = len([exchange for exchange in here.fake.requests if exchange.operation == "messages.fetch"])
        await here.clock.advance(6 * 3600)
        assert len([e for e in here.fake.requests if e.operation == "messages.fetch"]) == asked
        assert (await here.execution(execution))["delivery"] == "sent"


async def test_a_receipt_may_come_before_the_answer_and_a_strange_one_changes_nothing(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        receipts = here.driver.parts.receipts
        for number in range(1100):
            assert not await receipts.report(f"SM{number}", "delivered", None, way="webhook")
        execution = await here.send("x")
        sid = (await here.execution(execution))["messageSid"]
        assert await receipts.report(sid, "teleported", None, way="webhook")
        await here.clock.advance(5)
        assert (await here.execution(execution))["delivery"] == "delivered"
        row = await here.fake.handset(GUARD).send(OURS, "hello")
        await here.clock.advance(10)
        assert not await receipts.report(row.sid, "delivered", None, way="webhook")


async def test_a_receipt_that_came_before_the_answer_counts_when_the_message_is_known(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "hold", "at": "queued"}, "delivery", times=None)
        here.fault({"type": "latency", "seconds": 2})
        receipts = here.driver.parts.receipts
        original = receipts.follow

        def follow(message: Any) -> None:
            receipts._early[message.sid] = ("sent", None)
            original(message)

        receipts.follow = follow  # type: ignore[method-assign]
        await here.send("x")
        await here.clock.advance(2)
        [message] = (await here.get("/api/messages"))["items"]
        assert message["status"] == "sent"


async def test_a_listener_that_falls_behind_starts_over(tmp_path: Path) -> None:
    async with site(tmp_path) as here, here.http.ws_connect(f"{here.driver.dataserver_url}/api/events") as socket:
        hello = json.loads((await socket.receive(5)).data)
        snapshot = json.loads((await socket.receive(5)).data)
        assert (hello["type"], snapshot["type"], snapshot["seq"]) == ("hello", "snapshot", hello["seq"])
        bus = here.driver.parts.bus
        [subscription] = bus._subscriptions
        subscription._size = 1
        event = Event("e", "gate", "i", "Phone", "n", {}, {}, NOW, NOW, bus.last_seq + 1)
        subscription.put([event, event])
        subscription.put([event])
        told = [json.loads((await socket.receive(5)).data) for _ in range(2)]
        assert [frame["type"] for frame in told] == ["resync", "snapshot"]


async def test_a_listener_resumes_where_it_stopped_or_is_told_that_it_cannot(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.command("gate", "Mask")
        url = f"{here.driver.dataserver_url}/api/events"
        async with here.http.ws_connect(f"{url}?since=2") as socket:
            frames = [json.loads((await socket.receive(5)).data) for _ in range(3)]
            assert [(frame["type"], frame["seq"]) for frame in frames] == [("hello", 4), ("event", 3), ("event", 4)]
        for since in ("999", "soon"):
            async with here.http.ws_connect(f"{url}?since={since}") as socket:
                frames = [json.loads((await socket.receive(5)).data) for _ in range(3)]
                assert [frame["type"] for frame in frames] == ["hello", "resync", "snapshot"]


async def test_heartbeats_come_while_nothing_happens_and_goodbye_at_the_end(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        async with here.running(settings(here.fake, tmp_path)):
            socket = await here.http.ws_connect(f"{here.driver.dataserver_url}/api/events")
            for _ in range(2):
                await socket.receive(5)
            await here.clock.advance(15)
            assert json.loads((await socket.receive(5)).data)["type"] == "heartbeat"
        assert json.loads((await socket.receive(5)).data) == {"type": "goodbye", "reason": "shutdown"}
        await socket.close()


async def test_a_broken_task_is_told_and_started_again(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        poller = here.driver.parts.poller
        original = poller.poll
        broken: list[bool] = []

        async def poll() -> bool:
            if not broken:
                broken.append(True)
                raise RuntimeError("a bug")
            return await original()

        poller.poll = poll  # type: ignore[method-assign]
        await here.clock.advance(10)
        assert here.driver.parts.supervisor.health["poller"].failures == 1
        await here.fake.handset(GUARD).send(OURS, "still here")
        await here.clock.advance(20)
        assert len(await here.events("Message Received")) == 1


@pytest.mark.parametrize(("times", "state", "arrived"), [(1, "succeeded", ["x"]), (2, "terminated", [])])
async def test_an_attempt_that_breaks_is_one_whose_outcome_nobody_knows(
    tmp_path: Path, times: int, state: str, arrived: list[str]
) -> None:
    async with site(tmp_path) as here:
        gateway = here.driver.parts.outbox.sending._gateway
        original = gateway.send
        left = [RuntimeError("a bug")] * times

        async def send(**given: Any) -> Any:
            if left:
                raise left.pop()
            return await original(**given)

        gateway.send = send  # type: ignore[method-assign]
        execution = await here.send("x")
        assert (await here.get("/healthz"))["status"] == "ok"
        await here.clock.advance(60)
        told = await here.execution(execution)
        assert (told["state"], len(told["attempts"]), here.received()) == (state, 2, arrived)


async def test_an_attempt_that_breaks_after_its_outcome_is_on_disk_is_not_made_again(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        receipts = here.driver.parts.receipts

        def follow(_message: object) -> None:
            raise RuntimeError("a bug")

        receipts.follow = follow  # type: ignore[assignment, method-assign]
        execution = await here.send("x")
        await here.send("y")
        await here.clock.advance(60)
        assert (await here.execution(execution))["state"] == "succeeded"
        assert (here.received(), here.creates()) == (["x", "y"], 2)


async def test_a_text_that_cannot_be_worked_on_is_tried_again(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        sending = here.driver.parts.outbox.sending
        original = sending._attempt
        left = [RuntimeError("a bug")]

        async def attempt(text: OutboxText) -> OutboxText | None:
            if left:
                raise left.pop()
            return await original(text)

        sending._attempt = attempt  # type: ignore[method-assign]
        await here.send("x")
        await here.send("y")
        assert here.received() == []
        await here.clock.advance(60)
        assert here.received() == ["x", "y"]


async def test_a_text_that_can_never_be_worked_on_is_given_up_and_lets_its_lane_go_on(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        orphans = [
            OutboxText("e1", "guard", OURS, GUARD, "of the phone", NOW, NOW, position=1),
            OutboxText("e2", "", OURS, GUARD, "of the system", NOW, NOW, position=2),
        ]
        async with open_store(config.store.url) as store:
            await store.commit([PutOutbox(text) for text in orphans])
        async with here.running(config):
            await here.send("behind them")
            await here.clock.advance(BROKEN_PAUSE_S * 2 * MOST_BREAKS)
            assert here.received() == ["behind them"]
            letters = (await here.get("/api/deadletters"))["items"]
            assert [(each["executionId"], each["state"]) for each in letters] == [("e2", "unknown"), ("e1", "unknown")]
            assert "the driver could not work on it" in letters[0]["reason"]
            assert [event["assetId"] for event in await here.events("MessageFailed")] == ["guard", "twilio"]
            for letter in letters:
                await here.post(f"/api/deadletters/{letter['executionId']}/requeue", {})
            await here.clock.settle()
            assert here.received() == ["behind them", "of the system", "of the phone"]
        async with here.running(config):
            await here.clock.advance(60)
            assert here.creates() == 3


async def test_a_text_that_cannot_even_be_given_up_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(tmp_path) as here:
        sending = here.driver.parts.outbox.sending
        attempt, troubles = sending._attempt, [StoreUnavailableError("locked"), RuntimeError("a bug")]

        async def broken(text: OutboxText) -> OutboxText | None:
            if text.body == "x":
                raise RuntimeError("a bug")
            return await attempt(text)

        async def give_up(_text: OutboxText, _trouble: str) -> None:
            raise troubles.pop(0)

        monkeypatch.setattr(sending, "_attempt", broken)
        monkeypatch.setattr(sending, "give_up", give_up)
        await here.send("x")
        await here.send("y")
        await here.clock.advance(BROKEN_PAUSE_S * (MOST_BREAKS + 1))
        assert (here.received(), troubles) == (["y"], [])


async def test_a_text_that_is_decided_on_disk_is_only_forgotten(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        async with here.running(config):
            parts = here.driver.parts
            execution = await here.send("x")
            text = OutboxText(execution, "guard", OURS, GUARD, "x", NOW, NOW)
            await parts.store.commit([PutOutbox(text)])
            await parts.outbox.sending.give_up(text, "a bug")
            assert (await here.execution(execution))["state"] == "succeeded"
        async with open_store(config.store.url) as store:
            assert (await store.remember()).outbox == ()


async def test_assets_and_rules_are_reloaded_without_losing_anything(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21612}, times=2)
        await here.send("x")
        await here.clock.advance(5)
        assert await here.status() == "Fault"
        phones = [
            {"id": "guard", "caption": "Front", "external_phone_number": GUARD, "twilio_phone_number": OURS},
            {"id": "dock", "external_phone_number": "+12015550103", "twilio_phone_number": OURS},
            {"id": "half", "external_phone_number": "+12015550104"},
        ]
        changed = settings(here.fake, tmp_path, phones=phones, log={"level": "INFO"})
        await here.driver.reload(changed)
        await here.clock.settle()
        assert {asset["assetId"] for asset in (await here.get("/api/assets"))["items"]} == {
            "twilio",
            "guard",
            "dock",
            "half",
        }
        assert (await here.asset("guard"))["caption"] == "Front"
        assert [await here.status(asset) for asset in ("guard", "dock", "half")] == [
            "Fault",
            "Normal",
            "No Communication",
        ]
        await here.send("to the dock", "dock")
        assert here.received("+12015550103") == ["to the dock"]
        await here.get("/api/assets/gate", 404)


async def test_what_an_older_driver_left_is_sent_and_what_makes_no_sense_is_left_alone(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        text = OutboxText("e1", "guard", OURS, GUARD, "still waiting", NOW, NOW, position=1)
        parameters = {"Message Content": "still waiting"}
        waits = Execution("e1", "", "guard", "asset", SEND, parameters, "ann", "desk", ExecutionState.ACCEPTED, NOW)
        orphan = OutboxText("e2", "gate", OURS, "+12015550102", "nobody's", NOW, NOW, position=2)
        stranger = OutboxText("e3", "gone", OURS, "+12015550105", "for a phone that is gone", NOW, NOW, position=3)
        theirs = replace(waits, execution_id="e3", asset_id="gone")
        async with open_store(config.store.url) as store:
            rows: list[Write] = [
                PutExecution(waits),
                PutExecution(theirs),
                PutOutbox(text),
                PutOutbox(orphan),
                PutOutbox(stranger),
            ]
            await store.commit(rows)
        async with here.running(config):
            await here.clock.advance(10)
            assert here.received() == ["still waiting"]
            assert here.received("+12015550102") == []
            assert here.received("+12015550105") == ["for a phone that is gone"]


async def test_polls_that_are_rate_limited_are_the_systems_fault(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "rate_limit", "retry_after": 1}, "messages.list")
        await here.clock.advance(10)
        assert [fault["cause"] for fault in (await here.asset("twilio"))["facts"]["faults"]] == ["rate_limited"]


async def test_the_same_command_about_a_state_is_carried_out_once(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        mask = {"command": "Mask", "commandId": "m1"}
        first = await here.post("/api/assets/guard/commands", mask)
        await here.command("guard", "Reset")
        second = await here.post("/api/assets/guard/commands", mask)
        assert first["executionId"] == second["executionId"]
        assert await here.status() == "Normal"
        await here.post("/api/assets/gate/commands", mask, status=409)


async def test_a_text_of_a_message_that_ended_by_callback_is_not_asked_for(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        execution = await here.send("x")
        sid = (await here.execution(execution))["messageSid"]
        await here.driver.parts.receipts.report(sid, "delivered", None, way="webhook")
        await here.clock.advance(60)
        assert not [exchange for exchange in here.fake.requests if exchange.operation == "messages.fetch"]


async def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        port = int(here.driver.dataserver_url.rpartition(":")[2])
        (tmp_path / "other").mkdir()
        config = settings(here.fake, tmp_path / "other", dataserver={"port": port})
        with pytest.raises(StartError, match=f"data server cannot listen on 127.0.0.1:{port}: another program uses it"):
            async with Site(here.fake, here.clock, here.http).running(config):
                pass


async def test_a_bus_forgets_who_left() -> None:
    from driver.services.activity import Activity
    from fake_twilio import ManualClock

    bus = EventBus(Activity(ManualClock()), 0, queue_size=1)
    subscription = bus.subscribe()
    bus.unsubscribe(subscription)
    bus.unsubscribe(subscription)
    bus.publish([Event("e", "a", "i", "Phone", "n", {}, {}, NOW, NOW, 1)])
    assert not subscription.waiting
    assert not asyncio.all_tasks() - {asyncio.current_task()}
