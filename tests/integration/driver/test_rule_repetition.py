"""A message is repeated until somebody acknowledges; without an answer, the escalation continues."""

from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from driver.config.models import DriverConfig
from support.driver_pair import Pair
from support.driver_site import GUARD, settings, site
from support.driver_workflows import BOSS, CHAIN, FIRST_TEXT, alarm, rules, texted

STEPS: list[dict[str, Any]] = [
    {"to": "guard", "template": "alarm", "repeat_every_s": 120, "repeat_times": 3},
    {"to": "boss", "message": "{Name}: nobody answers", "after_s": 480},
]
REPEATED = CHAIN | {"do": STEPS}


async def test_it_is_repeated_and_then_the_next_person_is_texted(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(REPEATED)) as here:
        await alarm(here)
        for expected in (2, 3, 4, 4):
            await here.clock.advance(120)
            assert here.received(GUARD) == [FIRST_TEXT] * expected
        assert here.received(BOSS) == ["Gate: nobody answers"]
        await here.clock.advance(3600)
        assert len(here.received(GUARD)) == 4


@pytest.mark.parametrize("ending", ["text", "Acknowledge", "Mask", "clear"])
async def test_it_ends_when_somebody_acknowledges_or_it_is_over(tmp_path: Path, ending: str) -> None:
    async with site(tmp_path, **rules(REPEATED, replies_per_hour=0)) as here:
        await alarm(here)
        await here.clock.advance(120)
        if ending == "text":
            await texted(here, GUARD, "10")
        elif ending == "clear":
            await here.send("found", "gate")
        else:
            await here.command("gate", ending)
        await here.clock.advance(600)
        assert here.received(GUARD) == [FIRST_TEXT] * 2
        assert here.received(BOSS) == []
        dropped = [event["parameters"]["Reason"] for event in await here.events("MessageDropped")]
        assert len(dropped) == 1 + (ending == "text"), "only the next person, or the answer, misses a text"


async def test_a_latched_alarm_is_not_repeated_once_its_cause_is_over(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(REPEATED), states={"latch": True}) as here:
        await alarm(here)
        await here.send("found", "gate")
        await here.clock.advance(240)
        assert here.received(GUARD) == [FIRST_TEXT]


async def test_repetitions_survive_a_restart_and_none_comes_in_a_burst(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(REPEATED))
        async with here.running(config):
            await alarm(here)
            await here.clock.advance(120)
        async with here.running(config):
            assert len(here.received(GUARD)) == 2
            await here.clock.advance(110)
        await here.clock.advance(130)  # two fall due
        async with here.running(config):
            assert here.received(GUARD) == [FIRST_TEXT] * 3
            await here.clock.advance(3600)
            assert here.received(GUARD) == [FIRST_TEXT] * 3, "the one that was missed does not come later"


def test_what_has_no_end_is_not_repeated() -> None:
    rule = {"on": "Message Received", "do": [{"to": "guard", "message": "x", "repeat_every_s": 60}]}
    twilio = {"account_sid": "AC" + "0" * 32, "auth_token": "x"}
    with pytest.raises(ValidationError, match="repeat_every_s: Message Received has no end"):
        DriverConfig.model_validate({"twilio": twilio, "workflows": [rule]})


async def test_a_driver_that_takes_over_goes_on_with_repetitions_and_proofs(tmp_path: Path) -> None:
    proof = {"name": "night", "phone": "boss", "at": "00:05", "zone": "UTC", "message": "All well?"}
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **rules(REPEATED, proofs=[proof]), failover={"enabled": True})
        pair = Pair(here, config)
        async with AsyncExitStack() as first:
            here.driver = await first.enter_async_context(pair.driver())
            async with pair.driver() as second:
                waits = second.on_standby
                assert waits
                await alarm(here)
                await here.clock.advance(125)
                assert here.received(GUARD) == [FIRST_TEXT] * 2
                await first.aclose()
                await here.clock.advance(30)
                assert not second.on_standby
                await here.clock.advance(600)
                assert here.received(GUARD) == [FIRST_TEXT] * 4
                assert sorted(here.received(BOSS)) == ["All well?", "Gate: nobody answers"]
