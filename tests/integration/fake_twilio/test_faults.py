"""Faults in general: matching, counting, probability, invalid faults, and that every documented effect exists."""

from typing import Any

import pytest

from fake_twilio.faults import effects
from support.fake_wire import GATE, GUARD, Wire, wire


async def _idle(one: Wire) -> None:
    await one.fake.clock.wait_idle()


async def test_every_effect_of_the_table_exists() -> None:
    families = ("drop", "duplicate", "delay", "reorder", "bad_signature")
    promised = {"http_error", "rate_limit", "latency", "reset_before", "reset_after", "hang_before", "hang_after"}
    promised |= {"truncate", "malformed_json", "html_error", "delivery", "hold", "list_lag"}
    promised |= {f"{kind}_{name}" for kind in ("callback", "inbound") for name in families}
    assert set(effects()) == promised


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
    async def applied(one: Wire) -> list[int]:
        await one.plant({"type": "http_error", "status": 500}, probability=0.5, times=None)
        statuses = []
        for _ in range(20):
            async with one.create() as answer:
                statuses.append(answer.status)
        return statuses

    rounds = []
    for _ in range(2):
        async with wire(seed={"random_seed": 7, **_plain()}) as one:
            rounds.append(await applied(one))
            await one.control("POST", "/reset")
            rounds.append(await applied(one))
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
            "match.too: unknown key; known keys: account_sid, body, from, operation, to",
            "match.body: '(' is not a regular expression: missing ), unterminated subpattern at position 0",
            "effect.colour: unknown key for delivery; known keys: after, error_code, status",
            "effect.status: 'lost' is not one of delivered, undelivered, failed, sent, queued",
            "times: 0 is neither null (always) nor a whole number of 1 or more",
        ]
        problem = await one.control("POST", "/faults", {"effekt": {}, "match": {"to": 1}, "probability": 2}, expect=400)
        assert [each.partition(":")[0] for each in problem["errors"]] == ["effekt", "effect", "match.to", "probability"]


@pytest.mark.parametrize(
    ("effect", "operation", "shown"),
    [
        ("http_error", "message.create", "messages.create"),
        ("list_lag", "messages.create", "*.list"),
        ("callback_drop", "messages.list", "callback"),
        ("inbound_drop", "callback", "inbound_webhook"),
    ],
)
async def test_a_fault_that_could_never_strike_is_refused(effect: str, operation: str, shown: str) -> None:
    more: dict[str, Any] = {"http_error": {"status": 500}, "list_lag": {"seconds": 1}}.get(effect, {})
    async with wire() as one:
        problem = await one.control(
            "POST", "/faults", {"effect": {"type": effect, **more}, "match": {"operation": operation}}, expect=400
        )
        assert f"match.operation: {effect} does not apply to '{operation}'" in problem["detail"]
        assert shown in problem["detail"]


async def test_an_expression_that_goes_back_for_ever_elsewhere_is_no_burden() -> None:
    async with wire() as site:
        await site.plant({"type": "http_error", "status": 500}, match={"body": "(a+)+$"}, times=None)
        async with site.create("a" * 1000 + "!") as answer:
            assert answer.status == 201
        async with site.create("a" * 1000) as answer:
            assert answer.status == 500
        document = {"effect": {"type": "http_error", "status": 500}, "match": {"body": "(a)\\1"}}
        problem = await site.control("POST", "/faults", document, 400)
        assert "refers back" in str(problem)


@pytest.mark.parametrize(
    ("written", "meant"), [("http-error", "http_error"), ("HTTP_errors", "http_error"), ("latancy", "latency")]
)
async def test_a_misspelt_effect_names_the_one_that_was_meant(written: str, meant: str) -> None:
    async with wire() as one:
        refused = await one.control("POST", "/faults", {"effect": {"type": written}}, 400)
        assert refused["detail"].endswith(f"; did you mean {meant}?")
        refused = await one.control("POST", "/faults", {"effect": {"type": "xyzzy"}}, 400)
        assert "did you mean" not in refused["detail"]
