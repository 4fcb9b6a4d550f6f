"""Faults of deliveries: planned final statuses, and held messages."""

from typing import Any

import pytest

from support.fake_wire import GUARD, Wire, wire


async def _idle(one: Wire) -> None:
    await one.fake.clock.wait_idle()


@pytest.mark.parametrize(
    ("effect", "status", "code", "receipts"),
    [
        ({"status": "undelivered"}, "undelivered", 30003, ["sent", "undelivered"]),
        ({"status": "undelivered", "error_code": 30006}, "undelivered", 30006, ["sent", "undelivered"]),
        ({"status": "failed"}, "failed", 30008, ["failed"]),
        ({"status": "failed", "error_code": 30001}, "failed", 30001, ["failed"]),
        ({"status": "sent"}, "sent", None, ["sent"]),
        ({"status": "queued"}, "queued", None, []),
        ({"status": "delivered"}, "delivered", None, ["sent", "delivered"]),
    ],
)
async def test_a_delivery_ends_as_planned(
    effect: dict[str, Any], status: str, code: int | None, receipts: list[str]
) -> None:
    async with wire() as one:
        await one.plant({"type": "delivery", **effect})
        sid = (await one.created(StatusCallback=one.hook_url))["sid"]
        await _idle(one)
        row = await one.fetch(sid)
        assert (row["status"], row["error_code"]) == (status, code)
        assert one.events() == receipts
        shown = [message.body for message in one.fake.handset(GUARD).messages]
        assert shown == (["hello"] if status == "delivered" else [])


async def test_a_delivery_may_take_its_time() -> None:
    async with wire() as one:
        await one.plant({"type": "delivery", "status": "undelivered", "after": 60})
        sid = (await one.created())["sid"]
        await one.fake.clock.advance(59)
        assert (await one.fetch(sid))["status"] == "sent"
        await one.fake.clock.advance(1)
        assert (await one.fetch(sid))["status"] == "undelivered"


@pytest.mark.parametrize("at", ["queued", "sent"])
async def test_a_held_message_waits_for_its_fate(at: str) -> None:
    async with wire() as one:
        await one.plant({"type": "hold", "at": at})
        sid = (await one.created(StatusCallback=one.hook_url))["sid"]
        await one.fake.clock.advance(3600)
        assert (await one.fetch(sid))["status"] == at
        assert [row["sid"] for row in (await one.control("GET", "/held"))["held"]] == [sid]
        released = await one.control(
            "POST", f"/held/{sid}/release", {"status": "undelivered", "error_code": 30005}, expect=200
        )
        assert (released["status"], released["error_code"]) == ("undelivered", 30005)
        assert one.events() == ["sent", "undelivered"]
        await one.control("POST", f"/held/{sid}/release", {"status": "delivered"}, expect=409)


async def test_a_release_without_a_status_lets_a_message_go_its_usual_way() -> None:
    async with wire() as one:
        await one.plant({"type": "hold"})
        sid = (await one.created())["sid"]
        assert (await one.control("POST", f"/held/{sid}/release"))["status"] == "delivered"


async def test_releases_that_make_no_sense_are_explained() -> None:
    async with wire() as one:
        problem = await one.control("POST", "/held/SM0/release", {"status": "delivered"}, expect=404)
        assert "parked messages: none" in problem["detail"]
        problem = await one.control("POST", "/held/SM0/release", {"status": "lost", "error_code": "x"}, expect=400)
        assert problem["errors"] == ["error_code: 'x' is not a whole number"]
        problem = await one.control("POST", "/held/SM0/release", {"status": "lost"}, expect=400)
        assert problem["errors"] == ["status: 'lost' is not one of delivered, undelivered, failed, sent"]


@pytest.mark.parametrize("operation", ["messages.create", "delivery", "*", "messages.*"])
async def test_a_delivery_fault_may_be_matched_by_what_set_it_off(operation: str) -> None:
    async with wire() as one:
        await one.plant({"type": "delivery", "status": "failed"}, match={"operation": operation})
        sid = (await one.created())["sid"]
        await _idle(one)
        assert (await one.fetch(sid))["status"] == "failed"
