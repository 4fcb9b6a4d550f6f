"""Floods: the most urgent goes first, the rest is merged into one digest, and whatever is not sent is recorded."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from driver.ports.store import SetMark
from driver.services.rule_engine import RULE_STATE
from harness.driver.open_store import open_store
from support.driver_site import GATE, GUARD, OURS, REFUSED, Site, settings, site
from support.driver_workflows import BOSS, CHAIN, FIRST_TEXT, NOTIFY, PHONES, alarm, rules, texted

AWAY = {"type": "http_error", "status": 503}
DOORS = [
    {"id": f"door-{number}", "external_phone_number": f"+1201555{number:04}", "twilio_phone_number": OURS}
    for number in range(200, 224)
]
ALARMS = {"name": "alarms", "on": "AlarmRaised", "do": [{"to": "boss", "message": "{Name}: {Alarm Type}"}]}
FORWARD = {
    "name": "hand on",
    "on": "Message Received from External Number",
    "where": {"Message Content": "*hurt*"},
    "do": [{"to": "boss", "message": "{Name}: {Message Content}"}],
}


async def break_line(here: Site) -> None:
    """Make Twilio accept messages but fail all reads: messages are sent while communication is lost."""
    here.fault(AWAY, "messages.list", times=None)
    here.fault(AWAY, "accounts.fetch", times=None)
    await here.clock.advance(120)


async def letters(here: Site) -> list[tuple[str, str]]:
    items = await here.dead_letters()
    return [(item["assetId"], item["reason"]) for item in reversed(items)]


async def breaks(here: Site, *phones: str) -> None:
    """Put each of the phones into Fault."""
    for phone in phones:
        here.fault(REFUSED, times=2)
        await here.send("lost", phone)
        await here.clock.advance(5)


async def test_one_lost_line_never_silences_a_person_who_is_hurt(tmp_path: Path) -> None:
    """This holds even if every phone raises its own alarm and no rule sets a severity."""
    one_each = {"suppress_child_comm_alarms": False}
    forward = rules(ALARMS, FORWARD) | {"phones": [*PHONES, *DOORS]}
    async with site(tmp_path, states=one_each, **forward) as here:
        await break_line(here)
        flood = here.received(BOSS)
        assert len(flood) == 21, "twenty texts and one digest"
        here.fake.faults.clear()
        await here.fake.handset(GATE).send(OURS, "A man is hurt at the crane")
        await here.clock.advance(90)
        assert "Gate: A man is hurt at the crane" in here.received(BOSS)


async def test_the_rest_of_a_flood_is_one_digest_whose_code_acknowledges_all(tmp_path: Path) -> None:
    chain = CHAIN | {"where": {}, "do": [{"to": "guard", "template": "alarm"}]}
    one_each = {"suppress_child_comm_alarms": False}
    flood = rules(chain, texts_per_hour=2) | {"phones": [*PHONES, *DOORS]}
    async with site(tmp_path, states=one_each, **flood) as here:
        await break_line(here)
        *single, digest = here.received(GUARD)
        assert len(single) == 2
        assert digest.startswith("26 more alarms, first: ")
        assert digest.endswith("Reply 38 to acknowledge all.")
        assert len(digest) <= 160, "one SMS"
        here.fake.faults.clear()
        here.fault(AWAY, "accounts.fetch", times=None)
        await here.clock.advance(90)
        await texted(here, GUARD, "38")
        states = [item["state"] for item in await here.alarms()]
        assert (states.count("Acknowledged"), states.count("Unacknowledged")) == (26, 2)
        assert here.received(GUARD)[-1] == "Acknowledged: 26 of 26 alarms."
        await texted(here, GUARD, "38 ")
        assert here.received(GUARD)[-1] == "Acknowledged: 0 of 26 alarms. 26 over or acknowledged before."


async def test_what_is_over_before_its_digest_is_on_record_everywhere(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(ALARMS, texts_per_hour=1)) as here:
        await breaks(here, "gate", "guard")
        assert here.received(BOSS) == ["Gate: Fault"]
        here.fake.faults.clear()
        for phone in ("gate", "guard"):
            await here.send("found", phone)
        await here.clock.advance(60)
        assert here.received(BOSS) == ["Gate: Fault"]
        dropped = ("boss", "the alarm is over")
        assert (await letters(here))[-2:] == [dropped, dropped], "the system's and the guard's"
        events = await here.events("MessageDropped")
        assert [(event["assetId"], event["parameters"]["Reason"]) for event in events] == [dropped, dropped]
        assert {event["parameters"]["Rule"] for event in events} == {"alarms"}
        audit = await here.audit()
        lines = [line for line in audit if line["Action"] == "Command dropped: the alarm is over"]
        assert [(line["Command/Status"], line["User Name"], line["Location"]) for line in lines] == [
            ("Send Message", "alarms", "Boss"),
            ("Send Message", "alarms", "Boss"),
        ]
        assert [record["reason"] for record in await here.client.logs(asset="boss", text="not_sent")] == [
            "the alarm is over"
        ] * 2
        newest = (await here.dead_letters())[0]
        answer = await here.requeue(newest["executionId"])
        await here.clock.wait_idle()
        assert (await here.execution(answer["executionId"]))["state"] == "succeeded", (
            "a person may want it all the same"
        )
        assert len(here.received(BOSS)) == 2


async def test_a_second_flood_in_the_hour_waits_for_the_next_digest(tmp_path: Path) -> None:
    async with site(tmp_path, **(rules(ALARMS, texts_per_hour=1) | {"phones": [*PHONES, *DOORS]})) as here:
        await breaks(here, "gate", "guard")
        await here.clock.advance(60)
        assert here.received(BOSS) == ["Gate: Fault", "2 more alarms: Twilio SMS, Fault; Guard, Fault."]
        await breaks(here, "door-200", "door-201")
        await here.clock.advance(600)
        assert len(here.received(BOSS)) == 2
        await here.clock.advance(3600)
        assert here.received(BOSS)[2:] == ["2 more alarms: door-200, Fault; door-201, Fault."]


@pytest.mark.parametrize(
    ("rule", "severities"),
    [({"severity": 1}, {}), ({}, {"Fault": 1})],
)
async def test_the_most_urgent_texts_know_no_limit(
    tmp_path: Path, rule: Mapping[str, Any], severities: Mapping[str, int]
) -> None:
    urgent = rules(ALARMS | dict(rule), texts_per_hour=1, severities=dict(severities))
    async with site(tmp_path, **urgent) as here:
        await breaks(here, "gate", "guard")
        assert here.received(BOSS) == ["Gate: Fault", "Twilio SMS: Fault", "Guard: Fault"]


async def test_a_less_urgent_flood_does_not_use_up_what_is_more_urgent(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(ALARMS, texts_per_hour=1, severities={"Fault": 2})) as here:
        await break_line(here)
        await breaks(here, "gate")
        assert here.received(BOSS) == ["Twilio SMS: No Communication", "Gate: Fault"]


async def test_what_quiet_hours_held_is_one_digest_in_the_morning(tmp_path: Path) -> None:
    quiet = {"start": "23:00", "end": "00:10", "zone": "UTC"}
    chain = CHAIN | {"where": {"Asset": ["gate", "guard"]}, "do": [{"to": ["guard", "boss"], "message": "{Name}"}]}
    async with site(tmp_path, **rules(chain, quiet_hours=quiet)) as here:
        await breaks(here, "gate", "guard")
        await here.clock.advance(600)
        assert here.received(GUARD)[-1] == "2 more alarms: Gate, Fault; Guard, Fault. Reply 12 to acknowledge all."
        assert here.received(BOSS) == ["2 more alarms: Gate, Fault; Guard, Fault."]


async def test_a_rule_that_would_go_round_for_ever_says_so(tmp_path: Path) -> None:
    rule = {"name": "failures", "on": "MessageFailed", "do": [{"to": "boss", "message": "{Name}: {Explanation}"}]}
    async with site(tmp_path, **rules(rule)) as here:
        here.fault(REFUSED, times=100)
        await here.send("lost", "gate")
        await here.clock.advance(60)
        assert here.creates() == 4
        assert (await letters(here))[-1] == ("boss", "it is about a text that a rule sent, and could go round forever")


async def test_answers_beyond_the_limit_are_on_record(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN, replies_per_hour=1)) as here:
        await texted(here, GUARD, "ack")
        await texted(here, GUARD, "99")
        assert await letters(here) == [("guard", "the hourly limit is reached: notify.replies_per_hour = 1")]


async def test_a_phone_that_cannot_be_texted_makes_a_dead_letter(tmp_path: Path) -> None:
    numberless = {"id": "boss", "caption": "Boss", "twilio_phone_number": OURS}
    async with site(tmp_path, **(rules(ALARMS) | {"phones": [*PHONES[:2], numberless]})) as here:
        await alarm(here)
        reason = "External Phone Number not configured"
        assert [letter for letter in await letters(here) if letter[0] == "boss"] == [("boss", reason), ("boss", reason)]


async def test_texts_of_a_rule_that_is_taken_away_are_on_record(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        await here.driver.reload(settings(here.fake, tmp_path, phones=PHONES, notify=NOTIFY))
        await here.clock.wait_idle()
        assert here.received(GUARD) == [FIRST_TEXT]
        assert (await letters(here))[1:] == [("guard", "its rule is gone"), ("boss", "its rule is gone")]


async def test_texts_of_rules_that_are_gone_after_a_restart_are_on_record(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        async with here.running(settings(here.fake, tmp_path, **rules(CHAIN))):
            await alarm(here)
        async with here.running(settings(here.fake, tmp_path, phones=PHONES)):
            await here.clock.wait_idle()
            assert (await letters(here))[1:] == [("guard", "its rule is gone"), ("boss", "its rule is gone")]
        async with here.running(settings(here.fake, tmp_path, phones=PHONES)):
            assert len(await letters(here)) == 3, "put on record once"
        async with here.running(settings(here.fake, tmp_path, **rules(CHAIN))):
            await here.clock.advance(600)
            assert here.received(GUARD) == [FIRST_TEXT]
            assert len(await letters(here)) == 3


async def test_what_no_rule_needs_any_more_need_not_be_readable(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, phones=PHONES)
        async with open_store(config.store.url) as store:
            await store.commit([SetMark(RULE_STATE, "{}")])
        async with here.running(config):
            await here.clock.wait_idle()
            assert await letters(here) == []
        async with open_store(config.store.url) as store:
            assert not (await store.remember()).marks.get(RULE_STATE)
