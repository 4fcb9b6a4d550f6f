"""Waiting messages are canceled, one or all of a number; one that is being sent is not, and the response says so."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from driver.api.models import ExecutionModel, PurgedModel
from driver.services.send_queue import SendQueue
from support.driver_database import locked
from support.driver_site import GATE, OURS, REFUSED, Site, refused, settings, site


async def cancel(here: Site, execution_id: str) -> ExecutionModel:
    return await here.client.cancel(execution_id, workstation="w1")


async def queue(here: Site) -> list[str]:
    return [item["parameters"]["Message Content"] for item in await here.queue()]


async def test_a_text_that_waits_is_taken_back_and_those_behind_it_go_on(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(REFUSED)
        first, second, third = [await here.send(text) for text in ("one", "two", "three")]
        assert await queue(here) == ["one", "two", "three"]
        for execution in (second, second, first):
            ended = await cancel(here, execution)
            assert (ended.state, ended.result, ended.reason) == (
                "terminated",
                "canceled",
                "canceled by anonymous",
            )
        await here.clock.advance(30)
        assert here.received() == ["three"]
        assert (await here.execution(third))["state"] == "succeeded"
        lines = [line for line in await here.audit() if line["Action"].startswith("Command canceled")]
        assert [(line["Computer"], line["Command/Status"]) for line in lines] == [("w1", "Send Message")] * 2
        reasons = [event["parameters"]["Reason"] for event in await here.events("MessageCanceled")]
        assert reasons == ["canceled by anonymous"] * 2
        assert await here.status() == "Normal"


async def test_a_canceled_text_can_still_be_sent_after_all(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(REFUSED)
        execution = await here.send("one")
        await cancel(here, execution)
        await here.requeue(execution)
        await here.clock.advance(5)
        assert here.received() == ["one"]


@pytest.mark.parametrize("effect", ["hang_before", "reset_after"])
async def test_a_text_that_twilio_may_have_cannot_be_taken_back(tmp_path: Path, effect: str) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": effect})
        execution = await here.send("one")
        problem = await refused(cancel(here, execution), 400)
        assert "on its way: Twilio was asked to send it" in problem["detail"]
        await here.clock.advance(120)
        assert here.received() == ["one"]
        problem = await refused(cancel(here, execution), 400)
        assert "is succeeded; only a waiting message can be canceled" in problem["detail"]


async def test_all_texts_of_a_sender_are_taken_back_but_the_one_on_its_way(tmp_path: Path) -> None:
    other = "+12015550109"
    phones = [
        {"id": "guard", "external_phone_number": "+12015550101", "twilio_phone_number": OURS},
        {"id": "gate", "external_phone_number": GATE, "twilio_phone_number": OURS},
        {"id": "boss", "external_phone_number": "+12015550103", "twilio_phone_number": other},
    ]
    async with site(tmp_path, phones=phones) as here:
        here.fault({"type": "hang_before"})
        await here.send("on its way")
        here.fault(REFUSED)
        await here.send("behind it")
        await here.send("waits", "gate")
        assert await here.client.purge_queue(OURS) == PurgedModel(canceled=2, on_their_way=1)
        assert await queue(here) == ["on its way"]
        assert await here.client.purge_queue(OURS) == PurgedModel(canceled=0, on_their_way=1)
        assert (await refused(here.client.purge_queue("x"), 400))["code"] == "command_refused"
        await here.clock.advance(120)
        assert here.received() == ["on its way"]
        assert here.received(GATE) == []


async def test_an_urgent_text_that_waits_for_another_to_the_same_phone_is_taken_back(tmp_path: Path) -> None:
    """Waiting messages of other severities to the phone are still sent."""
    rules = [
        {"on": "Message Received", "severity": severity, "do": [{"to": ["guard"], "message": words}]}
        for severity, words in ((1, "urgent"), (4, "by the way"))
    ]
    async with site(tmp_path, workflows=rules) as here:
        here.fault({"type": "hang_before"})
        await here.send("one")
        await here.fake.handset("+12015550199").send(OURS, "hello")
        await here.clock.advance(10)
        waiting = {item["parameters"]["Message Content"]: item for item in await here.queue()}
        assert set(waiting) == {"one", "urgent", "by the way"}
        await cancel(here, waiting["urgent"]["executionId"])
        await here.clock.advance(120)
        assert sorted(here.received()) == ["by the way", "one"]
        assert await here.client.logs(level="error") == []


async def test_a_text_that_waits_for_a_free_request_is_taken_back(tmp_path: Path) -> None:
    async with site(tmp_path, twilio={"concurrency": 1}) as here:
        here.fault({"type": "hang_before"})
        await here.send("one")
        await cancel(here, await here.send("two", "gate"))
        await here.clock.advance(120)
        assert (here.received(), here.received(GATE)) == (["one"], [])
        assert await here.client.logs(level="error") == []


async def test_a_text_whose_cancel_cannot_be_stored_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("driver.store.engines.BUSY_S", 0.05)
    async with site(tmp_path) as here:
        here.fault(REFUSED)
        execution = await here.send("one")
        with locked(tmp_path / "driver.db"):
            assert (await refused(cancel(here, execution), 503))["code"] == "store_unavailable"
        await here.clock.advance(10)
        assert here.received() == ["one"]


async def test_nothing_is_sent_while_a_cancel_is_being_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("driver.store.engines.BUSY_S", 5)
    begun, writes = asyncio.Event(), SendQueue._writes

    def noticed(*arguments: Any) -> Any:
        begun.set()
        return writes(*arguments)

    monkeypatch.setattr(SendQueue, "_writes", noticed)
    async with site(tmp_path) as here:
        here.fault(REFUSED)
        execution = await here.send("one")
        with locked(tmp_path / "driver.db"):
            twice = [asyncio.ensure_future(cancel(here, execution)) for _ in range(2)]
            await begun.wait()
            # The clock advances although the driver is busy storing the cancellation.
            here.clock.remove_idle_waiter(here.driver.wait_idle)
            await here.clock.advance(10)
            assert await queue(here) == ["one"]
            here.clock.add_idle_waiter(here.driver.wait_idle)
        assert [answer.result for answer in await asyncio.gather(*twice)] == ["canceled"] * 2
        await here.clock.advance(30)
        assert here.received() == []


async def test_only_what_is_there_can_be_canceled(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        async with here.running(config):
            here.fault(REFUSED)
            execution = await here.send("one")
            await cancel(here, execution)
            assert (await refused(cancel(here, "none"), 404))["code"] == "not_found"
        async with here.running(config):
            await here.clock.advance(60)
            assert here.received() == []
            assert (await cancel(here, execution)).result == "canceled"
