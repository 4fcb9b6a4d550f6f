"""Receipts for a message whose response was lost: no list is needed, and late discoveries are reported."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from driver.config.models import DriverConfig
from driver.domain.commands import ExecutionState
from driver.domain.events import MESSAGE_ACCEPTED
from driver.domain.message import Receipt
from driver.errors import StoreUnavailableError
from driver.ports.store import Committed, SetMark, Write
from driver.services import orphan_receipts
from driver.services.orphan_receipts import MARK
from harness.driver.open_store import open_store
from support.driver_site import GUARD, REFUSED, Site
from support.driver_webhooks import post, webhook_setup, webhook_site

LAG = {"type": "list_lag", "seconds": 600}


async def accepted(here: Site) -> list[object]:
    return [event["parameters"].get("Explanation") for event in await here.events(MESSAGE_ACCEPTED)]


async def named(config: DriverConfig) -> list[str]:
    """Return the executions for which a stopped driver's store holds receipts."""
    async with open_store(config.store.url) as store:
        return [name.split(".")[1] for name in (await store.remember()).marks if name.startswith(MARK)]


#: Resend after five seconds although lists may lag: this is how a message is sent twice.
SOON = {"lookups_before_resend": 1}


async def twice(here: Site, receipt_s: int, *second: dict[str, Any]) -> str:
    """Lose the first response, show it in no list, and delay its receipt; ``second`` are the faults of attempt 2."""
    here.fault(LAG, "messages.list", times=None)
    here.fault({"type": "reset_after"})
    here.fault({"type": "callback_delay", "seconds": receipt_s}, "callback", times=2)
    execution = await here.send("Fire")
    for effect in second:
        here.fault(effect)
    await here.clock.advance(60)
    return execution


async def test_a_receipt_is_proof_enough_where_lists_lag(tmp_path: Path) -> None:
    for lost in ("reset_after", "hang_after", "malformed_json"):
        folder = tmp_path / lost
        folder.mkdir()
        async with webhook_site(folder) as here:
            here.fault(LAG, "messages.list", times=None)
            here.fault({"type": lost})
            execution = await here.send("Fire")
            await here.clock.advance(60)
            answer = await here.execution(execution)
            assert [attempt["outcome"] for attempt in answer["attempts"]] == ["adopted"], lost
            assert (answer["state"], answer["delivery"], here.creates()) == ("succeeded", "delivered", 1)
            assert here.received() == ["Fire"]


async def test_a_receipt_is_proof_enough_where_the_message_cannot_be_read(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 503}, "messages.list", times=None)
        here.fault({"type": "http_error", "status": 503}, "messages.fetch", times=None)
        here.fault({"type": "reset_after"})
        execution = await here.send("Fire")
        await here.clock.advance(60)
        answer = await here.execution(execution)
        assert (answer["state"], answer["delivery"], here.creates()) == ("succeeded", "delivered", 1)


@pytest.mark.parametrize(
    ("receipt_s", "answer_s"), [(30, 0), (8, 6)], ids=["after the second attempt", "during the second attempt"]
)
async def test_a_text_that_went_out_twice_is_told_when_it_comes_to_light(
    tmp_path: Path, receipt_s: int, answer_s: int
) -> None:
    async with webhook_site(tmp_path, send=SOON) as here:
        execution = await twice(here, receipt_s, {"type": "latency", "seconds": answer_s})
        assert here.received() == ["Fire", "Fire"]
        answer = await here.execution(execution)
        assert [attempt["outcome"] for attempt in answer["attempts"]] == ["unknown", "accepted"]
        messages = await here.messages()
        assert [(each["executionId"], each["status"]) for each in messages] == [(execution, "delivered")] * 2
        assert len({each["sid"] for each in messages}) == 2
        assert await accepted(here) == ["Twilio accepted the message", "Twilio accepted the message twice"]


async def test_a_text_whose_second_attempt_is_refused_exists_all_the_same(tmp_path: Path) -> None:
    async with webhook_site(tmp_path, send=SOON) as here:
        execution = await twice(here, 8, {"type": "latency", "seconds": 6}, REFUSED)
        assert (await here.execution(execution))["state"] == "terminated"
        assert here.received() == ["Fire"]
        messages = await here.messages()
        assert [(each["executionId"], each["status"]) for each in messages] == [(execution, "delivered")]
        assert await accepted(here) == ["Twilio accepted the message after all"]


async def test_a_text_that_nobody_could_tell_of_is_found_by_its_receipt(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 503}, "messages.list", times=None)
        here.fault({"type": "reset_after"})
        here.fault({"type": "callback_delay", "seconds": 120}, "callback", times=2)
        execution = await here.send("Fire")
        await here.clock.advance(90)
        assert (await here.execution(execution))["state"] == "unknown"
        assert len(await here.dead_letters()) == 1
        await here.clock.advance(60)
        answer = await here.execution(execution)
        assert (answer["state"], answer["delivery"], here.creates()) == ("succeeded", "delivered", 1)
        assert await here.dead_letters() == []
        assert await accepted(here) == ["Twilio accepted the message after all"]


