"""The events of each change of an asset, in order, and what its alarm records."""

from dataclasses import replace
from datetime import timedelta

import pytest

from driver.domain.alarm_lifecycle import follow
from driver.domain.alarms import AlarmRecord, RecordState
from driver.domain.asset import causes
from driver.domain.asset_changes import (
    AcknowledgeGiven,
    CommLost,
    CommRestored,
    FaultCleared,
    FaultRaised,
    Masked,
    Operator,
    ResetGiven,
    TimePassed,
)
from driver.domain.commands import AssetType, CommandResult
from driver.domain.facts import CauseKind, CommLoss, CommReason, Facts, Fault, FaultCause
from driver.domain.rules import EVENT_FIELDS
from driver.domain.status_table import State
from support.driver_transitions import CHANGES, START, Walk, healthy, rules, walk

ANN = Operator("ann", "workstation", "desk 1", "on my way")
SENT = FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent", 21612, "another number")


def fault(code: int | None) -> Fault:
    return Fault(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent", START, START, code=code)


def at(seconds: int) -> timedelta:
    return timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("row", "change", "events"),
    [
        ("Normal", "F+e", ["AlarmRaised", "StateChanged"]),
        ("Normal", "C-", ["AlarmRaised", "StateChanged"]),
        ("Normal", "Mask", ["StateChanged"]),
        ("Normal", "Ack", []),
        ("Normal", "Cancel", []),
        ("Fault send UA", "F+e", ["AlarmRepeated"]),
        ("Fault send UA", "Mask", ["AlarmMasked", "StateChanged"]),
        ("Fault send UA", "Ack", ["AlarmAcknowledged", "StateChanged"]),
        ("Fault send UA", "OK", ["AlarmCleared"]),
        ("Fault send UA", "Reset", []),
        ("Fault send AA", "Reset", ["AlarmReset", "StateChanged"]),
        ("Standing fault AA", "Reset", ["AlarmReset", "AlarmRaised", "StateChanged"]),
        ("Fault gone UL", "F+e", ["AlarmRepeated"]),
        ("Fault gone AL", "F+e", ["AlarmRaised", "StateChanged"]),
        ("Fault gone AL", "Reset", ["AlarmReset", "StateChanged"]),
        ("Masked, healthy", "F+e", ["AlarmMasked"]),
        ("Masked over standing fault UA", "Mask", []),
        ("Masked over standing fault UA", "Ack", ["AlarmAcknowledged"]),
    ],
)
def test_the_events_of_a_change(row: str, change: str, events: list[str]) -> None:
    assert [one.name for one in walk(row, latch=True).step(CHANGES[change]).asset_events] == events


