"""Repeated messages: when, how often, and when they stop."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from driver.domain.escalation import Trigger, triggered
from driver.domain.flood_control import DIGEST_WAIT, Dispatch, next_repetition, take_due
from driver.domain.quiet_hours import QuietHours
from driver.domain.rule_state import Allowances, PendingMessage, Repetition, RuleState
from driver.domain.rules import Rule, RuleStep

NOW = datetime(2026, 1, 1, 20, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
RULE = Rule("r", "AlarmRaised", {}, (RuleStep(("desk",), "{Name}", repeat_every_s=300, repeat_times=3),))
FIELDS = {"Event": "AlarmRaised", "Asset": "gate", "Name": "Gate", "Alarm ID": "A1", "Alarm Type": "Fault"}
OPEN = Allowances()


def put(allowances: Allowances = OPEN, alarm: str = "A1") -> RuleState:
    event = Trigger(f"E-{alarm}", "gate", FIELDS | {"Alarm ID": alarm}, NOW)
    return triggered(RuleState(), event, (RULE,), allowances=allowances).rule_state


def at(
    state: RuleState, minutes: float, over: str = "", allowances: Allowances = OPEN, cleared: bool = False
) -> Dispatch:
    return take_due(state, NOW + minutes * MINUTE, lambda _: over, allowances=allowances, cleared=lambda _: cleared)


def test_a_text_is_repeated_as_often_as_it_says_and_each_has_a_key_of_its_own() -> None:
    state, sent = put(), []
    for minutes in range(60):
        done = at(state, minutes)
        state = done.rule_state
        sent += [(minutes, item.key) for item in done.send]
    assert [minutes for minutes, _ in sent] == [0, 5, 10, 15]
    assert len({key for _, key in sent}) == 4
    assert state.waiting == ()


def test_who_acknowledges_hears_no_more_and_nothing_is_on_record_as_missing() -> None:
    state = at(put(), 0).rule_state
    done = at(state, 5, over="the alarm is acknowledged by Guard")
    assert (done.send, done.dropped, done.rule_state.waiting) == ((), (), ())
    first = at(put(), 0, over="the alarm is acknowledged by Guard")
    assert len(first.dropped) == 1, "the first text was never sent, and somebody may have expected it"


def test_a_cleared_alarm_is_not_repeated_although_it_is_latched() -> None:
    assert len(at(put(), 0, cleared=True).send) == 1
    state = at(put(), 0).rule_state
    assert at(state, 5, cleared=True) == Dispatch(RuleState(spent=state.spent))


def test_after_a_pause_one_text_comes_and_the_rhythm_goes_on() -> None:
    state = at(put(), 0).rule_state
    late = at(state, 12)
    assert len(late.send) == 1
    [item] = late.rule_state.waiting
    assert item.due == NOW + 15 * MINUTE
    assert at(late.rule_state, 15).rule_state.waiting == ()
    assert at(state, 600).rule_state.waiting == (), "all of its repetitions were missed"


@given(st.lists(st.integers(0, 40), max_size=12))
def test_whenever_it_is_looked_at_no_text_comes_twice_or_too_often(pauses: list[int]) -> None:
    state, minutes, sent = put(), 0, []
    for pause in pauses:
        minutes += pause
        done = at(state, minutes)
        assert len(done.send) <= 1
        sent += [item.key for item in done.send]
        assert at(state, minutes).send == done.send, "going over it again after a crash gives the same texts"
        state = done.rule_state
    assert len(set(sent)) == len(sent) <= 4


def test_quiet_hours_hold_repetitions_and_they_go_on_afterwards() -> None:
    quiet = Allowances(quiet_hours=QuietHours(time(20, 3), time(21, 0), UTC))
    done = at(put(quiet), 0, allowances=quiet)
    [item] = done.rule_state.waiting
    assert (item.due, item.in_quiet_hours) == (NOW + 60 * MINUTE, True)
    [after] = at(done.rule_state, 60, allowances=quiet).rule_state.waiting
    assert (after.due, after.in_quiet_hours) == (NOW + 65 * MINUTE, False)
    loud = replace(RULE, quiet=False)
    state = triggered(RuleState(), Trigger("E", "gate", FIELDS, NOW), (loud,), allowances=quiet).rule_state
    [item] = at(state, 0, allowances=quiet).rule_state.waiting
    assert item.due == NOW + 5 * MINUTE


def test_a_digest_that_waits_says_each_alarm_once_however_often_it_is_repeated() -> None:
    one = Allowances(texts_per_hour=1)
    state = replace(put(one), waiting=(*put(one).waiting, *put(one, "A2").waiting))
    state = at(state, 0, allowances=one).rule_state
    assert sum(item.folded for item in state.waiting) == 1
    digest = at(state, DIGEST_WAIT / MINUTE, allowances=one)
    assert len(digest.send) == 1
    state = digest.rule_state
    for minutes in (5, 10, 15):
        state = at(state, minutes, allowances=one).rule_state
    assert sum(item.folded for item in state.waiting) == 2
    assert all(item.folded for item in state.waiting)


def test_what_is_said_once_has_no_repetition() -> None:
    item = PendingMessage("k", "r", "desk", "text", NOW)
    assert next_repetition(item, NOW, OPEN) is None
    assert not item.repeated
    last = replace(item, repetition=Repetition("k", 60, 0))
    assert next_repetition(last, NOW, OPEN) is None
