"""Every choice that the platform's documentation leaves open: its default, and what its setting changes."""

from pathlib import Path
from typing import Any

import pytest

from driver.domain.message import received_message
from driver.errors import StartError
from support.driver_site import GATE, GUARD, OURS, REFUSED, Site, refused, settings, site

#: Every phone raises its own alarm when communication is lost.
EACH = {"suppress_child_comm_alarms": False}
AWAY = {"type": "http_error", "status": 503}
TWINS = [
    {"id": name, "external_phone_number": GUARD, "twilio_phone_number": OURS, "caption": name.capitalize()}
    for name in ("front", "back")
]
RECEIVED = "Message Received from External Number"


async def fault(here: Site, asset: str = "guard") -> None:
    """Make a message to a phone fail for good."""
    here.fault(REFUSED, times=2)
    await here.send("Fire", asset)
    await here.clock.advance(5)
    here.fake.faults.clear()


async def lose_communication(here: Site) -> None:
    here.fault(AWAY, "*", times=None)
    await here.clock.advance(60)
    assert (await here.asset("twilio"))["trueStates"][-1:] == ["No Communication"]


async def alarms(here: Site, asset: str = "guard") -> dict[str, Any]:
    return {alarm["status"]: alarm for alarm in (await here.asset(asset))["alarms"]}


@pytest.mark.parametrize(("toggles", "shown"), [(False, "Masked"), (True, "Normal")])
async def test_a_second_mask(tmp_path: Path, toggles: bool, shown: str) -> None:
    async with site(tmp_path, states={"mask_toggles": toggles}) as here:
        await here.command("guard", "Mask")
        await here.command("guard", "Mask")
        assert await here.status() == shown


@pytest.mark.parametrize(("mode", "shown"), [("escalate", "No Communication"), ("strict", "Fault")])
async def test_a_latched_alarm_and_a_more_urgent_one(tmp_path: Path, mode: str, shown: str) -> None:
    async with site(tmp_path, states={"latch": True, "latch_mode": mode} | EACH) as here:
        await fault(here)
        await lose_communication(here)
        assert await here.status() == shown
        assert set(await alarms(here)) == {"Fault", "No Communication"}, "the latched record is kept either way"


async def test_reset_before_acknowledge_is_rejected_where_alarms_latch(tmp_path: Path) -> None:
    async with site(tmp_path, states={"latch": True}) as here:
        await fault(here)
        said = await here.command("guard", "Reset")
        assert (said["state"], said["reason"]) == ("rejected", "acknowledge Fault first")


@pytest.mark.parametrize(("choice", "fresh", "state"), [("realarm", True, "succeeded"), ("reject", False, "rejected")])
async def test_reset_of_what_still_holds(tmp_path: Path, choice: str, fresh: bool, state: str) -> None:
    async with site(tmp_path, states={"reset_while_active": choice} | EACH) as here:
        await lose_communication(here)
        before = (await alarms(here))["No Communication"]["alarmId"]
        await here.command("guard", "Acknowledge")
        said = await here.command("guard", "Reset")
        after = (await alarms(here))["No Communication"]
        assert (said["state"], after["alarmId"] != before) == (state, fresh)
        assert after["state"] == ("Unacknowledged" if fresh else "Acknowledged")


async def test_a_mask_is_no_way_around_acknowledge(tmp_path: Path) -> None:
    async with site(tmp_path, states={"latch": True}) as here:
        await fault(here)
        before = (await alarms(here))["Fault"]
        await here.clock.advance(100)
        await here.command("guard", "Mask")
        assert (await here.command("guard", "Reset"))["result"] == "partial"
        after = (await alarms(here))["Fault"]
        assert (after["alarmId"], after["state"], after["age"]) == (before["alarmId"], "Unacknowledged", 0.0)


async def test_a_latched_alarm_still_tells_what_caused_it(tmp_path: Path) -> None:
    async with site(tmp_path, states={"latch": True} | EACH) as here:
        await fault(here)
        await lose_communication(here)
        here.fake.faults.clear()
        await here.clock.advance(60)
        await here.send("works again")
        assert {status: (alarm["active"], alarm["causes"]) for status, alarm in (await alarms(here)).items()} == {
            "Fault": (False, ["number_problem 21612"]),
            "No Communication": (False, ["PARENT_DOWN"]),
        }


async def test_acknowledge_takes_notice_of_all_alarms_even_masked_ones(tmp_path: Path) -> None:
    async with site(tmp_path, states=EACH) as here:
        await fault(here)
        await lose_communication(here)
        await here.command("guard", "Mask")
        await here.command("guard", "Acknowledge")
        assert {alarm["state"] for alarm in (await alarms(here)).values()} == {"Acknowledged"}


