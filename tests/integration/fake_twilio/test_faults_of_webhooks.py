"""Faults of status callbacks and incoming webhooks, as a customer's server and a handset see them."""

from collections import Counter

from support.fake_wire import GUARD, Wire, wire


async def _idle(one: Wire) -> None:
    await one.fake.clock.wait_idle()


async def test_a_dropped_receipt_is_journaled_and_never_made() -> None:
    async with wire() as one:
        fault = await one.plant({"type": "callback_drop"})
        await one.created(StatusCallback=one.hook_url)
        await _idle(one)
        assert one.events() == ["delivered"]
        attempts = (await one.control("GET", "/webhooks"))["webhooks"]
        assert [(each["event"], each["fault"], each["status"]) for each in attempts] == [
            ("sent", fault, None),
            ("delivered", None, 200),
        ]


async def test_dropped_receipts_can_be_counted_by_the_effect_itself() -> None:
    async with wire() as one:
        fault = await one.plant({"type": "callback_drop", "times": 3})
        for _ in range(2):
            await one.created(StatusCallback=one.hook_url)
            await _idle(one)
        assert one.events() == ["delivered"]
        assert (await one.control("GET", f"/faults/{fault}"))["applied"] == 3


async def test_a_duplicated_receipt_repeats_its_token() -> None:
    async with wire() as one:
        await one.plant({"type": "callback_duplicate", "times": 2})
        await one.created(StatusCallback=one.hook_url)
        await _idle(one)
        assert one.events() == ["sent", "sent", "sent", "delivered"]
        assert sorted(Counter(call.token for call in one.received).values()) == [1, 3]


async def test_a_delayed_receipt_is_overtaken() -> None:
    async with wire() as one:
        await one.plant({"type": "callback_delay", "seconds": 10})
        await one.created(StatusCallback=one.hook_url)
        await one.fake.clock.advance(9.9)
        assert one.events() == ["delivered"]
        await one.fake.clock.advance(0.1)
        assert one.events() == ["delivered", "sent"]


async def test_a_reordered_receipt_comes_behind_the_next_one() -> None:
    async with wire() as one:
        await one.plant({"type": "callback_reorder"})
        await one.created(StatusCallback=one.hook_url)
        await _idle(one)
        assert one.events() == ["delivered", "sent"]


async def test_a_reordered_receipt_that_nothing_follows_comes_all_the_same() -> None:
    async with wire() as one:
        await one.plant({"type": "callback_reorder", "seconds": 3}, after=1)
        await one.created(StatusCallback=one.hook_url)
        await one.fake.clock.advance(2.9)
        assert one.events() == ["sent"]
        await one.fake.clock.advance(0.1)
        assert one.events() == ["sent", "delivered"]


async def test_a_badly_signed_receipt_does_not_validate() -> None:
    async with wire() as one:
        await one.plant({"type": "callback_bad_signature"})
        await one.created(StatusCallback=one.hook_url)
        await _idle(one)
        assert [call.genuine for call in one.received] == [False, True]


async def test_a_dropped_incoming_text_is_on_the_account_but_nobody_is_told() -> None:
    async with wire() as one:
        fault = await one.plant({"type": "inbound_drop"})
        await one.control("POST", f"/handsets/{GUARD}/messages", {"to": "+12015550100", "body": "lost"}, 201)
        await _idle(one)
        assert one.received == []
        assert await one.listed() == ["lost"]
        assert [each["fault"] for each in (await one.control("GET", "/webhooks"))["webhooks"]] == [fault]


async def test_the_family_of_incoming_webhooks_may_be_named_in_full() -> None:
    async with wire() as one:
        fault = await one.plant({"type": "inbound_callback_drop"})
        assert (await one.control("GET", f"/faults/{fault}"))["effect"]["type"] == "inbound_drop"


async def test_incoming_texts_are_duplicated_delayed_reordered_and_badly_signed() -> None:
    async with wire() as one:
        for effect in (
            {"type": "inbound_duplicate"},
            {"type": "inbound_delay", "seconds": 5},
            {"type": "inbound_reorder"},
            {"type": "inbound_bad_signature"},
        ):
            await one.plant(effect, match={"body": effect["type"]})
        for body in ("inbound_duplicate", "inbound_delay", "inbound_reorder", "plain", "inbound_bad_signature"):
            await one.fake.handset(GUARD).send("+12015550100", body)
            await _idle(one)
        await one.fake.clock.advance(5)
        assert [(call.form["Body"], call.genuine) for call in one.received] == [
            ("inbound_duplicate", True),
            ("inbound_duplicate", True),
            ("plain", True),
            ("inbound_reorder", True),
            ("inbound_bad_signature", False),
            ("inbound_delay", True),
        ]


async def test_reset_forgets_what_was_held_back() -> None:
    async with wire() as one:
        await one.plant({"type": "callback_reorder"}, after=1)
        await one.plant({"type": "hold"}, after=1)
        await one.created(StatusCallback=one.hook_url)
        await one.created(StatusCallback=one.hook_url)
        await one.control("POST", "/reset")
        await one.fake.clock.advance(100)
        assert (await one.control("GET", "/held"))["held"] == []
        assert "delivered" not in one.events()
