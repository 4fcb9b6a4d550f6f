"""Outdated rule messages are not sent, wherever they waited; operators' messages are always sent."""

from pathlib import Path
from typing import Any

import pytest

from support.driver_site import DEMO, GATE, GUARD, Site, settings, site
from support.driver_workflows import BOSS, CHAIN, PHONES, alarm, rules

AWAY = {"type": "http_error", "status": 503}
TO_BOSS = {"name": "alarms", "on": "AlarmRaised", "do": [{"to": "boss", "message": "{Name}: {Alarm Type}"}]}
#: One message every 20 seconds per number.
SLOW = {"per_sender_per_s": 0.05}


async def dropped(here: Site) -> list[tuple[str, str, int]]:
    """Return phone, reason and number of attempts of each rule message recorded as not sent."""
    items = await here.dead_letters()
    return [(one["assetId"], one["reason"], len(one["attempts"])) for one in items if one["result"] == "dropped"]


async def test_a_lost_line_is_not_told_after_it_is_back(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(TO_BOSS)) as here:
        here.fault(AWAY, "*", times=None)
        await here.clock.advance(30)
        here.fake.faults.clear()
        await here.clock.advance(120)
        assert await here.status("twilio") == "Normal"
        assert here.received(BOSS) == []
        assert await dropped(here) == [("boss", "the alarm is over", 1)]
        [event] = await here.events("MessageDropped")
        assert (event["assetId"], event["parameters"]["Rule"]) == ("boss", "alarms")
        lines = [line["Action"] for line in await here.audit() if line["Location"] == "Boss"]
        assert "Command dropped: the alarm is over" in lines
        records = await here.client.logs(asset="boss", text="message_dropped")
        assert [record["reason"] for record in records] == ["the alarm is over"]
        assert await here.status("boss") == "Normal", "not to send it is no fault"


@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("Acknowledge", "the alarm is acknowledged by anonymous"),
        ("Mask", "the asset is masked"),
        ("Reset", "the alarm is over"),
    ],
)
async def test_a_text_in_the_outbox_is_looked_at_before_its_first_attempt(
    tmp_path: Path, command: str, why: str
) -> None:
    only_gate = TO_BOSS | {"where": {"Asset": "gate"}}
    async with site(tmp_path, send=SLOW, **rules(only_gate)) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21612}, times=2)
        await here.send("lost", "gate")
        await here.clock.advance(20)
        await here.command("boss", "Send Message", **{"Message Content": "of an operator"})
        await here.command("gate", command)
        await here.clock.advance(100)
        assert here.received(BOSS) == ["of an operator"]
        assert await dropped(here) == [("boss", why, 0)]


async def test_a_text_that_waited_over_a_restart_is_looked_at_as_well(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, send=SLOW, **rules(TO_BOSS | {"where": {"Asset": "gate"}}))
        async with here.running(config):
            await here.clock.wait_idle()
            here.fault({"type": "http_error", "status": 400, "code": 21612}, times=2)
            await here.send("lost", "gate")
            await here.clock.advance(20)
            await here.command("gate", "Acknowledge")
        assert here.received(BOSS) == []
        async with here.running(config):
            await here.clock.advance(100)
            assert here.received(BOSS) == []
            assert [(phone, attempts) for phone, _, attempts in await dropped(here)] == [("boss", 0)]


async def test_the_later_steps_of_a_chain_that_is_over_are_on_record(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        await here.command("gate", "Acknowledge")
        await here.clock.advance(300)
        why = "the alarm is acknowledged by anonymous"
        assert await dropped(here) == [("boss", why, 0), ("guard", why, 0)]


CHANGED = {"name": "status", "on": "StateChanged", "where": {"Asset": "gate"}}
FOUND = {"name": "trial", "on": "ConditionFound", "where": {"Condition": "automatic_reply"}}


async def test_a_status_that_changed_again_is_not_told(tmp_path: Path) -> None:
    rule = CHANGED | {"do": [{"to": "boss", "message": "{Name} is {Status}", "after_s": 60}]}
    async with site(tmp_path, **rules(rule)) as here:
        await alarm(here)
        here.fake.faults.clear()
        await here.send("found", "gate")
        await here.clock.advance(120)
        assert here.received(BOSS) == ["Gate is Normal", "Gate is Normal"], "at the start, and again"
        assert ("boss", "the status is now Normal", 0) in await dropped(here)


async def test_a_condition_that_is_over_is_not_told(tmp_path: Path) -> None:
    rule = FOUND | {"do": [{"to": "boss", "message": "{Condition}", "after_s": after} for after in (30, 300)]}
    async with site(tmp_path, sms_url=DEMO, **rules(rule)) as here:
        await here.clock.advance(60)
        assert here.received(BOSS) == ["automatic_reply"]
        await here.switch_off_the_reply()
        await here.clock.advance(300)
        assert here.received(BOSS) == ["automatic_reply"]
        assert await dropped(here) == [("boss", "the condition is over", 0)]


async def test_an_alarm_of_a_phone_that_is_gone_is_not_told(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(CHAIN)) as here:
        await alarm(here)
        fewer: dict[str, Any] = rules(CHAIN) | {"phones": [PHONES[0], PHONES[2]]}
        await here.driver.reload(settings(here.fake, tmp_path, **fewer))
        await here.clock.advance(300)
        assert here.received(BOSS) == []
        assert {why for _, why, _ in await dropped(here)} == {"its asset is gone"}
        assert here.received(GATE) == []
        assert len(here.received(GUARD)) == 1


async def test_a_latched_alarm_that_is_over_by_the_second_attempt_is_told_as_over(tmp_path: Path) -> None:
    async with site(tmp_path, states={"latch": True}, **rules(TO_BOSS | {"where": {"Asset": "gate"}})) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21612}, times=3)
        await here.send("lost", "gate")
        await here.clock.advance(6)
        await here.send("found", "gate")
        await here.clock.advance(10)
        assert here.received(BOSS) == ["Gate: Fault (It is over.)"]


async def test_a_latched_alarm_that_is_over_is_told_as_over(tmp_path: Path) -> None:
    later: dict[str, Any] = {"name": "later", "on": "AlarmRaised", "where": {"Asset": "gate"}}
    later |= {"do": [{"to": ["boss"], "message": "{Name}: {Alarm Type}", "after_s": after} for after in (0, 60)]}
    async with site(tmp_path, states={"latch": True}, **rules(later)) as here:
        await alarm(here)
        here.fake.faults.clear()
        await here.send("found", "gate")
        await here.clock.advance(60)
        assert here.received(BOSS) == ["Gate: Fault", "Gate: Fault (It is over.)"]
