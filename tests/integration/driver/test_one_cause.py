"""One cause is one alarm: what a lost line does to the system and its phones, and which alarm follows from which."""

from pathlib import Path
from typing import Any

import pytest

from support.driver_site import REFUSED, Site, settings, site
from support.driver_workflows import BOSS, PHONES
from support.table_calls import put

AWAY = {"type": "http_error", "status": 503}
EACH = {"suppress_child_comm_alarms": False}
SILENT = (
    "TableId,TableDescription,Status.State.Value,Status.Priority,Status.IsAlarm\n,Silent,4,2,FALSE\n,Silent,1,9,FALSE\n"
)


async def lose(here: Site) -> None:
    here.fault(AWAY, "*", times=None)
    await here.clock.advance(60)


async def alarms(here: Site) -> dict[tuple[str, str], Any]:
    items = await here.alarms()
    return {(alarm["assetId"], alarm["status"]): alarm for alarm in items}


async def test_a_lost_line_is_the_systems_alarm_and_every_phone_shows_it(tmp_path: Path) -> None:
    async with site(tmp_path, phones=PHONES, notify={"severities": {"No Communication": 2}}) as here:
        await lose(here)
        [(where, alarm)] = (await alarms(here)).items()
        assert where == ("twilio", "No Communication")
        assert (alarm["caption"], alarm["severity"], alarm["cause"]) == ("Twilio SMS", 2, None)
        assert alarm["reason"].endswith("so 3 phones have no communication")
        for phone in ("guard", "gate", "boss"):
            shown = await here.asset(phone)
            assert (shown["status"], shown["trueStates"]) == ("No Communication", ["No Communication"])
        [raised] = await here.events("AlarmRaised")
        assert raised["parameters"]["Reason"] == alarm["reason"]


async def test_a_lost_line_is_one_text_of_a_rule(tmp_path: Path) -> None:
    rule = {"on": "AlarmRaised", "do": [{"to": "boss", "message": "{Name}: {Reason}"}]}
    async with site(tmp_path, phones=PHONES, workflows=[rule]) as here:
        here.fault(AWAY, "messages.list", times=None)
        here.fault(AWAY, "accounts.fetch", times=None)
        await here.clock.advance(60)
        assert len(here.received(BOSS)) == 1
        assert here.received(BOSS)[0].startswith("Twilio SMS: Twilio cannot be reached")


async def test_a_phone_that_is_added_meanwhile_is_counted_and_has_no_alarm(tmp_path: Path) -> None:
    async with site(tmp_path, phones=PHONES[:1]) as here:
        await lose(here)
        assert (await alarms(here))["twilio", "No Communication"]["reason"].endswith("so 1 phone has no communication")
        await here.driver.reload(settings(here.fake, tmp_path, phones=PHONES))
        await here.clock.advance(120)
        [alarm] = (await alarms(here)).values()
        assert alarm["reason"].endswith("so 3 phones have no communication")
        assert await here.status("boss") == "No Communication"


async def test_a_phone_with_a_problem_of_its_own_keeps_its_alarm(tmp_path: Path) -> None:
    stranger = {"id": "dock", "external_phone_number": BOSS, "twilio_phone_number": "+12015550177"}
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, phones=[*PHONES[:1], stranger])
        async with here.running(config):
            await here.clock.advance(31)
            before = (await alarms(here))["dock", "No Communication"]["alarmId"]
            await lose(here)
            both = await alarms(here)
            assert set(both) == {("twilio", "No Communication"), ("dock", "No Communication")}
            assert both["dock", "No Communication"]["cause"] is None
            assert both["twilio", "No Communication"]["reason"].endswith("so 1 phone has no communication")
        async with here.running(config):
            await here.clock.advance(60)
            after = await alarms(here)
            assert after["dock", "No Communication"]["alarmId"] == before, "nobody knows yet whether it is over"
            here.fake.faults.clear()
            await here.clock.advance(60)
            assert set(await alarms(here)) == {("dock", "No Communication")}


async def test_a_loss_within_the_grace_at_start_is_no_alarm(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        here.fault(AWAY, "*", times=None)
        async with here.running(settings(here.fake, tmp_path)):
            await here.clock.advance(3)
            assert await here.status("guard") == "No Communication"
            here.fake.faults.clear()
            await here.clock.advance(60)
            assert await here.events("AlarmRaised") == []


async def test_masked_and_unmasked_phones_and_a_masked_system_stay_consistent(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.command("guard", "Mask")
        await lose(here)
        await here.command("guard", "Reset")
        assert await here.status("guard") == "No Communication"
        await here.command("twilio", "Mask")
        await here.command("twilio", "Acknowledge")
        assert set(await alarms(here)) == {("twilio", "No Communication")}
        assert (await here.command("guard", "Acknowledge"))["result"] == "noop"
        here.fake.faults.clear()
        await here.clock.advance(60)
        assert await alarms(here) == {}
        assert await here.status("guard") == "Normal"


@pytest.mark.parametrize("latch", [False, True])
async def test_alarms_raised_by_each_phone_end_when_the_site_wants_one(tmp_path: Path, latch: bool) -> None:
    async with site(tmp_path, states=EACH | {"latch": latch}) as here:
        await lose(here)
        each = await alarms(here)
        assert len(each) == 3
        cause = each["twilio", "No Communication"]["alarmId"]
        assert [each[phone, "No Communication"]["cause"] for phone in ("guard", "gate")] == [cause, cause]
        await here.driver.reload(settings(here.fake, tmp_path, states={"latch": latch}))
        await here.clock.wait_idle()
        left = {where: alarm["active"] for where, alarm in (await alarms(here)).items()}
        own = {} if not latch else {("guard", "No Communication"): False, ("gate", "No Communication"): False}
        assert left == {("twilio", "No Communication"): True, **own}
        assert await here.status("guard") == "No Communication"


async def test_a_phone_shows_no_communication_beside_an_old_latched_alarm(tmp_path: Path) -> None:
    async with site(tmp_path, states=EACH | {"latch": True}) as here:
        await lose(here)
        await here.command("guard", "Acknowledge")
        here.fake.faults.clear()
        await here.clock.advance(60)
        assert await here.status("guard") == "Acknowledged"
        await here.driver.reload(settings(here.fake, tmp_path, states={"latch": True}))
        await lose(here)
        shown = await here.asset("guard")
        assert (shown["status"], shown["activeStates"]) == ("No Communication", ["Acknowledged", "No Communication"])
        assert [alarm["active"] for alarm in shown["alarms"]] == [False]


async def test_the_systems_fault_names_the_phones_alarm_as_its_cause(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        for phone in ("gate", "guard"):
            here.fault(REFUSED, times=2)
            await here.send("lost", phone)
            await here.clock.advance(5)
        each = await alarms(here)
        assert each["twilio", "Fault"]["cause"] == each["gate", "Fault"]["alarmId"], "the first of the two"
        assert each["gate", "Fault"]["cause"] is None


async def test_where_the_system_raises_no_alarm_its_phones_do(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await put(here, "/api/tables/status", SILENT)
        await put(here, "/api/tables/asset", "AssetId,StatusTableId\ntwilio,silent\n")
        await lose(here)
        each = await alarms(here)
        assert set(each) == {("guard", "No Communication"), ("gate", "No Communication")}
        assert [alarm["cause"] for alarm in each.values()] == [None, None]
