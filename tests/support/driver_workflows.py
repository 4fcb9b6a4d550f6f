"""A site with three phones and rules between them: an alarm of the gate, and people's replies."""

from collections.abc import Mapping
from typing import Any

from support.driver_site import GATE, GUARD, OURS, REFUSED, Site

BOSS = "+12015550103"
PHONES = [
    {"id": "guard", "caption": "Guard", "external_phone_number": GUARD, "twilio_phone_number": OURS},
    {"id": "gate", "caption": "Gate", "external_phone_number": GATE, "twilio_phone_number": OURS},
    {"id": "boss", "caption": "Boss", "external_phone_number": BOSS, "twilio_phone_number": OURS},
]
CHAIN = {
    "name": "alarms",
    "on": "AlarmRaised",
    "where": {"Asset": "gate"},
    "do": [
        {"to": "guard", "template": "alarm"},
        {"to": ["guard", "boss"], "message": "{Name} is still in {Alarm Type}", "after_s": 300},
    ],
}
NOTIFY = {
    "templates": {"alarm": "{Name}: {Alarm Type}. Reply {Code} to acknowledge."},
    "acknowledgers": ["guard"],
}
FIRST_TEXT = "Gate: Fault. Reply 10 to acknowledge."


def rules(*workflows: Mapping[str, Any], **notify: Any) -> dict[str, Any]:
    return {"phones": PHONES, "workflows": list(workflows), "notify": NOTIFY | notify}


async def alarm(here: Site, text: str = "lost") -> None:
    """Put the phone ``gate`` into Fault: a text to it fails twice."""
    here.fake.faults.clear()
    here.fault(REFUSED | {}, times=2)
    await here.send(text, "gate")
    await here.clock.advance(5)


async def texted(here: Site, number: str, body: str) -> None:
    """Send a message from a person to our number, and let the driver receive it."""
    await here.fake.handset(number).send(OURS, body)
    await here.clock.advance(15)
