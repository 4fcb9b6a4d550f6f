"""One message to several phones is one command: stored atomically, tracked, paced, cancelable and idempotent."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from driver.api.models import BroadcastModel
from support.driver_database import locked
from support.driver_site import GATE, GUARD, OURS, REFUSED, Site, refused, settings, site

BOSS = "+12015550103"
PHONES = [
    {"id": "guard", "caption": "Guard", "external_phone_number": GUARD, "twilio_phone_number": OURS},
    {"id": "gate", "external_phone_number": GATE, "twilio_phone_number": OURS},
    {"id": "boss", "external_phone_number": BOSS, "twilio_phone_number": OURS},
]
ALL = ["guard", "gate", "boss"]


def everybody(here: Site) -> list[list[str]]:
    return [here.received(number) for number in (GUARD, GATE, BOSS)]


def counts(model: BroadcastModel) -> dict[str, int]:
    names = ("waiting", "accepted", "sent", "delivered", "failed", "canceled", "unknown")
    found = {name: getattr(model, name) for name in names}
    assert sum(found.values()) == model.phones
    return {name: count for name, count in found.items() if count}


async def test_every_phone_gets_it_and_the_progress_is_one_answer(tmp_path: Path) -> None:
    async with site(tmp_path, phones=PHONES) as here:
        # A phone that is listed twice gets one message.
        given = await here.client.send_broadcast(["guard", *ALL], "Evacuate")
        assert given.phones == 3
        await here.clock.advance(10)
        answer = await here.client.broadcast(given.broadcast_id)
        assert (counts(answer), answer.problems) == ({"delivered": 3}, [])
        assert everybody(here) == [["Evacuate"]] * 3


async def test_the_same_command_id_is_the_same_broadcast(tmp_path: Path) -> None:
    async with site(tmp_path, phones=PHONES) as here:
        twice = (here.client.send_broadcast(ALL, "Evacuate", commandId="b1") for _ in range(2))
        first, second = await asyncio.gather(*twice)
        assert first.broadcast_id == second.broadcast_id
        await here.clock.advance(10)
        assert everybody(here) == [["Evacuate"]] * 3
        problem = await refused(here.client.send_broadcast(ALL[:2], "Evacuate", commandId="b1"), 409)
        assert "'b1' was already used for another command: Send Message on several phones" in problem["detail"]
        await refused(here.client.command("guard", "Mask", commandId="b1"), 409)
        assert everybody(here) == [["Evacuate"]] * 3


async def test_what_waits_is_taken_back_and_what_left_is_told(tmp_path: Path) -> None:
    async with site(tmp_path, phones=PHONES, send={"per_sender_per_s": 0.1}) as here:
        given = await here.client.send_broadcast(ALL, "Evacuate")
        await here.clock.advance(1)
        for _ in range(2):
            answer = await here.client.cancel_broadcast(given.broadcast_id, workstation="w1")
            assert counts(answer) == {"delivered": 1, "canceled": 2}
        await here.clock.advance(60)
        assert sorted(everybody(here)) == [[], [], ["Evacuate"]]


async def test_what_fails_is_named_with_its_reason(tmp_path: Path) -> None:
    phones = [*PHONES, {"id": "half", "twilio_phone_number": OURS}]
    async with site(tmp_path, phones=phones) as here:
        here.fault(REFUSED, times=6)
        given = await here.client.send_broadcast([*ALL, "half"], "Evacuate")
        assert [(each.asset_id, each.progress) for each in given.problems] == [("half", "failed")]
        await here.clock.advance(30)
        answer = await here.client.broadcast(given.broadcast_id)
        assert counts(answer) == {"failed": 4}
        assert sorted(each.asset_id for each in answer.problems) == ["boss", "gate", "guard", "half"]
        assert "21612" in " ".join(each.reason or "" for each in answer.problems)


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({"assets": ["nobody", "guard", "twilio"], "message": "x"}, ["assets.0", "assets.2"]),
        ({"assets": [], "message": "x"}, ["assets"]),
        ({"message": "x"}, ["assets"]),
        ({"assets": ["guard"], "message": "  "}, ["message"]),
        ({"assets": ["guard"], "message": "x" * 1601}, ["message"]),
        ({"assets": ["nobody"], "message": ""}, ["message", "assets.0"]),
        ({"assets": ["guard"], "message": "a\ud800"}, ["message"]),
        ({"assets": ["guard"], "message": "x", "text": "y"}, ["text"]),
    ],
)
async def test_a_wrong_one_is_refused_whole_with_every_mistake(
    tmp_path: Path, body: dict[str, Any], paths: list[str]
) -> None:
    async with site(tmp_path, phones=PHONES) as here:
        problem = await here.post("/api/broadcasts", body, status=400)
        assert [each["path"] for each in problem["errors"]] == paths
        assert "Message Content" not in problem["detail"]
        await here.clock.advance(10)
        assert everybody(here) == [[], [], []]


async def test_one_that_cannot_be_stored_is_sent_to_nobody(tmp_path: Path) -> None:
    async with site(tmp_path, phones=PHONES) as here:
        with locked(tmp_path / "driver.db"):
            await refused(here.client.send_broadcast(ALL, "Evacuate", commandId="b1"), 503)
        await here.clock.advance(10)
        assert everybody(here) == [[], [], []]
        await here.client.send_broadcast(ALL, "Evacuate", commandId="b1")
        await here.clock.advance(10)
        assert everybody(here) == [["Evacuate"]] * 3


async def test_it_goes_on_after_a_restart(tmp_path: Path) -> None:
    async with site(tmp_path, phones=PHONES, start=False) as here:
        config = settings(here.fake, tmp_path, phones=PHONES, send={"per_sender_per_s": 0.1})
        async with here.running(config):
            given = await here.client.send_broadcast(ALL, "Evacuate")
            await here.clock.advance(1)
        async with here.running(config):
            await here.clock.advance(60)
            assert counts(await here.client.broadcast(given.broadcast_id)) == {"delivered": 3}
        assert everybody(here) == [["Evacuate"]] * 3


async def test_only_broadcasts_are_found(tmp_path: Path) -> None:
    async with site(tmp_path, phones=PHONES) as here:
        execution = await here.send("one")
        for name in (execution, "nothing", "a\u0000b"):
            assert "no broadcast" in (await refused(here.client.broadcast(name), 404))["detail"]
            await refused(here.client.cancel_broadcast(name), 404)


async def test_the_audit_has_a_line_for_it_and_one_for_each_phone(tmp_path: Path) -> None:
    async with site(tmp_path, phones=PHONES) as here:
        await here.client.send_broadcast(ALL, "very private", user="ann", workstation="w1")
        lines = [line for line in await here.audit() if line["Command/Status"] == "Send Message"]
        assert len(lines) == 4
        assert any("to 3 phones" in line["Action"] for line in lines)
        assert {(line["User Name"], line["Computer"]) for line in lines} == {("ann", "w1")}
        assert "very private" not in json.dumps(lines)
