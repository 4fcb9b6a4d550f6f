"""Bugs inside the driver: the task is restarted, and a message is neither sent twice nor holds up others."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from driver.domain.outbound_message import OutboundMessage
from driver.errors import StoreUnavailableError
from driver.services.outbox import BROKEN_PAUSE_S, MAX_BREAKS
from harness.driver.open_store import open_store
from support.driver_site import GUARD, OURS, settings, site

NOW = datetime(2026, 1, 1, tzinfo=UTC)
SEND = "Send Message"


async def test_a_broken_task_is_told_and_started_again(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        poller = here.driver.services.poller
        original = poller.poll
        broken: list[bool] = []

        async def poll() -> bool:
            if not broken:
                broken.append(True)
                raise RuntimeError("a bug")
            return await original()

        poller.poll = poll  # type: ignore[method-assign]
        await here.clock.advance(10)
        assert here.driver.services.supervisor.health["poller"].failures == 1
        await here.fake.handset(GUARD).send(OURS, "still here")
        await here.clock.advance(20)
        assert len(await here.events("Message Received")) == 1


@pytest.mark.parametrize(("times", "state", "arrived"), [(1, "succeeded", ["x"]), (2, "terminated", [])])
async def test_an_attempt_that_breaks_is_one_whose_outcome_nobody_knows(
    tmp_path: Path, times: int, state: str, arrived: list[str]
) -> None:
    async with site(tmp_path) as here:
        gateway = here.driver.services.outbox.attempts._gateway
        original = gateway.send
        left = [RuntimeError("a bug")] * times

        async def send(*given: Any, **more: Any) -> Any:
            if left:
                raise left.pop()
            return await original(*given, **more)

        gateway.send = send  # type: ignore[method-assign]
        execution = await here.send("x")
        assert (await here.client.health()).status == "ok"
        await here.clock.advance(120)
        answer = await here.execution(execution)
        assert (answer["state"], len(answer["attempts"]), here.received()) == (state, 2, arrived)


async def test_an_attempt_that_breaks_after_its_outcome_is_on_disk_is_not_made_again(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        tracking = here.driver.services.tracking

        def follow(_message: object) -> None:
            raise RuntimeError("a bug")

        tracking.follow = follow  # type: ignore[assignment, method-assign]
        execution = await here.send("x")
        await here.send("y")
        await here.clock.advance(60)
        assert (await here.execution(execution))["state"] == "succeeded"
        assert (here.received(), here.creates()) == (["x", "y"], 2)


async def test_a_text_that_cannot_be_worked_on_is_tried_again(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        attempts = here.driver.services.outbox.attempts
        original = attempts.work
        left = [RuntimeError("a bug")]

        async def attempt(text: OutboundMessage) -> OutboundMessage | None:
            if left:
                raise left.pop()
            return await original(text)

        attempts.work = attempt  # type: ignore[method-assign,assignment]
        await here.send("x")
        await here.send("y")
        assert here.received() == []
        await here.clock.advance(60)
        assert here.received() == ["x", "y"]


async def test_a_text_that_can_never_be_worked_on_is_given_up_and_lets_its_lane_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        async with here.running(config):
            attempts = here.driver.services.outbox.attempts
            original = attempts.work

            async def work(message: OutboundMessage) -> OutboundMessage | None:
                if message.body != "behind them":
                    raise RuntimeError("a bug")
                return await original(message)

            monkeypatch.setattr(attempts, "work", work)
            of_phone = await here.send("of the phone")
            parameters = {"Message Content": "of the system", "Source Phone Number": OURS, "Destination Number": GUARD}
            of_system = (await here.client.system_command("twilio", SEND, parameters)).execution_id
            await here.send("behind them")
            await here.clock.advance(BROKEN_PAUSE_S * 2 * MAX_BREAKS)
            assert here.received() == ["behind them"]
            letters = await here.dead_letters()
            states = [(each["executionId"], each["state"]) for each in letters]
            assert states == [(of_system, "unknown"), (of_phone, "unknown")]
            assert "the driver failed to process it" in letters[0]["reason"]
            assert [event["assetId"] for event in await here.events("MessageFailed")] == ["guard", "twilio"]
            monkeypatch.undo()
            for letter in letters:
                await here.requeue(letter["executionId"])
            await here.clock.wait_idle()
            assert here.received() == ["behind them", "of the system", "of the phone"]
        async with here.running(config):
            await here.clock.advance(60)
            assert here.creates() == 3


async def test_a_text_that_cannot_even_be_given_up_holds_up_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(tmp_path) as here:
        attempts = here.driver.services.outbox.attempts
        attempt, failures = attempts.work, [StoreUnavailableError("locked"), RuntimeError("a bug")]

        async def broken(text: OutboundMessage) -> OutboundMessage | None:
            if text.body == "x":
                raise RuntimeError("a bug")
            return await attempt(text)

        async def give_up(_text: OutboundMessage, _reason: str) -> None:
            raise failures.pop(0)

        monkeypatch.setattr(attempts, "work", broken)
        monkeypatch.setattr(attempts, "give_up", give_up)
        await here.send("x")
        await here.send("y")
        await here.clock.advance(BROKEN_PAUSE_S * (MAX_BREAKS + 1))
        assert (here.received(), failures) == (["y"], [])


async def test_a_text_that_is_decided_on_disk_is_only_forgotten(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        services = here.driver.services
        execution = await here.send("x")
        message = await services.store.execution(execution)
        assert isinstance(message, OutboundMessage)
        await services.outbox.attempts.give_up(message, "a bug")
        assert await services.outbox.attempts.work(replace(message, in_doubt=True)) is None
        assert (await here.execution(execution))["state"] == "succeeded"
        assert here.creates() == 1


async def test_a_text_for_a_phone_that_is_gone_is_sent(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        stranger = OutboundMessage(
            execution_id="e1",
            asset_id="gone",
            created_at=NOW,
            parameters={"Message Content": "for a phone that is gone"},
            from_number=OURS,
            to_number="+12015550105",
            due_at=NOW,
        )
        async with open_store(config.store.url) as store:
            await store.commit([stranger])
        async with here.running(config):
            await here.clock.advance(10)
            assert here.received("+12015550105") == ["for a phone that is gone"]
            [event] = await here.events("MessageAccepted")
            assert event["assetId"] == "twilio"
