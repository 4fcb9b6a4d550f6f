"""Proofs of life: a person answers a scheduled message, or the phone goes into Fault."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from driver.config.models import DriverConfig
from support.driver_site import GUARD, OURS, Site, settings, site
from support.driver_workflows import CHAIN, FIRST_TEXT, NOTIFY, PHONES, alarm

POLL_S = 240
TEXT = "Test of the alarm chain. Please answer OK."
MORNING = {"name": "morning", "phone": "guard", "at": "07:30", "zone": "UTC", "answer_within_s": 600}


def with_proofs(*proofs: dict[str, Any], **notify: Any) -> dict[str, Any]:
    slow = {"receive": {"poll_interval_s": POLL_S}, "states": {"probe_interval_s": 3600}}  # whole days pass here
    return {"phones": PHONES, "notify": NOTIFY | notify | {"proofs": list(proofs)}, **slow}


async def texted(here: Site, number: str, body: str) -> None:
    await here.fake.handset(number).send(OURS, body)
    await here.clock.advance(POLL_S)


async def until(here: Site, hour: int, minute: int = 0) -> None:
    now = here.clock.now()
    wanted = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    await here.clock.advance((wanted - now).total_seconds() % 86400)


async def test_an_answer_in_time_keeps_the_phone_normal(tmp_path: Path) -> None:
    async with site(tmp_path, **with_proofs(MORNING)) as here:
        for number in range(1, 4):
            await until(here, 7, 30)
            assert here.received(GUARD) == [TEXT] * number
            await texted(here, GUARD, "OK")
            await until(here, 7, 45)
            assert await here.status("guard") == "Normal"
        assert not await here.events("AlarmRaised")


async def test_a_missing_answer_is_a_fault_of_the_phone_until_somebody_answers(tmp_path: Path) -> None:
    async with site(tmp_path, **with_proofs(MORNING)) as here:
        await until(here, 7, 39)
        assert await here.status("guard") == "Normal"
        await until(here, 7, 41)
        guard = await here.asset("guard")
        assert guard["status"] == "Fault"
        assert guard["reason"] == "No answer to the proof of life 'morning' of 07:30"
        assert "a message from this phone" in str(guard)
        await here.command("guard", "Reset")
        assert await here.status("guard") == "Fault", "only an answer shows that it works"
        await texted(here, GUARD, "I am here, the battery was empty")
        assert await here.status("guard") == "Normal"
        await here.clock.advance(7200)
        assert await here.status("guard") == "Normal"


async def test_the_next_proof_that_is_answered_ends_the_fault(tmp_path: Path) -> None:
    async with site(tmp_path, **with_proofs(MORNING)) as here:
        await until(here, 8)
        await until(here, 7, 30)
        assert await here.status("guard") == "Fault"
        assert here.received(GUARD) == [TEXT] * 2
        await texted(here, GUARD, "ok")
        assert await here.status("guard") == "Normal"


async def test_proofs_survive_restarts_and_none_is_texted_twice(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **with_proofs(MORNING))
        async with here.running(config):
            await until(here, 7, 30)
        async with here.running(config):
            assert here.received(GUARD) == [TEXT]
        await here.fake.handset(GUARD).send(OURS, "OK")
        await here.clock.advance(1800)
        async with here.running(config):
            await here.clock.advance(30)
            assert await here.status("guard") == "Normal", "the answer came while the driver was stopped"
        await until(here, 12)
        await here.clock.advance(2 * 86400)
        async with here.running(config):
            await here.clock.advance(600)
            assert here.received(GUARD) == [TEXT], "what fell due while it was stopped is out of date"
            await until(here, 7, 30)
            assert here.received(GUARD) == [TEXT] * 2
            await here.clock.advance(1200)
            assert await here.status("guard") == "Fault"
        async with here.running(settings(here.fake, tmp_path, phones=PHONES)):
            assert await here.status("guard") == "Normal", "a proof that is gone asks for no answer"


async def test_an_answer_to_a_proof_is_no_answer_to_an_alarm(tmp_path: Path) -> None:
    async with site(tmp_path, **with_proofs(MORNING), workflows=[CHAIN]) as here:
        await until(here, 7, 30)
        await alarm(here)
        await texted(here, GUARD, "OK")
        assert await here.status("gate") == "Fault", "OK was for the proof"
        assert here.received(GUARD) == [TEXT, FIRST_TEXT]
        await until(here, 7, 45)
        assert await here.status("guard") == "Normal"
        await until(here, 7, 30)
        await texted(here, GUARD, "ok 10")
        assert await here.status("gate") == "Acknowledged"
        await until(here, 7, 45)
        assert await here.status("guard") == "Normal", "a code proves as well that somebody is there"


@pytest.mark.parametrize(
    ("proof", "complaint"),
    [
        ({"days": ["sunday"]}, "days"),
        ({"at": "7.30"}, "expected a time of day"),
        ({"zone": "Mars"}, "expected a time zone"),
        ({"answer_within_s": 90000}, "answer_within_s"),
    ],
)
def test_a_proof_that_cannot_work_is_refused(proof: dict[str, Any], complaint: str) -> None:
    data = {"twilio": {"account_sid": "AC" + "0" * 32, "auth_token": "x"}, **with_proofs(MORNING | proof)}
    with pytest.raises(ValidationError, match=complaint):
        DriverConfig.model_validate(data)


def test_two_proofs_with_one_name_are_refused() -> None:
    data = {"twilio": {"account_sid": "AC" + "0" * 32, "auth_token": "x"}, **with_proofs(MORNING, MORNING)}
    with pytest.raises(ValidationError, match="the name 'morning' is used twice"):
        DriverConfig.model_validate(data)
