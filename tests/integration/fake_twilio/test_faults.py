"""Every effect of the fault table, as a client, a customer's server and a person with a phone meet it."""

import asyncio
import json
from collections import Counter
from typing import Any

import aiohttp
import pytest

from fake_twilio import ManualClock
from fake_twilio.faults import EFFECTS
from support.fake_wire import GATE, GUARD, Wire, wire


async def _settled(one: Wire) -> None:
    await one.fake.clock.settle()


async def test_an_http_error_refuses_and_creates_nothing() -> None:
    async with wire() as one:
        await one.plant({"type": "http_error", "status": 503, "headers": {"X-Why": "test"}})
        async with one.create() as answer:
            assert (answer.status, (await answer.json())["code"]) == (503, 20503)
            assert answer.headers["X-Why"] == "test"
        assert await one.listed() == []


async def test_a_rate_limit_says_when_to_come_back() -> None:
    async with wire() as one:
        await one.plant({"type": "rate_limit", "retry_after": 2})
        async with one.create() as answer:
            assert (answer.status, (await answer.json())["code"]) == (429, 20429)
            assert answer.headers["Retry-After"] == "2"
        assert await one.listed() == []


async def test_latency_answers_late_on_the_fakes_clock_but_processes_at_once() -> None:
    clock = ManualClock()
    async with wire(clock=clock) as one:
        await one.plant({"type": "latency", "seconds": 30}, match={"operation": "messages.create"})
        sending = asyncio.ensure_future(one.created())
        while not one.fake.requests:
            await clock.settle()
        await clock.advance(29.9)
        assert not sending.done()
        assert await one.listed() == ["hello"]
        await clock.advance(0.1)
        assert (await sending)["body"] == "hello"


async def test_latency_delays_a_refusal_too() -> None:
    clock = ManualClock()
    async with wire(clock=clock) as one:
        await one.plant({"type": "http_error", "status": 500})
        await one.plant({"type": "latency", "seconds": 0})
        async with one.create() as answer:
            assert answer.status == 500
        faults = await one.control("GET", "/faults")
        # The first refused, so the second was never asked.
        assert [fault["matched"] for fault in faults["faults"]] == [1, 0]
        await one.control("DELETE", "/faults")
        await one.plant({"type": "latency", "seconds": 5})
        await one.plant({"type": "http_error", "status": 500})
        sending = asyncio.ensure_future(one.create().__aenter__())
        while len(one.fake.requests) < 2:
            await clock.settle()
        assert one.fake.requests[-1].fault == "fault-1,fault-2"
        await clock.advance(5)
        assert (await sending).status == 500


@pytest.mark.parametrize(("effect", "made"), [("reset_before", 0), ("reset_after", 1)])
async def test_a_reset_before_or_after_the_message_was_created(effect: str, made: int) -> None:
    async with wire() as one:
        await one.plant({"type": effect})
        with pytest.raises(aiohttp.ClientConnectionError):
            await one.create()
        assert len(await one.listed()) == made


@pytest.mark.parametrize(("effect", "made"), [("hang_before", 0), ("hang_after", 1)])
async def test_no_answer_before_or_after_the_message_was_created(effect: str, made: int) -> None:
    async with wire() as one:
        await one.plant({"type": effect}, match={"operation": "messages.create"})
        sending = asyncio.ensure_future(one.created())
        while not one.fake.requests:
            await one.fake.clock.settle()
        # A client that is kept waiting is no work in flight: time can pass.
        await one.fake.clock.advance(3600)
        assert not sending.done()
        assert len(await one.listed()) == made
        sending.cancel()
        await asyncio.gather(sending, return_exceptions=True)


async def test_a_truncated_answer_to_a_processed_request() -> None:
    async with wire() as one:
        await one.plant({"type": "truncate", "keep": 10})
        async with one.create() as answer:
            assert answer.status == 201
            with pytest.raises(aiohttp.ClientPayloadError):
                await answer.read()
        assert await one.listed() == ["hello"]


async def test_json_that_cannot_be_read_for_a_processed_request() -> None:
    async with wire() as one:
        await one.plant({"type": "malformed_json"})
        async with one.create() as answer:
            assert (answer.status, answer.content_type) == (201, "application/json")
            with pytest.raises(json.JSONDecodeError):
                json.loads(await answer.text())
        assert await one.listed() == ["hello"]


async def test_a_gateways_html_page_for_a_processed_request() -> None:
    async with wire() as one:
        await one.plant({"type": "html_error"})
        async with one.create() as answer:
            assert (answer.status, answer.content_type) == (502, "text/html")
            assert "<h1>502 Bad Gateway</h1>" in await answer.text()
        assert await one.listed() == ["hello"]


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
        await _settled(one)
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
        assert "parked are none" in problem["detail"]
        problem = await one.control("POST", "/held/SM0/release", {"status": "lost", "error_code": "x"}, expect=400)
        assert problem["errors"] == ["error_code: 'x' is not a whole number"]
        problem = await one.control("POST", "/held/SM0/release", {"status": "lost"}, expect=400)
        assert problem["errors"] == ["status: 'lost' is not one of delivered, undelivered, failed, sent"]


async def test_a_dropped_receipt_is_journaled_and_never_made() -> None:
    async with wire() as one:
        fault = await one.plant({"type": "callback_drop"})
        await one.created(StatusCallback=one.hook_url)
        await _settled(one)
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
            await _settled(one)
        assert one.events() == ["delivered"]
        assert (await one.control("GET", f"/faults/{fault}"))["applied"] == 3


