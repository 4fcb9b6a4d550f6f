"""Acknowledging by text: codes, words, who may, and what comes back."""

from pathlib import Path

import pytest

from support.driver_site import GUARD, site
from support.driver_workflows import BOSS, CHAIN, FIRST_TEXT, REFUSED, alarm, rules, texted


async def test_an_alarm_is_told_and_acknowledged_by_answering_with_its_code(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        assert here.received(GUARD) == [FIRST_TEXT]
        await texted(here, GUARD, "ack 10 on my way")
        assert await here.status("gate") == "Acknowledged"
        (record,) = (await here.asset("gate"))["alarms"]
        assert (record["acknowledgedBy"], record["comment"]) == ("Guard", "on my way")
        assert here.received(GUARD)[1:] == ["Acknowledged: Gate, Fault."]
        await here.clock.advance(600)
        assert here.received(BOSS) == [], "who acknowledges ends the escalation"
        assert len(here.received(GUARD)) == 2


@pytest.mark.parametrize("body", ["STOP", "Cancel", "yes", "HELP", "10 minutes", "hello"])
async def test_twilios_keywords_and_small_talk_do_nothing(tmp_path: Path, body: str) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        await texted(here, GUARD, body)
        assert await here.status("gate") == "Fault"
        assert here.received(GUARD)[:1] == [FIRST_TEXT]
        assert not any("cknowledged" in text for text in here.received(GUARD))


async def test_only_listed_phones_acknowledge(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        await texted(here, BOSS, "10")
        await texted(here, "+12015550199", "10")
        assert await here.status("gate") == "Fault"
        assert here.received(BOSS) == []
        assert here.received("+12015550199") == [], "strangers are not answered"


async def test_answers_say_what_they_came_to_and_end_at_the_limit(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN, replies_per_hour=3)) as here:
        await texted(here, GUARD, "ack")
        await alarm(here)
        await texted(here, GUARD, "99")
        await here.command("gate", "Acknowledge")
        await texted(here, GUARD, "10")
        await texted(here, GUARD, "10")
        assert [text for text in here.received(GUARD) if text != FIRST_TEXT] == [
            "Which alarm? Answer with its code.",
            "No open alarm has the code 99.",
            "Already acknowledged by anonymous: Gate, Fault.",
        ]
        await here.clock.advance(3600)
        await here.command("gate", "Reset")
        await texted(here, GUARD, "10")
        assert here.received(GUARD)[-1] == "That alarm is over: Gate, Fault."


async def test_two_alarms_have_two_codes_and_a_word_is_not_enough(tmp_path: Path) -> None:
    both = CHAIN | {"where": {"Asset": ["gate", "boss"]}}
    async with site(tmp_path, **rules(both)) as here:
        await alarm(here)
        here.fault(REFUSED, times=2)
        await here.send("lost", "boss")
        await here.clock.advance(5)
        assert here.received(GUARD) == [FIRST_TEXT, "Boss: Fault. Reply 11 to acknowledge."]
        await texted(here, GUARD, "ack")
        assert (await here.status("gate"), await here.status("boss")) == ("Fault", "Fault")
        await texted(here, GUARD, "11")
        assert (await here.status("gate"), await here.status("boss")) == ("Fault", "Acknowledged")
