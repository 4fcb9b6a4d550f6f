"""Rules triggered by rule messages that were not sent: somebody is notified, and there is no endless loop."""

from pathlib import Path
from typing import Any

from driver.domain.events import MESSAGE_DROPPED
from support.driver_site import GATE, GUARD, Site, site
from support.driver_workflows import BOSS, CHAIN, alarm, rules

DROPPED = {"name": "dropped", "on": MESSAGE_DROPPED, "do": [{"to": "boss", "message": "{Rule} to {Name}: {Reason}"}]}
LATER = CHAIN | {"do": [{"to": "guard", "message": "{Name}", "after_s": 60}]}


async def test_somebody_learns_of_a_text_that_was_not_sent(tmp_path: Path) -> None:
    async with site(tmp_path, **rules(LATER, DROPPED)) as here:
        await alarm(here)
        await here.send("found", "gate")
        await here.clock.advance(70)
        assert here.received(GUARD) == []
        assert here.received(BOSS) == ["alarms to Guard: the alarm is over"]


async def test_a_text_about_a_dropped_text_that_is_dropped_itself_tells_nobody(tmp_path: Path) -> None:
    other = DROPPED | {"name": "other"}
    async with site(tmp_path, **rules(LATER, _to_nobody(DROPPED), _to_nobody(other))) as here:
        await alarm(here)
        await here.send("found", "gate")
        await here.clock.advance(70)
        assert sorted(await _dropped(here)) == ["alarms", "dropped", "other"]
        events = [record["event"] for record in await here.client.logs(asset="twilio")]
        assert events.count("rule_not_triggered") == 2


async def test_a_text_that_would_go_round_is_dropped_once(tmp_path: Path) -> None:
    accepted = {"name": "accepted", "on": "MessageAccepted", "do": [{"to": "guard", "message": "sent to {Name}"}]}
    async with site(tmp_path, **rules(accepted, DROPPED)) as here:
        await here.send("hello", "gate")
        await here.clock.advance(70)
        assert here.received(GATE) == ["hello"]
        assert here.received(GUARD) == ["sent to Gate"]
        assert here.received(BOSS) == []
        assert await _dropped(here) == ["accepted"]


def _to_nobody(rule: dict[str, Any]) -> dict[str, Any]:
    return rule | {"do": [{"to": "nobody", "message": "{Rule}"}]}


async def _dropped(here: Site) -> list[str]:
    return [event["parameters"]["Rule"] for event in await here.events(MESSAGE_DROPPED)]
