"""Two phones with the same numbers are one handset: its codes differ, and a reply acknowledges one alarm."""

from pathlib import Path

from support.driver_site import GATE, GUARD, OURS, REFUSED, site
from support.driver_workflows import BOSS, texted

TWINS = [
    {"id": "guard", "caption": "Guard", "external_phone_number": GUARD, "twilio_phone_number": OURS},
    {"id": "porter", "caption": "Porter", "external_phone_number": GUARD, "twilio_phone_number": OURS},
    {"id": "gate", "caption": "Gate", "external_phone_number": GATE, "twilio_phone_number": OURS},
    {"id": "boss", "caption": "Boss", "external_phone_number": BOSS, "twilio_phone_number": OURS},
]


def rule(asset: str, to: str) -> dict[str, object]:
    do = [{"to": to, "message": "{Name}. Reply {Code}."}]
    return {"name": f"of {asset}", "on": "AlarmRaised", "where": {"Asset": asset}, "do": do}


async def test_an_answer_acknowledges_one_alarm(tmp_path: Path) -> None:
    notify = {"acknowledgers": ["guard", "porter"]}
    workflows = [rule("gate", "guard"), rule("boss", "porter")]
    async with site(tmp_path, phones=TWINS, workflows=workflows, notify=notify) as here:
        for phone in ("gate", "boss"):
            here.fault(REFUSED, times=2)
            await here.send("lost", phone)
            await here.clock.advance(6)
        await texted(here, GUARD, here.received(GUARD)[0][-3:-1])
        states = {a["assetId"]: a["state"] for a in await here.alarms()}
        assert states["gate"] == "Acknowledged"
        assert states["boss"] == "Unacknowledged"
        assert len(here.received(GUARD)) == 3
        await texted(here, GUARD, "11")
        assert here.received(GUARD)[2:] == ["Acknowledged: Gate, Fault.", "Acknowledged: Boss, Fault."]


async def test_the_code_of_a_digest_is_no_other_phones(tmp_path: Path) -> None:
    notify = {"acknowledgers": ["guard", "porter"], "texts_per_hour": 1}
    workflows = [rule("gate", "guard"), rule("boss", "porter"), rule("twilio", "porter"), rule("porter", "porter")]
    async with site(tmp_path, phones=TWINS, workflows=workflows, notify=notify) as here:
        for phone in ("gate", "boss", "porter"):
            here.fault(REFUSED, times=2)
            await here.send("lost", phone)
            await here.clock.advance(6)
        await here.clock.advance(70)
        codes = [text.partition("Reply ")[2][:2] for text in here.received(GUARD)]
        assert sorted(set(codes)) == sorted(codes), here.received(GUARD)
        assert "to acknowledge all" in here.received(GUARD)[-1]
