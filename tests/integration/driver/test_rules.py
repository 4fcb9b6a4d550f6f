"""Workflow rules on a running driver: escalation, quiet hours, forwarded messages, and mistakes in rules."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from driver.services.rule_engine import RULE_STATE
from harness.driver.open_store import open_store
from support.driver_site import GATE, GUARD, REFUSED, settings, site
from support.driver_workflows import BOSS, CHAIN, FIRST_TEXT, NOTIFY, PHONES, alarm, rules, texted


async def test_an_alarm_that_nobody_acknowledges_goes_up_the_chain(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        await here.clock.advance(290)
        assert here.received(BOSS) == []
        await here.clock.advance(10)
        assert here.received(BOSS) == ["Gate is still in Fault"]
        assert here.received(GUARD) == [FIRST_TEXT, "Gate is still in Fault"]


@pytest.mark.parametrize("command", ["Mask", "Acknowledge", "Reset"])
async def test_an_operator_ends_the_chain_as_well(tmp_path: Path, command: str) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        await here.command("gate", command)
        await here.clock.advance(600)
        assert here.received(BOSS) == []


async def test_quiet_hours_hold_back_all_but_the_top_severity(tmp_path: Path) -> None:
    quiet = {"start": "23:00", "end": "00:10", "zone": "UTC"}
    async with site(tmp_path, **rules(CHAIN, quiet_hours=quiet, severities={"Fault": 2})) as here:
        await alarm(here)
        await here.clock.advance(590)
        assert here.received(GUARD) == [], "the clock starts at midnight"
        await here.clock.advance(10)
        assert FIRST_TEXT in here.received(GUARD)


async def test_urgent_alarms_break_the_quiet(tmp_path: Path) -> None:
    quiet = {"start": "23:00", "end": "00:10", "zone": "UTC"}
    async with site(tmp_path, **rules(CHAIN, quiet_hours=quiet, severities={"Fault": 1})) as here:
        await alarm(here)
        assert here.received(GUARD) == [FIRST_TEXT]


async def test_a_text_can_be_handed_on_by_what_it_says(tmp_path: Path) -> None:
    rule = {
        "on": "Message Received",
        "where": {"Message Content": ["*fire*", "*smoke*"]},
        "do": [{"to": "boss", "message": "{Source Phone Number}: {Message Content}"}],
    }
    async with site(tmp_path, **rules(rule)) as here:
        await texted(here, GATE, "All quiet {Code}")
        await texted(here, GATE, "There is SMOKE {Code}")
        assert here.received(BOSS) == [f"{GATE}: There is SMOKE {{Code}}"]


async def test_a_rule_on_failures_does_not_chase_its_own_tail(tmp_path: Path) -> None:
    rule = {"on": "MessageFailed", "do": [{"to": "boss", "message": "{Name}: {Explanation}"}]}
    async with site(tmp_path, **rules(rule)) as here:
        here.fault(REFUSED, times=100)
        await here.send("lost", "gate")
        await here.clock.advance(60)
        assert here.creates() == 4, "twice the operator's text, twice the rule's, and no more"


async def test_a_rule_for_a_phone_that_is_gone_says_so_and_goes_on(tmp_path: Path) -> None:
    rule = CHAIN | {"do": [{"to": "nobody", "message": "x"}, {"to": "boss", "message": "y"}]}
    async with site(tmp_path, **rules(rule)) as here:
        await alarm(here)
        assert here.received(BOSS) == ["y"]
        assert [(record["event"], record.get("reason")) for record in await here.client.logs(asset="nobody")] == [
            ("rule_references_unknown_phone", None),
            ("rule_message_not_sent", "there is no asset 'nobody'"),
        ]
        letter = (await here.dead_letters())[0]
        assert (letter["assetId"], letter["reason"]) == ("nobody", "there is no asset 'nobody'")


async def test_without_rules_nothing_is_different(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, phones=PHONES, notify=NOTIFY)
        async with here.running(config):
            await here.clock.wait_idle()
            await alarm(here)
            await texted(here, GUARD, "10")
            assert await here.status("gate") == "Fault"
            assert here.received(GUARD) == []
            assert "workflows" not in str(await here.client.health())
        async with open_store(config.store.url) as store:
            assert RULE_STATE not in (await store.remember()).marks


async def test_new_rules_do_not_look_back(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        async with here.running(settings(here.fake, tmp_path, phones=PHONES)):
            await here.clock.wait_idle()
            await alarm(here)
        async with here.running(settings(here.fake, tmp_path, **rules(CHAIN))):
            await here.clock.wait_idle()
            await here.clock.advance(600)
            assert here.received(GUARD) == []


@pytest.mark.parametrize(
    ("workflow", "notify", "says"),
    [
        ({"on": "AlarmRised"}, {}, "expected one of Message Received"),
        ({"where": {"Alarm": "x"}}, {}, "AlarmRaised has no field 'Alarm'"),
        ({"do": []}, {}, "at least 1"),
        ({"do": [{"to": "guard"}]}, {}, "either template"),
        ({"do": [{"to": "guard", "message": "x", "template": "alarm"}]}, {}, "either template"),
        ({"do": [{"to": "guard", "template": "alert"}]}, {}, "unknown template 'alert'; known templates: "),
        ({"do": [{"to": "guard", "message": "{Nmae}"}]}, {}, "AlarmRaised has no field {Nmae}"),
        ({"do": [{"to": "boss", "message": "{Code}"}]}, {}, "{Code} goes to boss, who may not acknowledge"),
        ({"do": [{"to": "guard", "message": "x", "after_s": 1e9}]}, {}, "604800"),
        ({}, {"quiet_hours": {"start": "25:00", "end": "06:00", "zone": "UTC"}}, "a time of day in quotes"),
        ({}, {"quiet_hours": {"start": "22:00", "end": "06:00", "zone": "Toronto"}}, "a time zone such as"),
        ({}, {"quiet_hours": {"start": "22:00", "end": "22:00", "zone": "UTC"}}, "start and end are the same"),
        ({}, {"quiet_hours": {"start": "22:00", "end": "6:00", "zone": "UTC", "from_severity": 1}}, "greater than 1"),
    ],
)
async def test_mistakes_in_rules_are_told_at_the_start(
    tmp_path: Path, workflow: Mapping[str, Any], notify: Mapping[str, Any], says: str
) -> None:
    async with site(tmp_path, start=False) as here:
        with pytest.raises(ValidationError) as refused:
            settings(here.fake, tmp_path, **rules(CHAIN | dict(workflow), **notify))
        assert says in str(refused.value)


async def test_two_rules_of_one_name_are_refused(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        with pytest.raises(ValidationError, match="the name 'alarms' is used twice"):
            settings(here.fake, tmp_path, **rules(CHAIN, CHAIN))