async def test_a_duplicated_receipt_repeats_its_token() -> None:
    async with wire() as one:
        await one.plant({"type": "callback_duplicate", "times": 2})
        await one.created(StatusCallback=one.hook_url)
        await _settled(one)
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
        await _settled(one)
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
        await _settled(one)
        assert [call.genuine for call in one.received] == [False, True]


async def test_a_dropped_incoming_text_is_on_the_account_but_nobody_is_told() -> None:
    async with wire() as one:
        fault = await one.plant({"type": "inbound_drop"})
        await one.control("POST", f"/handsets/{GUARD}/messages", {"to": "+12015550100", "body": "lost"}, 201)
        await _settled(one)
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
            await _settled(one)
        await one.fake.clock.advance(5)
        assert [(call.form["Body"], call.genuine) for call in one.received] == [
            ("inbound_duplicate", True),
            ("inbound_duplicate", True),
            ("plain", True),
            ("inbound_reorder", True),
            ("inbound_bad_signature", False),
            ("inbound_delay", True),
        ]


async def test_a_list_lags_behind_while_fetching_does_not() -> None:
    async with wire() as one:
        await one.created("old")
        await one.fake.clock.advance(100)
        await one.plant({"type": "list_lag", "seconds": 60}, times=None)
        sid = (await one.created("new"))["sid"]
        await _settled(one)
        assert await one.listed() == ["old"]
        assert (await one.fetch(sid))["body"] == "new"
        await one.fake.clock.advance(60)
        assert await one.listed() == ["new", "old"]


async def test_every_effect_of_the_table_exists() -> None:
    families = ("drop", "duplicate", "delay", "reorder", "bad_signature")
    promised = {"http_error", "rate_limit", "latency", "reset_before", "reset_after", "hang_before", "hang_after"}
    promised |= {"truncate", "malformed_json", "html_error", "delivery", "hold", "list_lag"}
    promised |= {f"{kind}_{name}" for kind in ("callback", "inbound") for name in families}
    assert set(EFFECTS) == promised


async def test_matching_after_times_and_counting() -> None:
    async with wire() as one:
        fault = await one.plant(
            {"type": "http_error", "status": 500},
            match={"operation": "messages.create", "to": GATE, "body": "^fire"},
            times=2,
            after=1,
        )
        seen = []
        for to, body in [(GATE, "fire 1"), (GUARD, "fire"), (GATE, "all fired up"), *[(GATE, "fire")] * 4]:
            async with one.create(body, To=to) as answer:
                seen.append(answer.status)
        assert seen == [201, 201, 201, 500, 500, 201, 201]
        document = await one.control("GET", f"/faults/{fault}")
        assert (document["matched"], document["applied"]) == (3, 2)


async def test_chance_is_repeatable_and_reset_begins_it_anew() -> None:
    async def struck(one: Wire) -> list[int]:
        await one.plant({"type": "http_error", "status": 500}, probability=0.5, times=None)
        statuses = []
        for _ in range(20):
            async with one.create() as answer:
                statuses.append(answer.status)
        return statuses

    rounds = []
    for _ in range(2):
        async with wire(seed={"random_seed": 7, **_plain()}) as one:
            rounds.append(await struck(one))
            await one.control("POST", "/reset")
            rounds.append(await struck(one))
    assert {500, 201} == set(rounds[0])
    assert all(each == rounds[0] for each in rounds)


def _plain() -> dict[str, Any]:
    from support.fake_wire import seed

    return seed()


async def test_mistakes_are_told_all_at_once_with_their_paths() -> None:
    async with wire() as one:
        problem = await one.control(
            "POST",
            "/faults",
            {
                "effect": {"type": "delivery", "status": "lost", "colour": 1},
                "match": {"body": "(", "too": "x"},
                "times": 0,
            },
            expect=400,
        )
        assert problem["errors"] == [
            "match.too: is not known here; known are account_sid, body, from, operation, to",
            "match.body: '(' is not a regular expression: missing ), unterminated subpattern at position 0",
            "effect.colour: is not known for delivery; known are after, error_code, status",
            "times: 0 is neither null (always) nor a whole number of 1 or more",
        ]


@pytest.mark.parametrize(
    ("effect", "operation", "told"),
    [
        ("http_error", "message.create", "messages.create"),
        ("list_lag", "messages.create", "*.list"),
        ("callback_drop", "messages.list", "callback"),
        ("inbound_drop", "callback", "inbound_webhook"),
    ],
)
async def test_a_fault_that_could_never_strike_is_refused(effect: str, operation: str, told: str) -> None:
    more: dict[str, Any] = {"http_error": {"status": 500}, "list_lag": {"seconds": 1}}.get(effect, {})
    async with wire() as one:
        problem = await one.control(
            "POST", "/faults", {"effect": {"type": effect, **more}, "match": {"operation": operation}}, expect=400
        )
        assert f"match.operation: '{operation}' is not where {effect} strikes" in problem["detail"]
        assert told in problem["detail"]


@pytest.mark.parametrize("operation", ["messages.create", "delivery", "*", "messages.*"])
async def test_a_delivery_fault_may_be_matched_by_what_set_it_off(operation: str) -> None:
    async with wire() as one:
        await one.plant({"type": "delivery", "status": "failed"}, match={"operation": operation})
        sid = (await one.created())["sid"]
        await _settled(one)
        assert (await one.fetch(sid))["status"] == "failed"


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