async def test_a_receipt_for_a_text_that_is_not_ours_changes_nothing(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        form = {
            "MessageSid": "SM" + "1" * 32,
            "MessageStatus": "sent",
            "AccountSid": here.fake.account_sid,
            "To": GUARD,
            "From": here.fake.phone_number,
        }
        assert await post(here, "/twilio/status?execution=nobody", form) == 204
        assert await here.messages() == []


@pytest.mark.parametrize("then", ["waits", "is decided"])
async def test_a_receipt_that_came_before_a_restart_is_still_proof(tmp_path: Path, then: str) -> None:
    """The response is lost, the receipt arrives, the driver restarts, and no list shows the message."""
    async with webhook_setup(tmp_path) as (here, config):
        here.fault(LAG, "messages.list", times=None)
        here.fault({"type": "reset_after"})
        async with here.running(config):
            execution = await here.send("Fire")
        assert await named(config) == [execution]
        if then == "is decided":
            async with open_store(config.store.url) as store:
                message = await store.execution(execution)
                assert message is not None
                await store.commit([replace(message, state=ExecutionState.UNKNOWN)])
        async with here.running(config):
            await here.clock.advance(60)
            answer = await here.execution(execution)
            assert (answer["state"], answer["delivery"], here.creates()) == ("succeeded", "delivered", 1)
            assert here.received() == ["Fire"]
        assert await named(config) == []


async def test_a_receipt_that_cannot_be_stored_is_not_acknowledged(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        here.fault(LAG, "messages.list", times=None)
        here.fault({"type": "reset_after"})
        here.fault({"type": "callback_delay", "seconds": 3}, "callback", times=2)
        execution = await here.send("Fire")
        form = {
            "MessageSid": "SM" + "1" * 32,
            "MessageStatus": "sent",
            "AccountSid": here.fake.account_sid,
            "To": GUARD,
            "From": here.fake.phone_number,
        }
        store = here.driver.services.store
        commit = store.commit

        async def refuse(*_given: object, **_more: object) -> Committed:
            raise StoreUnavailableError("locked")

        store.commit = refuse  # type: ignore[method-assign]
        assert await post(here, f"/twilio/status?execution={execution}", form) == 503
        store.commit = commit  # type: ignore[method-assign]
        assert await post(here, f"/twilio/status?execution={execution}", form) == 204


async def test_a_text_that_is_decided_while_its_receipt_is_stored_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with webhook_setup(tmp_path) as (here, config):
        async with here.running(config):
            here.fault({"type": "latency", "seconds": 3})
            execution = await here.send("Fire")
            services = here.driver.services
            message = await services.store.execution(execution)
            assert message is not None
            decided = replace(message, state=ExecutionState.SUCCEEDED, message_sid="SM" + "1" * 32)
            commit = services.store.commit

            async def slow(writes: Sequence[Write], **more: Any) -> Committed:
                if isinstance(writes[0], SetMark) and writes[0].value:
                    await services.orphan_receipts.resolve(decided)
                return await commit(writes, **more)

            monkeypatch.setattr(services.store, "commit", slow)
            receipt = Receipt("SM" + "1" * 32, "sent", None, here.fake.phone_number, GUARD)
            assert not await services.orphan_receipts.add(execution, receipt)
            monkeypatch.undo()
            await here.clock.advance(5)
        assert await named(config) == []


async def test_what_came_to_light_while_the_database_was_away_is_told_after_a_restart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with webhook_setup(tmp_path) as (here, config):
        here.fault(LAG, "messages.list", times=None)
        here.fault({"type": "reset_after"})
        async with here.running(config):
            execution = await here.send("Fire")
            services = here.driver.services
            message = await services.store.execution(execution)
            assert message is not None
            over = replace(message, state=ExecutionState.UNKNOWN)
            await services.store.commit([over])

            async def refuse(*_given: object, **_more: object) -> Committed:
                raise StoreUnavailableError("locked")

            with monkeypatch.context() as away:
                away.setattr(services.store, "commit", refuse)
                await services.orphan_receipts.resolve(over)
        async with here.running(config):
            await here.clock.advance(60)
            assert await accepted(here) == ["Twilio accepted the message after all"]
            assert (await here.execution(execution))["delivery"] == "delivered"


async def test_receipts_of_more_texts_than_can_be_open_push_out_the_oldest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orphan_receipts, "MAX_KEPT", 1)
    async with webhook_setup(tmp_path) as (here, config):
        here.fault(LAG, "messages.list", times=None)
        here.fault({"type": "reset_after"}, times=2)
        async with here.running(config):
            first, second = await here.send("one"), await here.send("two", "gate")
            known = here.driver.services.orphan_receipts
            assert known.of(first) is None
            assert known.of(second) is not None
        assert sorted(await named(config)) == sorted([first, second]), "the database forgets none"


async def test_a_message_that_never_left_changes_nothing_when_it_comes_to_light(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        execution = await here.send("Fire")
        form = {
            "MessageSid": "SM" + "1" * 32,
            "MessageStatus": "failed",
            "ErrorCode": "21610",
            "AccountSid": here.fake.account_sid,
            "To": GUARD,
            "From": here.fake.phone_number,
        }
        assert await post(here, f"/twilio/status?execution={execution}", form) == 204
        assert await accepted(here) == ["Twilio accepted the message"]
        assert len(await here.messages()) == 1
