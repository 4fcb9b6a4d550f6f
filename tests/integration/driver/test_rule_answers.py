"""Acknowledging by message: codes, words, who is allowed to, and the replies."""

from pathlib import Path

import pytest

from support.driver_site import GUARD, REFUSED, site
from support.driver_workflows import BOSS, CHAIN, FIRST_TEXT, PHONES, alarm, rules, texted


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


@pytest.mark.parametrize("body", ["(10)", "Code: 10\nSent from my iPhone", "\u200e１０ thanks", "ok 10."])
async def test_answers_are_understood_as_people_write_them(tmp_path: Path, body: str) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        await texted(here, GUARD, body)
        assert await here.status("gate") == "Acknowledged"


async def test_what_is_not_understood_is_answered_once_for_each_alarm(tmp_path: Path) -> None:
    both = CHAIN | {"where": {"Asset": ["gate", "boss"]}}
    async with site(tmp_path, **rules(both)) as here:
        await texted(here, GUARD, "all quiet")
        assert here.received(GUARD) == [], "no alarm waits for an answer"
        await alarm(here)
        for body in ("10 minutes", "at 10:10", "hello?", "Not understood as an answer."):
            await texted(here, GUARD, body)
        once = "Not understood as an answer. Text a code alone, such as 10, or STATUS for the open alarms."
        assert here.received(GUARD) == [FIRST_TEXT, once]
        await alarm(here)
        here.fault(REFUSED, times=2)
        await here.send("lost", "boss")
        await here.clock.advance(5)
        await texted(here, GUARD, "not me")
        await texted(here, GUARD, "really not me")
        assert here.received(GUARD)[2:] == ["Boss: Fault. Reply 11 to acknowledge.", once.replace("10", "11")]
        await texted(here, GUARD, "10")
        await texted(here, GUARD, "11")
        await texted(here, GUARD, "fine")
        assert here.received(GUARD)[-1] == "Acknowledged: Boss, Fault.", "no alarm waits for an answer any more"


async def test_status_gets_the_open_alarms_with_their_codes_the_worst_first(tmp_path: Path) -> None:
    only_gate = rules(CHAIN, severities={"No Communication": 1})
    phones = [*PHONES, {"id": "dock", "caption": "Dock", "external_phone_number": "+12015550104"}]
    async with site(tmp_path, **only_gate | {"phones": phones}) as here:
        await here.command("dock", "Acknowledge")
        await here.clock.advance(30)
        await alarm(here)
        await texted(here, GUARD, "Status?")
        assert here.received(GUARD) == [
            FIRST_TEXT,
            "2 open alarms. 11: Dock, No Communication, 00:00 UTC; 10: Gate, Fault, 00:00 UTC.",
        ]
        await texted(here, GUARD, "11")
        await texted(here, GUARD, "status")
        assert here.received(GUARD)[2:] == [
            "Acknowledged: Dock, No Communication.",
            "2 open alarms. 10: Gate, Fault, 00:00 UTC; Dock, No Communication, acknowledged by Guard.",
        ]
        await here.command("gate", "Mask")
        await here.command("dock", "Mask")
        await texted(here, GUARD, "status")
        assert here.received(GUARD)[-1] == "No open alarms."
