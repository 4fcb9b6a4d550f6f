"""Receipts that arrive early, late, for unknown messages or never, and messages that Twilio no longer has."""

from pathlib import Path
from typing import Any

import pytest

from driver.domain.message import Receipt
from support.driver_site import GUARD, OURS, Site, site


async def parameters(here: Site, name: str) -> dict[str, Any]:
    [event] = await here.events(name)
    return dict(event["parameters"])


async def test_what_is_known_of_a_text_that_arrives(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        execution = await here.send("x" * 161)
        await here.clock.advance(2)
        [message] = await here.messages()
        common = {"Destination Number": GUARD, "Source Phone Number": OURS, "Execution ID": execution}
        sid = {"Message SID": message["sid"]}
        accepted = sid | {"Attempts": 1, "Explanation": "Twilio accepted the message"} | common
        assert await parameters(here, "MessageAccepted") == accepted
        assert await parameters(here, "MessageDelivered") == sid | {"Status": "delivered"} | common
        assert message == {
            "sid": message["sid"],
            "direction": "outbound",
            "from": OURS,
            "to": GUARD,
            "body": "x" * 161,
            "status": "delivered",
            "errorCode": None,
            "segments": 2,
            "media": [],
            "assetId": "guard",
            "executionId": execution,
            "createdAt": "2026-01-01T00:00:00.000Z",
            "updatedAt": "2026-01-01T00:00:01.000Z",
        }


async def test_what_is_known_of_a_text_that_gets_lost(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "delivery", "status": "undelivered", "error_code": 30003}, "delivery")
        execution = await here.send("x")
        await here.clock.advance(2)
        [message] = await here.messages()
        off = "the handset is switched off or out of reach"
        assert await parameters(here, "MessageFailed") == {
            "Message SID": message["sid"],
            "Status": "undelivered",
            "Reason": "undelivered",
            "Error Code": 30003,
            "Explanation": off,
            "Destination Number": GUARD,
            "Source Phone Number": OURS,
            "Execution ID": execution,
        }
        [fault] = (await here.asset("guard"))["facts"]["faults"]
        assert fault == {
            "cause": "delivery_failed",
            "detail": f"a message was not delivered: {off}",
            "hint": "the phone switched on",
            "since": "2026-01-01T00:00:01.000Z",
            "stale": False,
            "kind": "event",
            "code": 30003,
            "count": 1,
            "lastSeen": "2026-01-01T00:00:01.000Z",
        }


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
        tracking = here.driver.services.tracking
        for number in range(1100):
            assert not await tracking.report(Receipt(f"SM{number}", "delivered"), way="webhook")
        execution = await here.send("x")
        sid = (await here.execution(execution))["messageSid"]
        assert await tracking.report(Receipt(sid, "teleported"), way="webhook")
        await here.clock.advance(5)
        assert (await here.execution(execution))["delivery"] == "delivered"
        row = await here.fake.handset(GUARD).send(OURS, "hello")
        await here.clock.advance(10)
        assert not await tracking.report(Receipt(row.sid, "delivered"), way="webhook")


async def test_a_receipt_that_came_before_the_answer_counts_when_the_message_is_known(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "hold", "at": "queued"}, "delivery", times=None)
        here.fault({"type": "latency", "seconds": 2})
        tracking = here.driver.services.tracking
        original = tracking.follow

        def follow(message: Any) -> None:
            tracking.keep_early(Receipt(message.sid, "sent"))
            original(message)

        tracking.follow = follow  # type: ignore[method-assign]
        await here.send("x")
        await here.clock.advance(2)
        [message] = await here.messages()
        assert message["status"] == "sent"


async def test_a_text_of_a_message_that_ended_by_callback_is_not_asked_for(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        execution = await here.send("x")
        sid = (await here.execution(execution))["messageSid"]
        await here.driver.services.tracking.report(Receipt(sid, "delivered"), way="webhook")
        await here.clock.advance(60)
        assert not [exchange for exchange in here.fake.requests if exchange.operation == "messages.fetch"]


@pytest.mark.parametrize(("code", "asked"), [(30002, 1), (30003, 0)])
async def test_the_account_is_looked_at_as_soon_as_a_receipt_says_that_it_is_suspended(
    tmp_path: Path, code: int, asked: int
) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "delivery", "status": "failed", "error_code": code}, "delivery")
        looks = _looks(here)
        await here.send("x")
        await here.clock.advance(2)
        assert (await here.asset("guard"))["status"] == "Fault"
        assert _looks(here) - looks == asked


def _looks(here: Site) -> int:
    """Return how often the driver requested the account."""
    return sum(exchange.operation == "accounts.fetch" for exchange in here.fake.requests)


async def test_a_message_without_an_error_code_was_not_delivered_either(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "hold", "at": "sent"}, "delivery")
        sid = (await here.execution(await here.send("x")))["messageSid"]
        assert await here.driver.services.tracking.report(Receipt(sid, "undelivered"), way="webhook")
        [fault] = (await here.asset("guard"))["facts"]["faults"]
        assert (fault["detail"], fault["code"]) == ("the message was not delivered", None)
        [message] = await here.messages()
        assert (message["status"], message["errorCode"]) == ("undelivered", None)
