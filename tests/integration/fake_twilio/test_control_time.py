"""Time and randomness: nothing moves by itself, whatever falls due is run, and equal input has equal effects."""

import asyncio
from typing import Any

from fake_twilio import FakeTwilio, ManualClock
from support.fake_wire import GATE, GUARD, OURS, Wire, seed, wire


async def test_nothing_moves_until_the_clock_does() -> None:
    async with wire(pace="realistic") as one:
        sid = (await one.created(StatusCallback=one.hook_url))["sid"]
        for _ in range(50):
            await asyncio.sleep(0)  # noqa: TID251 - gives everything that is wrongly ready a turn
        assert (await one.fetch(sid))["status"] == "queued"
        shown = await one.control("GET", "/clock")
        assert shown["kind"] == "manual"
        assert shown["next_due"] > shown["now"]
        after = await one.control("POST", "/clock/advance", {"seconds": 60})
        assert after["next_due"] is None
        # Once this response has arrived, the status callbacks have been answered too.
        assert one.events() == ["sent", "delivered"]
        assert (await one.fetch(sid))["status"] == "delivered"


async def test_a_real_clock_refuses_to_be_moved() -> None:
    async with FakeTwilio(seed()) as fake, wire(upstream=fake.base_url) as one:
        url = f"{fake.base_url}/_fake/v1/clock/advance"
        async with one.session.post(url, json={"seconds": 1}) as answer:
            assert answer.status == 409
            assert "start the fake with --clock manual" in (await answer.json(content_type=None))["detail"]


async def test_seconds_that_make_no_sense_are_refused() -> None:
    async with wire() as one:
        bodies: list[Any] = [{"seconds": -1}, {"seconds": "5"}, {}, {"minutes": 1, "seconds": 1}, {"seconds": True}, []]
        for body in bodies:
            await one.control("POST", "/clock/advance", body, 400)


async def test_idle_tells_what_is_still_due() -> None:
    async with wire(pace="realistic") as one:
        assert (await one.control("GET", "/idle"))["idle"] is True
        await one.created()
        assert (await one.control("GET", "/idle", timeout="1"))["idle"] is False
        await one.fake.clock.advance(60)
        assert (await one.control("GET", "/idle"))["idle"] is True


async def test_a_fast_clock_gets_there_sooner() -> None:
    async with FakeTwilio(seed(), clock=_fast(), pace="realistic") as fake:
        async with wire(upstream=fake.base_url) as one:
            await one.created()
            async with one.session.get(f"{fake.base_url}/_fake/v1/idle?timeout=10") as answer:
                assert (await answer.json())["idle"] is True
        assert fake.messages[0].status == "delivered"


def _fast() -> Any:
    from fake_twilio import RealClock

    return RealClock(speed=1000)


async def _story(one: Wire) -> dict[str, Any]:
    """Run a story with randomness in it and return all its effects."""
    one.received.clear()
    await one.plant({"type": "http_error", "status": 500}, probability=0.7, times=None, match={"to": GATE})
    await one.plant({"type": "callback_duplicate"}, probability=0.5, times=None)
    for number in range(8):
        async with one.create(str(number), To=GATE if number % 2 else GUARD, StatusCallback=one.hook_url):
            pass
        await one.fake.clock.advance(1)
    await one.control("POST", f"/handsets/{GUARD}/messages", {"to": OURS, "body": "stop"}, 201)
    await one.fake.clock.advance(60)
    requests = (await one.control("GET", "/requests"))["requests"]
    webhooks = (await one.control("GET", "/webhooks"))["webhooks"]
    for entry in (*requests, *webhooks):
        del entry["seconds"]
        # Ports come from the operating system; signatures and lengths depend on them.
        for name in ("url", "headers", "signature", "body", "target"):
            entry.pop(name, None)
    return {
        "messages": (await one.control("GET", "/messages"))["messages"],
        "faults": await one.control("GET", "/faults"),
        "requests": requests,
        "webhooks": webhooks,
        "arrived": [(call.form.get("MessageSid"), call.form.get("MessageStatus"), call.token) for call in one.received],
    }


async def test_the_same_seed_and_the_same_requests_give_the_same_everything() -> None:
    stories = []
    for _ in range(2):
        async with wire(pace="realistic", seed={"random_seed": 11, **seed(sms_url="")}) as one:
            stories.append(await _story(one))
            await one.control("POST", "/reset")
            stories.append(await _story(one))
    assert len(stories[0]["messages"]) > 5
    assert any(entry["status"] == 500 for entry in stories[0]["requests"])
    assert stories[1] == stories[0]
    assert stories[2] == stories[0]
    assert stories[3] == stories[0]


async def test_a_clock_may_be_shared() -> None:
    clock = ManualClock()
    async with wire(clock=clock, pace="realistic") as one, FakeTwilio(clock=clock, pace="realistic") as other:
        await one.created()
        await clock.advance(60)
        assert one.fake.messages[0].status == "delivered"
        assert other.clock.now() == one.fake.clock.now()
