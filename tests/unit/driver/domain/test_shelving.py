"""Shelved alarms: silent until their time is over, whatever happens, then back by themselves."""

from datetime import timedelta

import pytest

from driver.domain.asset_changes import Change, Masked, ResetGiven, Shelved, TimePassed, Unshelved
from driver.domain.asset_diff import differences
from driver.domain.asset_events import Transition
from driver.domain.commands import CommandResult
from driver.domain.relevance import Subject, SubjectKind, why_over
from driver.domain.state_machine import next_due, reclocked
from driver.domain.status_table import State
from support.driver_transitions import BY, CHANGES, START, Walk, walk

UNTIL = START + timedelta(hours=1)


def shelved(*, latch: bool = False) -> tuple[Walk, Transition]:
    walked = walk("Standing fault UA", latch=latch)
    return walked, walked.step(Shelved(BY, "alarm-1", UNTIL))


def names(done: Transition) -> list[str]:
    return [asset_event.name for asset_event in done.asset_events]


def test_a_shelved_alarm_is_silent_and_everything_else_stays() -> None:
    walked, done = shelved()
    [record] = walked.asset.records
    assert (names(done), record.annunciated_at, walked.asset.status) == (["AlarmShelved"], None, "Fault")
    [shelf] = walked.asset.shelves
    assert (shelf.alarm_id, shelf.status, shelf.by, shelf.until) == ("alarm-1", State.FAULT, "ann", UNTIL)
    subject = Subject(SubjectKind.ALARM, "a", "alarm-1")
    assert why_over([subject], {"a": walked.asset}.get) == "the alarm is shelved"


def test_shelving_again_changes_the_time_and_tells_nobody_twice() -> None:
    walked, _ = shelved()
    before = walked.asset
    done = walked.step(Shelved(BY, "alarm-1", UNTIL + timedelta(hours=1)))
    assert names(done) == []
    assert next_due(walked.asset, walked.rules) == UNTIL + timedelta(hours=1)
    assert differences(before, walked.asset) == (
        "shelf Fault: by ann until 2026-01-01T01:00:00+00:00 -> by ann until 2026-01-01T02:00:00+00:00",
    )


def test_an_alarm_that_is_not_there_cannot_be_shelved_or_taken_back() -> None:
    walked = walk("Normal", latch=False)
    put, taken = walked.step(Shelved(BY, "alarm-9", UNTIL)), walked.step(Unshelved(BY, "alarm-9"))
    assert (put.result, put.why) == (CommandResult.REJECTED, "it has no alarm alarm-9, or it ended")
    assert (taken.result, taken.why) == (CommandResult.NOOP, "alarm-9 is not shelved")


def test_an_alarm_that_comes_again_meanwhile_is_silent_too() -> None:
    walked, _ = shelved()
    assert names(walked.step(CHANGES["F-"])) == ["AlarmCleared", "StateChanged"]
    assert "AlarmShelved" in names(walked.step(CHANGES["F+c"]))
    [record] = walked.asset.records
    assert (record.alarm_id, record.annunciated_at) == ("alarm-2", None)
    assert names(walked.step(Unshelved(BY, "alarm-2"))) == ["AlarmUnshelved", "AlarmRaised"]
    assert walked.asset.records[0].annunciated_at == walked.now


def test_it_comes_back_by_itself_when_its_time_is_over() -> None:
    walked, _ = shelved()
    assert next_due(walked.asset, walked.rules) == UNTIL
    walked.now = UNTIL - timedelta(seconds=2)
    assert names(walked.step(TimePassed())) == []
    assert names(walked.step(TimePassed())) == ["AlarmUnshelved", "AlarmRaised"]
    assert (walked.asset.shelves, walked.asset.records[0].annunciated_at) == ((), UNTIL)


def test_the_clock_does_not_move_the_moment_that_the_operator_named() -> None:
    walked, _ = shelved()
    assert reclocked(walked.asset, timedelta(hours=5)).shelves[0].until == UNTIL


def test_an_acknowledged_alarm_comes_back_acknowledged() -> None:
    walked, _ = shelved()
    walked.step(CHANGES["Ack"])
    assert names(walked.step(Unshelved(BY, "alarm-1"))) == ["AlarmUnshelved"]


def test_a_shelf_whose_alarm_is_over_ends_quietly() -> None:
    walked, _ = shelved()
    walked.step(CHANGES["F-"])
    done = walked.step(Unshelved(BY, "alarm-1"))
    assert (names(done), walked.asset.shelves) == ([], ())


@pytest.mark.parametrize("first", ["mask", "shelf"])
def test_a_mask_and_a_shelf_each_keep_it_silent_until_both_are_over(first: str) -> None:
    walked, _ = shelved()
    walked.step(Masked(BY))
    ends: list[Change] = [ResetGiven(BY), Unshelved(BY, "alarm-1")]
    one, other = ends if first == "mask" else ends[::-1]
    assert "AlarmRaised" not in names(walked.step(one))
    assert walked.asset.records[0].annunciated_at is None
    assert "AlarmRaised" in names(walked.step(other))
    assert walked.asset.records[0].annunciated_at == walked.now


def test_an_alarm_under_a_mask_is_raised_as_masked() -> None:
    walked, _ = shelved()
    walked.step(CHANGES["F-"])
    walked.step(Masked(BY))
    assert names(walked.step(CHANGES["F+c"])) == ["AlarmMasked"]


def test_a_shelf_without_an_alarm_keeps_no_other_from_coming_back() -> None:
    walked, _ = shelved()
    walked.step(CHANGES["C-"])
    [lost] = [record for record in walked.asset.records if record.status is State.NO_COMMUNICATION]
    walked.step(Shelved(BY, lost.alarm_id, UNTIL))
    walked.step(CHANGES["F-"])
    walked.now = UNTIL
    assert names(walked.step(TimePassed())) == ["AlarmUnshelved", "AlarmRaised"]
