"""Properties of an asset's state that hold whatever happens to it, in any order and under any configuration."""

from hypothesis import given
from hypothesis import strategies as st

from driver.domain.asset import ALARMING, AlarmRules, active_states, true_states
from driver.domain.asset_changes import CommLost
from driver.domain.commands import CommandResult
from driver.domain.facts import CauseKind, CommReason
from driver.domain.status_table import State
from support.driver_transitions import CHANGES, Walk, healthy, rules

names = st.sampled_from(sorted(CHANGES))
paths = st.lists(names, max_size=12)
any_rules = st.builds(
    rules,
    latch=st.booleans(),
    re_alarm_on_repeat=st.booleans(),
    suppress_parent_down=st.booleans(),
)
URGENCY = (State.NO_COMMUNICATION, State.FAULT)


def walked(path: list[str], chosen: AlarmRules) -> Walk:
    walk = Walk(chosen, healthy())
    for name in path:
        walk.step(CHANGES[name])
    return walk


@given(paths, any_rules)
def test_masked_is_shown_exactly_while_masked(path: list[str], chosen: AlarmRules) -> None:
    asset = walked(path, chosen).asset
    assert (asset.status == State.MASKED) is (asset.facts.mask is not None)


@given(paths, any_rules)
def test_the_most_urgent_unacknowledged_alarm_is_shown(path: list[str], chosen: AlarmRules) -> None:
    asset = walked(path, chosen).asset
    unacked = [state for state in URGENCY if (record := asset.record(state)) and not record.state.acked]
    if unacked and asset.facts.mask is None:
        assert asset.status == unacked[0]


@given(paths, any_rules)
def test_normal_means_nothing_is_wrong_and_nothing_waits(path: list[str], chosen: AlarmRules) -> None:
    asset = walked(path, chosen).asset
    if asset.status == State.NORMAL:
        assert true_states(asset.facts) == {State.NORMAL}
        assert asset.records == ()


@given(paths, any_rules)
def test_what_is_shown_follows_from_facts_and_records_alone(path: list[str], chosen: AlarmRules) -> None:
    asset = walked(path, chosen).asset
    order = [State.MASKED, State.NO_COMMUNICATION, State.FAULT, State.ACKNOWLEDGED, State.NORMAL]
    assert asset.status == min(active_states(asset), key=order.index)
    for state in ALARMING:
        record = asset.record(state)
        if state in true_states(asset.facts):
            assert record is not None
            assert record.state.active
        elif record is not None:
            assert chosen.latches(state)
            assert not record.state.active


@given(st.lists(st.one_of(names, st.just("P-")), max_size=12), st.booleans())
def test_what_only_the_system_causes_raises_no_alarm_of_a_phone(path: list[str], latch: bool) -> None:
    walk = Walk(rules(latch=latch), healthy())
    parent = CommLost(CommReason.PARENT_DOWN, "")
    for name in path:
        before = walk.asset.record(State.NO_COMMUNICATION)
        settled = walk.step(parent if name == "P-" else CHANGES[name])
        if walk.asset.facts.comm is None or walk.asset.facts.comm.reason is not CommReason.PARENT_DOWN:
            continue
        after = walk.asset.record(State.NO_COMMUNICATION)
        assert after is None or (before is not None and after.alarm_id == before.alarm_id), "none is raised"
        raised = [
            answer.name for answer in settled.asset_events if answer.parameters.get("Alarm Type") == "No Communication"
        ]
        if name == "P-":
            assert raised == []
        if walk.asset.facts.mask is None and (after is None or not after.state.active):
            assert State.NO_COMMUNICATION in active_states(walk.asset)


@given(paths, names)
def test_a_latched_unacknowledged_alarm_survives_everything_but_acknowledge(path: list[str], name: str) -> None:
    walk = walked(path, rules(latch=True))
    before = {record.alarm_id for record in walk.asset.records if not record.state.acked}
    after = {record.alarm_id for record in walk.step(CHANGES[name]).asset.records if not record.state.acked}
    if name != "Ack":
        assert before <= after


@given(paths, any_rules, st.sampled_from(["Mask", "Ack", "Reset"]))
def test_commands_are_idempotent(path: list[str], chosen: AlarmRules, name: str) -> None:
    walk = walked(path, chosen)
    first = walk.step(CHANGES[name])
    second = walk.step(CHANGES[name])
    assert second.asset == first.asset
    assert second.asset_events == ()
    assert second.result in (CommandResult.NOOP, CommandResult.REJECTED)


@given(paths, any_rules)
def test_cancel_changes_nothing(path: list[str], chosen: AlarmRules) -> None:
    walk = walked(path, chosen)
    before = walk.asset
    assert walk.step(CHANGES["Cancel"]).asset == before


@given(paths, any_rules)
def test_from_everywhere_there_is_a_way_back_to_normal(path: list[str], chosen: AlarmRules) -> None:
    walk = walked(path, chosen)
    for name in ("C+", "F-", "Ack", "Reset"):
        walk.step(CHANGES[name])
    assert walk.asset.status == State.NORMAL
    assert not walk.asset.facts.faults


@given(paths, any_rules)
def test_every_change_of_what_is_shown_is_told_once(path: list[str], chosen: AlarmRules) -> None:
    walk = Walk(chosen, healthy())
    for name in path:
        before = walk.asset.status
        answer = [h for h in walk.step(CHANGES[name]).asset_events if h.name == "StateChanged"]
        assert len(answer) == (before != walk.asset.status)


@given(paths, any_rules)
def test_a_success_leaves_no_failure_of_sending_behind(path: list[str], chosen: AlarmRules) -> None:
    walk = walked(path, chosen)
    faults = walk.step(CHANGES["OK"]).asset.facts.faults
    assert all(fault.kind is not CauseKind.EVENT for fault in faults)