def test_a_fault_and_its_alarm_remember_what_happened() -> None:
    walked = walk("Normal", latch=True)
    walked.step(SENT)
    [fault] = walked.asset.facts.faults
    assert (fault.cause, fault.kind, fault.detail) == (FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent")
    assert (fault.code, fault.hint, fault.count) == (21612, "another number", 1)
    assert (fault.since, fault.last_seen) == (START + at(1), START + at(1))
    first = fault_alarm(walked.asset.records)
    assert (first.state, first.count, first.causes) == (RecordState.ACTIVE_UNACKED, 1, ("send_failed 21612",))
    assert (first.raised_at, first.last_seen, first.annunciated_at) == (START + at(1),) * 3
    walked.step(SENT)
    [again] = walked.asset.facts.faults
    assert (again.since, again.last_seen, again.count) == (START + at(1), START + at(2), 2)
    repeated = fault_alarm(walked.asset.records)
    assert (repeated.alarm_id, repeated.count) == (first.alarm_id, 2)
    assert (repeated.raised_at, repeated.last_seen) == (START + at(1), START + at(2))


def test_an_acknowledgement_is_remembered_with_who_gave_it_and_how() -> None:
    walked = walk("Fault send UA", latch=True)
    walked.step(AcknowledgeGiven(ANN))
    record = fault_alarm(walked.asset.records)
    assert (record.state, record.acked_at, record.acked_by) == (RecordState.ACTIVE_ACKED, START + at(2), "ann")
    assert (record.acked_from, record.acked_at_workstation, record.comment) == ("workstation", "desk 1", "on my way")
    walked.step(AcknowledgeGiven(replace(ANN, user="bob")))
    assert fault_alarm(walked.asset.records) == record, "the first one counts"


def test_a_latched_alarm_remembers_since_when_its_cause_is_over() -> None:
    walked = walk("Fault send UA", latch=True)
    walked.step(CHANGES["OK"])
    over = fault_alarm(walked.asset.records)
    assert (over.state, over.cleared_at) == (RecordState.LATCHED_UNACKED, START + at(2))
    walked.step(SENT)
    back = fault_alarm(walked.asset.records)
    assert (back.state, back.cleared_at, back.count) == (RecordState.ACTIVE_UNACKED, None, 2)
    assert (back.alarm_id, back.last_seen) == (over.alarm_id, START + at(3))


def test_a_mask_remembers_who_set_it_until_when_and_why() -> None:
    walked = walk("Normal", latch=False)
    end = START + at(10)
    walked.step(Masked(ANN, end))
    mask = walked.asset.facts.mask
    assert mask is not None
    assert (mask.by, mask.since, mask.until, mask.comment) == ("ann", START + at(1), end, "on my way")
    walked.now = end - at(2)
    walked.step(TimePassed())
    assert walked.asset.facts.mask is not None, "a second before its end"
    walked.step(TimePassed())
    assert walked.asset.facts.mask is None, "at its end"


def test_a_reset_says_what_has_to_be_acknowledged_first() -> None:
    walked = walk("Fault send UA", latch=True)
    walked.step(CommLost(CommReason.TIMEOUT, "no answer"))
    done = walked.step(ResetGiven(ANN))
    assert (done.result, done.why) == (CommandResult.REJECTED, "acknowledge Fault and No Communication first")


def test_an_alarm_that_is_not_there_cannot_be_acknowledged() -> None:
    walked = walk("Fault send UA", latch=True)
    before = walked.asset
    done = walked.step(AcknowledgeGiven(ANN, "alarm-9"))
    assert (done.asset, done.result) == (before, CommandResult.REJECTED)
    assert done.why == "it has no alarm alarm-9, or it ended"


@pytest.mark.parametrize("asset_type", AssetType)
@pytest.mark.parametrize(
    ("row", "state"),
    [("Comm back UL", RecordState.LATCHED_UNACKED), ("Comm back AL", RecordState.LATCHED_ACKED)],
)
def test_a_start_raises_no_latched_alarm_anew(row: str, state: RecordState, asset_type: AssetType) -> None:
    walked = walk(row, latch=True, asset_type=asset_type)
    [before] = walked.asset.records
    walked.asset = replace(walked.asset, startup_grace_until=START + at(60))
    walked.step(CommLost(CommReason.INITIALIZING, ""))
    walked.step(CommRestored())
    assert walked.asset.records == (before,)
    assert before.state is state


def test_what_was_cleared_names_its_alarm() -> None:
    walked = walk("Fault send UA", latch=False)
    raised = fault_alarm(walked.asset.records)
    cleared = walked.step(FaultCleared(CauseKind.EVENT, (FaultCause.SEND_FAILED,))).asset_events[0]
    answer = {name: cleared.parameters[name] for name in ("Alarm ID", "Alarm Type", "Alarm Status", "Count")}
    assert answer == {"Alarm ID": raised.alarm_id, "Alarm Type": "Fault", "Alarm Status": "Fault", "Count": 1}


@pytest.mark.parametrize(
    ("row", "change"),
    [
        ("Normal", "F+e"),
        ("Fault send UA", "F+e"),
        ("Fault send UA", "Mask"),
        ("Fault send UA", "Ack"),
        ("Fault send UA", "OK"),
        ("Fault send AA", "Reset"),
    ],
)
def test_events_have_the_fields_that_rules_may_use(row: str, change: str) -> None:
    for event in walk(row, latch=False).step(CHANGES[change]).asset_events:
        added_later = {"Severity", "Code", "Comment", "Acknowledged By"}
        fields = set(EVENT_FIELDS[event.name])
        assert fields - added_later <= set(event.parameters) <= fields | {"Status"}, event.name


def test_the_grace_at_the_start_is_over_at_its_end() -> None:
    walked = walk("Normal", latch=False, asset_type=AssetType.SYSTEM)
    walked.asset = replace(walked.asset, startup_grace_until=START + at(10))
    walked.step(CommLost(CommReason.INITIALIZING, ""))
    walked.now = START + at(8)
    walked.step(TimePassed())
    assert (walked.asset.records, walked.asset.startup_grace_until) == ((), START + at(10)), "a second before its end"
    walked.step(TimePassed())
    assert ([record.status for record in walked.asset.records], walked.asset.startup_grace_until) == (
        ["No Communication"],
        None,
    )


def test_a_fault_that_is_held_ends_when_so_much_time_has_passed() -> None:
    walked = walk("Fault send UA", latch=False, fault_hold_s=10.0)
    walked.now = START + at(9)
    walked.step(TimePassed())
    assert walked.asset.facts.faults, "a second before its end"
    done = walked.step(TimePassed())
    assert walked.asset.facts.faults == ()
    assert [event.name for event in done.asset_events] == ["AlarmCleared", "StateChanged"]


def fault_alarm(records: tuple[AlarmRecord, ...]) -> AlarmRecord:
    [found] = [record for record in records if record.status is State.FAULT]
    return found


def test_a_fault_is_not_held_back_with_the_communication_that_a_start_has_not_got_yet() -> None:
    walked = walk("Normal", latch=False, asset_type=AssetType.SYSTEM)
    walked.asset = replace(walked.asset, startup_grace_until=START + at(60))
    walked.step(CommLost(CommReason.INITIALIZING, ""))
    walked.step(SENT)
    assert [record.status for record in walked.asset.records] == [State.FAULT]


@pytest.mark.parametrize(
    ("facts", "state", "why"),
    [
        (Facts(), State.NO_COMMUNICATION, ()),
        (Facts(comm=CommLoss(CommReason.TIMEOUT, "no answer", START)), State.NO_COMMUNICATION, ("TIMEOUT",)),
        (Facts(faults=(fault(21612), fault(None))), State.FAULT, ("send_failed 21612", "send_failed")),
    ],
)
def test_causes_are_codes_with_twilios_where_it_has_given_one(facts: Facts, state: State, why: tuple[str, ...]) -> None:
    assert causes(facts, state) == why


def test_two_alarms_that_come_and_go_together_are_both_reported_each_with_its_own_cause() -> None:
    walked = walk("Normal", latch=False)
    ill = Facts(comm=CommLoss(CommReason.TIMEOUT, "no answer", START), faults=(fault(21612),))
    raised = follow(replace(walked.asset, facts=ill), walked.rules, START, mint=lambda: "alarm-1")
    assert [event.name for event in raised.asset_events] == ["AlarmRaised", "AlarmRaised"]
    assert {record.status: record.causes for record in raised.asset.records} == {
        State.NO_COMMUNICATION: ("TIMEOUT",),
        State.FAULT: ("send_failed 21612",),
    }
    over = follow(replace(raised.asset, facts=Facts()), walked.rules, START, mint=lambda: "alarm-2")
    assert [event.name for event in over.asset_events] == ["AlarmCleared", "AlarmCleared"]
    assert over.asset.records == ()


def both(*, latch: bool, reject: bool = False) -> Walk:
    """Return an asset with both alarms, the fault's first."""
    walked = walk("Standing fault UA", latch=latch, reject_reset_while_active=reject)
    walked.step(CommLost(CommReason.TIMEOUT, "no answer"))
    return walked


def test_one_alarm_is_acknowledged_by_its_id_and_all_of_them_without() -> None:
    walked = both(latch=False)
    fault_id, lost_id = (record.alarm_id for record in walked.asset.records)
    done = walked.step(AcknowledgeGiven(ANN, lost_id))
    assert [event.parameters["Alarm ID"] for event in done.asset_events if event.name == "AlarmAcknowledged"] == [
        lost_id
    ]
    assert {record.alarm_id: record.state.acked for record in walked.asset.records} == {fault_id: False, lost_id: True}
    walked.step(AcknowledgeGiven(ANN))
    assert all(record.state.acked for record in walked.asset.records)
    again = walked.step(AcknowledgeGiven(ANN))
    assert (again.result, again.why) == (CommandResult.NOOP, "no alarm is waiting for acknowledgement")


def test_a_reset_does_what_it_can_and_names_all_that_still_holds() -> None:
    walked = both(latch=False)
    walked.step(AcknowledgeGiven(ANN, walked.asset.records[1].alarm_id))
    assert "AlarmReset" in [event.name for event in walked.step(ResetGiven(ANN)).asset_events]
    walked = both(latch=False, reject=True)
    walked.step(AcknowledgeGiven(ANN))
    done = walked.step(ResetGiven(ANN))
    assert (done.result, done.why) == (CommandResult.REJECTED, "Fault and No Communication still holds")
    nothing = walk("Normal", latch=False).step(ResetGiven(ANN))
    assert (nothing.result, nothing.why) == (CommandResult.NOOP, "nothing to reset")


def test_no_alarm_for_a_phone_that_only_shares_the_systems_trouble_if_so_chosen() -> None:
    parent = CommLost(CommReason.PARENT_DOWN, "")
    loud, quiet = (Walk(rules(latch=False, suppress_parent_down=chosen), healthy()) for chosen in (False, True))
    assert [len(walked.step(parent).asset.records) for walked in (loud, quiet)] == [1, 0]
    assert quiet.asset.status == "No Communication"