async def test_one_alarm_is_acknowledged_by_its_id_and_that_is_on_record(tmp_path: Path) -> None:
    async with site(tmp_path, states=EACH) as here:
        await fault(here)
        await lose_communication(here)
        both = await alarms(here)
        name = both["Fault"]["alarmId"]
        order = {"comment": "seen", "commandId": "a1", "user": "ann", "workstation": "desk"}
        said = await here.client.acknowledge(name, **order)
        assert said.result == "ok"
        after = await alarms(here)
        assert {status: alarm["state"] for status, alarm in after.items()} == {
            "Fault": "Acknowledged",
            "No Communication": "Unacknowledged",
        }
        acknowledged = ("acknowledgedBy", "acknowledgedVia", "acknowledgedAtWorkstation", "comment")
        assert [after["Fault"][name] for name in acknowledged] == ["ann", "workstation", "desk", "seen"]
        assert await here.status() == "No Communication"
        line = next(each for each in await here.audit() if each["Command/Status"] == "Acknowledge")
        assert (line["Action"], line["User Name"], line["Computer"], line["Location"]) == (
            f"Command ok; Alarm ID: {name}; Comment: seen",
            "ann",
            "desk",
            "Guard",
        )
        [event] = await here.events("AlarmAcknowledged")
        assert event["parameters"]["Alarm ID"] == name
        assert (await here.client.acknowledge(name, **order)).execution_id == said.execution_id
        assert (await here.client.acknowledge(name)).result == "noop"
        await refused(here.client.acknowledge("nothing"), 404)
        here.fake.faults.clear()
        await here.clock.advance(60)
        await here.command("guard", "Reset")
        again = await here.client.acknowledge(name, **order)
        assert again.execution_id == said.execution_id, "although the alarm is over"
        await refused(here.client.acknowledge(name), 404)


