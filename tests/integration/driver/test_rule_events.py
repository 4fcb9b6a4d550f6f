"""The events that rules can use are those that exist, with exactly the fields they have."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from driver.domain.asset_events import FAILOVER_NOTICE
from driver.domain.rules import COMMON_FIELDS, EVENT_FIELDS
from support.driver_site import DEMO, GUARD, OURS, REFUSED, site

#: Its message is due when the alarm is already over.
LATE = {"name": "late", "on": "AlarmRaised", "do": [{"to": "guard", "message": "{Name}", "after_s": 15}]}

LATCHED = "TableId,Status.State.Value,Status.AlarmIsAutoReset\ndefault,3,TRUE\n"
#: Fields beyond an event's own: those that rules add, and media, which few messages have.
ADDED = {"Severity", "Code", "Media"}


async def test_every_event_has_the_fields_rules_may_use(tmp_path: Path) -> None:
    async with site(tmp_path, sms_url=DEMO, workflows=[LATE]) as here:
        await here.switch_off_the_reply()
        await here.clock.advance(60)
        await here.send("delivered")
        await here.clock.advance(5)
        await here.fake.handset(GUARD).send(OURS, "hello")
        await here.clock.advance(20)
        here.fault(REFUSED, times=2)
        await here.send("lost")
        await here.clock.advance(5)
        for command in ("Mask", "Reset", "Acknowledge", "Reset"):
            await here.command("guard", command)
        here.fault({"type": "delivery", "status": "undelivered", "error_code": 30003}, operation="delivery")
        await here.send("undelivered")
        await here.clock.advance(30)
        await here.command("guard", "Mask")
        here.fault(REFUSED, times=2)
        await here.send("lost while masked", "guard")
        await here.clock.advance(5)
        await here.command("guard", "Reset")
        await here.client.import_table("status", LATCHED.encode())
        here.fault(REFUSED, times=2)
        await here.command("gate", "Mask")
        await here.send("lost", "gate")
        await here.clock.advance(5)
        await here.send("found", "gate")
        await here.clock.advance(5)
        await here.command("gate", "Reset")
        here.fault(REFUSED, times=2)
        await here.send("lost again", "gate")
        await here.clock.advance(5)
        [alarm] = (await here.asset("gate"))["alarms"]
        await here.client.shelve([alarm["alarmId"]], here.clock.now() + timedelta(hours=1), "repair")
        await here.client.unshelve([alarm["alarmId"]])
        for command in ("Acknowledge", "Reset"):
            await here.command("gate", command)
        seen: dict[str, set[str]] = {}
        for event in await here.events():
            seen.setdefault(event["name"], set()).update(names(event))
    assert seen == {name: set(fields) - ADDED for name, fields in EVENT_FIELDS.items() if name != FAILOVER_NOTICE}, (
        "of a takeover tells the test of takeovers"
    )


def names(event: dict[str, Any]) -> set[str]:
    return set(event["parameters"]) - set(COMMON_FIELDS)
