"""Malformed or unavailable lists from Twilio: they cost at most their malformed rows."""

from pathlib import Path
from typing import Any

import pytest

from support.driver_site import GATE, GUARD, OURS, misbehaving_site, refused
from support.misbehaving_tricks import edited, refuse, silent

OTHER = "+12015550109"


def phones(second: str) -> list[dict[str, str]]:
    return [
        {"id": "guard", "external_phone_number": GUARD, "twilio_phone_number": OURS},
        {"id": "gate", "external_phone_number": GATE, "twilio_phone_number": second},
    ]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("body", "x" * 30_000),
        ("body", 7),
        ("from", ["+1"]),
        ("to", None),
        ("num_media", "many"),
        ("error_code", "odd"),
        ("date_sent", "yesterday"),
        ("date_created", 5),
        ("status", {}),
    ],
)
async def test_a_row_that_is_odd_costs_at_most_itself(tmp_path: Path, field: str, value: object) -> None:
    async with misbehaving_site(tmp_path) as here:
        here.twilio.text(GUARD, "before")
        row = here.twilio.text(GUARD, "odd")

        def change(content: Any) -> Any:
            for listed in content["messages"]:
                if listed["sid"] == row["sid"]:
                    listed[field] = value
            return content

        here.twilio.trick("messages.list", edited(change))
        here.twilio.text(GUARD, "after")
        await here.clock.advance(20)
        assert {"before", "after"} <= set(await here.texts())
        letters = await here.dead_letters()
        assert len(letters) + len(await here.texts()) == 3
        assert all(letter["messageSid"] == row["sid"] and field in letter["reason"] for letter in letters)


async def test_a_list_with_rows_that_are_none_still_brings_the_others(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:

        def change(content: Any) -> Any:
            content["messages"][:0] = [None, 7, {}, {"sid": "a" * 100_000, "direction": "inbound"}]
            return content

        here.twilio.trick("messages.list", edited(change))
        here.twilio.text(GUARD, "here")
        await here.clock.advance(20)
        assert await here.texts() == ["here"]
        (letter,) = await here.dead_letters()
        assert len(letter["messageSid"]) < 100
        await refused(here.client.requeue(letter["executionId"]), 400)
        warned = await here.client.logs(logger="driver.gateway", text="rows_unreadable")
        assert {(record["list"], record["count"]) for record in warned} == {("messages", 2)}


@pytest.mark.parametrize("trick", [refuse(404, 20404), refuse(400, 20001), refuse(500, 20500), silent()])
async def test_a_number_that_cannot_be_listed_holds_up_no_other(tmp_path: Path, trick: Any) -> None:
    async with misbehaving_site(tmp_path, phones=phones(OTHER)) as here:
        here.twilio.numbers.append(OTHER)

        async def only_ours(exchange: Any) -> None:
            if exchange.query.get("To") == OURS:
                await trick(exchange)
            else:
                await exchange.send(exchange.honest())

        here.twilio.trick("messages.list", only_ours)
        await here.clock.advance(5)
        here.twilio.text(GATE, "through", to=OTHER)
        await here.clock.advance(30)
        assert await here.texts() == ["through"]
        await here.clock.advance(120)
        assert OURS in await here.lagging()
        assert not (await here.asset("twilio"))["facts"]["comm"]
        here.twilio.behave()
        here.twilio.text(GUARD, "late")
        await here.clock.advance(90)
        assert await here.texts() == ["through", "late"]
        assert await here.lagging() == ""


async def test_polls_that_are_too_many_are_a_fault_of_the_system(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:
        here.twilio.trick("messages.list", refuse(429, 20429), times=1)
        await here.clock.advance(10)
        assert [f["cause"] for f in (await here.asset("twilio"))["facts"]["faults"]] == ["rate_limited"]
        await here.clock.advance(60)
        assert await here.status("twilio") == "Normal"


async def test_while_nothing_reaches_twilio_not_every_number_is_tried(tmp_path: Path) -> None:
    many = [
        {"id": f"phone{n}", "external_phone_number": GUARD, "twilio_phone_number": f"+120155602{n:02}"}
        for n in range(20)
    ]
    async with misbehaving_site(tmp_path, phones=many) as here:
        here.twilio.trick("messages.list", refuse(503, 20503))
        before = len(here.twilio.asked("messages.list"))
        await here.clock.advance(10)
        assert 3 <= len(here.twilio.asked("messages.list")) - before < 8
