"""Actions on several alarms at once: all of it becomes durable in one commit, or nothing happens."""

from dataclasses import replace
from datetime import timedelta

import pytest

from driver.domain.asset_changes import FaultRaised, Operator
from driver.domain.events import iso
from driver.domain.facts import CauseKind, CommReason, FaultCause
from driver.domain.shelving import MAX_SHELVING
from driver.errors import CommandRefusedError, StoreUnavailableError
from driver.services.alarm_actions import AlarmActions, AlarmsDone
from support.driver_services import ServicesRig

ALICE = Operator("alice", "workstation", "desk 7", "seen")


@pytest.fixture
async def here() -> ServicesRig:
    made = ServicesRig()
    await made.online()
    for asset_id in ("guard", "gate"):
        await made.assets.apply(asset_id, FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent"))
    return made


def actions(here: ServicesRig) -> AlarmActions:
    return AlarmActions(here.store, here.assets, here.clock)


def alarm(here: ServicesRig, asset_id: str) -> str:
    (record,) = here.asset(asset_id).records
    return record.alarm_id


def lines(here: ServicesRig, command: str) -> list[tuple[str, str, str, str]]:
    """Return the audit entries about a command: device type, action, computer and user."""
    return [
        (each.device_type, each.action, each.computer, each.user_name)
        for each in here.memory.audit_lines
        if each.command_or_status == command
    ]


async def test_alarms_are_acknowledged_in_one_commit(here: ServicesRig) -> None:
    guard, gate = alarm(here, "guard"), alarm(here, "gate")
    commits = len(here.memory.commits)
    assert await actions(here).acknowledge([guard, "A0", gate, guard], ALICE) == AlarmsDone((guard, gate), (), ("A0",))
    assert len(here.memory.commits) == commits + 1
    assert lines(here, "Acknowledge") == [
        ("Phone", f"Command ok; Alarm ID: {each}; Comment: seen", "desk 7", "alice") for each in (guard, gate)
    ]
    assert await actions(here).acknowledge([guard], ALICE) == AlarmsDone((), (guard,), ())
    assert len(lines(here, "Acknowledge")) == 2


async def test_only_the_alarms_that_were_named_are_changed(here: ServicesRig) -> None:
    here = ServicesRig()
    await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
    await here.assets.apply("twilio", FaultRaised(FaultCause.WEBHOOK_INVALID, CauseKind.STANDING, "no"))
    first, second = here.asset("twilio").records
    await actions(here).acknowledge([first.alarm_id], ALICE)
    acked = {record.alarm_id: record.state.acked for record in here.asset("twilio").records}
    assert acked == {first.alarm_id: True, second.alarm_id: False}


async def test_the_alarm_that_follows_from_another_is_acknowledged_with_it_where_wanted(here: ServicesRig) -> None:
    guard, system = alarm(here, "guard"), alarm(here, "twilio")
    assert (await actions(here).acknowledge([guard], ALICE)).done == (guard,)
    gate = alarm(here, "gate")
    cause = here.assets.cause_of(here.asset("twilio"), here.asset("twilio").records[0])
    assert cause == guard
    assert (await actions(here).acknowledge([gate], ALICE, consequences=True)).done == (gate,)
    done = await actions(here).acknowledge([guard], ALICE, consequences=True)
    assert done == AlarmsDone((system,), (guard,), ())
    again = await actions(here).acknowledge([guard], ALICE, consequences=True)
    assert again == AlarmsDone((), (guard,), ()), "what is acknowledged already does not follow"


async def test_an_alarm_is_put_aside_until_a_moment_and_taken_back(here: ServicesRig) -> None:
    guard, until = alarm(here, "guard"), here.clock.now() + MAX_SHELVING
    assert (await actions(here).shelve([guard], until, replace(ALICE, comment=""))).done == (guard,)
    assert [shelf.alarm_id for shelf in here.asset().shelves] == [guard]
    assert lines(here, "Shelve") == [
        ("Phone", f"Command ok; Alarm ID: {guard}; Until: {iso(until)}", "desk 7", "alice")
    ]
    assert (await actions(here).unshelve([guard], ALICE)).done == (guard,)
    assert here.asset().shelves == ()
    assert lines(here, "Unshelve")[0][1] == f"Command ok; Alarm ID: {guard}; Comment: seen"


@pytest.mark.parametrize("ahead", [timedelta(0), -timedelta(seconds=1), MAX_SHELVING + timedelta(microseconds=1)])
async def test_a_moment_that_has_passed_or_is_far_ahead_is_refused(here: ServicesRig, ahead: timedelta) -> None:
    now = here.clock.now()
    with pytest.raises(CommandRefusedError) as refusal:
        await actions(here).shelve([alarm(here, "guard")], now + ahead, ALICE)
    hours = int(MAX_SHELVING / timedelta(hours=1))
    assert str(refusal.value) == (
        f"until is {iso(now + ahead)}; expected a moment within {hours} h from now, {iso(now)}"
    )
    assert refusal.value.path == "until"
    assert here.asset().shelves == ()


async def test_what_cannot_be_stored_has_not_happened(here: ServicesRig) -> None:
    before = here.asset(), here.asset("gate")
    here.memory.fail()
    with pytest.raises(StoreUnavailableError):
        await actions(here).acknowledge([alarm(here, "guard"), alarm(here, "gate")], ALICE)
    assert (here.asset(), here.asset("gate")) == before
    assert here.faults("twilio")[FaultCause.STORE_UNAVAILABLE][0] == "the disk is full"