async def test_the_parameter_alarm_id_of_another_asset_is_rejected(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await fault(here)
        name = (await alarms(here))["Fault"]["alarmId"]
        said = await here.command("gate", "Acknowledge", **{"Alarm ID": name})
        assert (said["state"], said["reason"]) == ("rejected", f"it has no alarm {name}, or it ended")
        assert (await alarms(here))["Fault"]["state"] == "Unacknowledged"


@pytest.mark.parametrize(("faults", "shown"), [(True, "Fault"), (False, "Normal")])
async def test_a_text_that_was_not_sent(tmp_path: Path, faults: bool, shown: str) -> None:
    async with site(tmp_path, states={"fault_on_send_failure": faults}) as here:
        await fault(here)
        assert await here.status() == shown


@pytest.mark.parametrize(("hold_s", "shown"), [(0, "Fault"), (60, "Normal")])
async def test_a_fault_that_ends_by_itself(tmp_path: Path, hold_s: int, shown: str) -> None:
    async with site(tmp_path, states={"fault_hold_s": hold_s}) as here:
        await fault(here)
        await here.clock.advance(60)
        assert await here.status() == shown


@pytest.mark.parametrize(("again", "count", "shown"), [(False, 2, "Acknowledged"), (True, 1, "Fault")])
async def test_a_failure_after_acknowledge(tmp_path: Path, again: bool, count: int, shown: str) -> None:
    async with site(tmp_path, states={"re_alarm_on_repeat": again}) as here:
        await fault(here)
        await here.command("guard", "Acknowledge")
        await fault(here)
        assert ((await alarms(here))["Fault"]["count"], await here.status()) == (count, shown)


@pytest.mark.parametrize("reject", [False, True])
async def test_sending_without_communication(tmp_path: Path, reject: bool) -> None:
    async with site(tmp_path, states={"reject_when_down": reject}) as here:
        await lose_communication(here)
        here.fake.faults.clear()
        said = await here.execution(await here.send("Fire"))
        assert (said["state"], here.received()) == (("rejected", []) if reject else ("succeeded", ["Fire"]))


@pytest.mark.parametrize(("again", "tries"), [(True, 2), (False, 1)])
async def test_a_text_refused_for_good(tmp_path: Path, again: bool, tries: int) -> None:
    async with site(tmp_path, send={"retry_permanent": again}) as here:
        here.fault(REFUSED, times=2)
        execution = await here.send("Fire")
        await here.clock.advance(5)
        assert len((await here.execution(execution))["attempts"]) == tries


@pytest.mark.parametrize(("latch", "shown"), [(False, "Normal"), (True, "Fault")])
async def test_alarms_latch_only_where_wanted(tmp_path: Path, latch: bool, shown: str) -> None:
    async with site(tmp_path, states={"latch": latch}) as here:
        await fault(here)
        await here.send("works again")
        assert await here.status() == shown


async def test_conditions_stay_and_are_stale_while_there_is_no_communication(tmp_path: Path) -> None:
    async with site(tmp_path, trial=True, states={"fault_on": ["unverified"]}) as here:
        await lose_communication(here)
        [fault] = (await here.asset("gate"))["facts"]["faults"]
        assert (fault["cause"], fault["stale"]) == ("unverified", True)


@pytest.mark.parametrize(("backfill_s", "count"), [(0, 0), (3600, 1)])
async def test_texts_from_before_the_first_start(tmp_path: Path, backfill_s: int, count: int) -> None:
    async with site(tmp_path, start=False) as here:
        await here.fake.handset(GUARD).send(OURS, "early")
        await here.clock.advance(60)
        async with here.running(settings(here.fake, tmp_path, receive={"backfill_s": backfill_s})):
            await here.clock.advance(30)
            assert len(await here.events("Message Received")) == count


async def test_two_phones_with_the_same_two_numbers_both_get_a_text(tmp_path: Path) -> None:
    async with site(tmp_path, phones=TWINS) as here:
        await here.fake.handset(GUARD).send(OURS, "here")
        await here.clock.advance(15)
        assert [event["assetId"] for event in await here.events(RECEIVED)] == ["front", "back"]
        [said] = await here.client.logs(logger="driver.tables")
        assert (said["level"], said["asset_id"], said["other"]) == ("warning", "back", "front")


async def test_two_phones_with_the_same_two_numbers_are_refused_where_wanted(tmp_path: Path) -> None:
    reject = {"same_numbers": "reject"}
    async with site(tmp_path, receive=reject) as here:
        with pytest.raises(ValueError, match="the phones 'front' and 'back' have the same two numbers"):
            settings(here.fake, tmp_path, phones=TWINS, receive=reject)
        csv = f"AssetId,ExternalPhoneNumber,TwilioPhoneNumber\ntwin,{GATE},{OURS}\n".encode()
        problem = await refused(here.client.import_table("asset", csv), 422)
        assert "receive.same_numbers forbids this" in problem["errors"][0]["message"]
        await here.driver.reload(settings(here.fake, tmp_path))
        await here.client.import_table("asset", csv)
        with pytest.raises(StartError, match="the phones 'gate' and 'twin' have the same two numbers"):
            await here.driver.reload(settings(here.fake, tmp_path, receive=reject))
        assert here.driver.config.receive.same_numbers == "allow"


@pytest.mark.parametrize(("match", "assets"), [("both", []), ("external", ["guard"])])
async def test_a_text_from_the_person_to_another_of_our_numbers(tmp_path: Path, match: str, assets: list[str]) -> None:
    other = "+12015550199"
    async with site(tmp_path, start=False) as here:
        number = {"id": "other", "external_phone_number": GATE, "twilio_phone_number": other}
        phones = [settings(here.fake, tmp_path).phones[0].model_dump(), number]
        async with here.running(settings(here.fake, tmp_path, phones=phones, receive={"match": match})):
            text = received_message("SM" + "1" * 32, GUARD, other, body="here", at=here.clock.now())
            await here.driver.services.inbox.accept(text, way="poll")
            assert [event["assetId"] for event in await here.events(RECEIVED)] == assets


async def test_an_answer_to_any_number_of_a_messaging_service_is_its_phones(tmp_path: Path) -> None:
    service = "MG" + "a" * 32
    phones = [{"id": "guard", "external_phone_number": GUARD, "twilio_phone_number": service}, {"id": "empty"}]
    alarms = {"sid": service, "friendly_name": "alarms", "numbers": [OURS], "use_inbound_webhook_on_number": True}
    account = {"messaging_services": [alarms]}
    async with site(tmp_path, phones=phones, account=account) as here:
        await here.send("Fire")
        await here.fake.handset(GUARD).send(OURS, "on my way")
        await here.fake.handset(GATE).send(OURS, "somebody else")
        await here.clock.advance(15)
        assert [event["parameters"]["Message Content"] for event in await here.events(RECEIVED)] == ["on my way"]


@pytest.mark.parametrize(("suppress", "count"), [(False, 3), (True, 1)])
async def test_alarms_of_phones_while_the_system_has_no_communication(
    tmp_path: Path, suppress: bool, count: int
) -> None:
    async with site(tmp_path, states={"suppress_child_comm_alarms": suppress}) as here:
        await lose_communication(here)
        assert len(await here.alarms()) == count


@pytest.mark.parametrize(("rollup", "shown"), [(True, "Fault"), (False, "Normal")])
async def test_the_system_while_a_phone_is_in_fault(tmp_path: Path, rollup: bool, shown: str) -> None:
    async with site(tmp_path, states={"child_fault_rollup": rollup}) as here:
        await fault(here)
        assert await here.status("twilio") == shown
