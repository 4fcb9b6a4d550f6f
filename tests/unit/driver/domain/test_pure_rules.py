"""The smaller rules of the domain: resending, statuses, masks that end, tables that lack rows, matching, words."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.domain.asset import AlarmRules
from driver.domain.asset_changes import CommLost, Masked, TimePassed
from driver.domain.body_matching import TRIAL_PREFIX, same_text
from driver.domain.commands import ExecutionState
from driver.domain.explanations import awaiting, reason
from driver.domain.facts import CommReason, FaultCause
from driver.domain.message_status import FINAL, RANK, MessageStatus, advance
from driver.domain.phone_numbers import E164, shortened
from driver.domain.segments import _clusters, count
from driver.domain.state_machine import next_due, transition
from driver.domain.status_table import State, StatusRow, StatusTable, default_table, shown
from driver.domain.twilio_errors import MEANINGS, CodeMeaning, meaning
from support.driver_transitions import BY, CHANGES, START, Walk, healthy, rules, walk

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.lists(st.sampled_from(MessageStatus), max_size=10))
def test_a_status_never_moves_back_and_a_final_one_hardly_at_all(reports: list[MessageStatus]) -> None:
    status = MessageStatus.QUEUED
    for report in reports:
        after = advance(status, report)
        assert RANK[after] >= RANK[status]
        if status in FINAL and after is not status:
            assert after is MessageStatus.READ
        status = after


def test_time_ends_masks_holds_and_the_grace_at_start() -> None:
    walked = Walk(rules(latch=False, fault_hold_s=60.0), healthy())
    assert next_due(walked.asset, walked.rules) is None
    walked.step(CHANGES["F+e"])
    held = walked.asset.facts.faults[0].last_seen + timedelta(seconds=60)
    assert next_due(walked.asset, walked.rules) == held
    masked = Masked(BY, START + timedelta(seconds=30))
    walked.step(masked)
    assert next_due(walked.asset, walked.rules) == START + timedelta(seconds=30)
    walked.now = START + timedelta(seconds=30)
    assert walked.step(TimePassed()).asset.status == "Fault"
    walked.now = held
    assert walked.step(TimePassed()).asset.status == "Normal"
    assert walked.asset.facts.faults == ()
    waiting = replace(walked.asset, startup_grace_until=held + timedelta(days=1))
    assert next_due(waiting, walked.rules) == held + timedelta(days=1)


def test_a_strict_latch_shows_the_first_alarm_only_while_there_is_one() -> None:
    frozen = Walk(rules(latch=True, latch_strict=True), healthy())
    assert frozen.step(CHANGES["Ack"]).asset.status == "Normal"


def test_a_status_without_alarm_is_shown_and_leaves_no_record() -> None:
    silent = StatusTable("t", "T", tuple(replace(row, alarm=False) for row in default_table().rows))
    walked = walk("Standing fault UA", latch=False)
    quiet = AlarmRules(table=silent)
    settled = transition(walked.asset, TimePassed(), quiet, walked.now, lambda: "x")
    assert (settled.asset.status, settled.asset.records) == ("Fault", ())
    again = transition(settled.asset, CHANGES["F-"], quiet, walked.now, lambda: "x")
    assert again.asset.status == "Normal"


def test_no_alarm_for_a_phone_that_only_shares_the_systems_trouble_if_so_chosen() -> None:
    parent = CommLost(CommReason.PARENT_DOWN, "")
    loud, quiet = (Walk(rules(latch=False, suppress_parent_down=chosen), healthy()) for chosen in (False, True))
    assert [len(walked.step(parent).asset.records) for walked in (loud, quiet)] == [1, 0]
    assert quiet.asset.status == "No Communication"


def test_a_row_of_several_states_is_shown_when_all_are_active() -> None:
    both = StatusRow("Cut off and broken", frozenset({State.FAULT, State.NO_COMMUNICATION}), 2)
    table = StatusTable("t", "T", (*default_table().rows, both))
    assert shown({State.FAULT, State.NO_COMMUNICATION}, table) == "Cut off and broken"
    assert shown({State.FAULT}, table) == "Fault"
    assert table.binding(State.MASKED) is None


def test_a_table_without_a_row_for_a_state_shows_the_states_own_name() -> None:
    table = StatusTable("t", "T", ())
    assert shown({State.FAULT, State.ACKNOWLEDGED}, table) == "Fault"


@pytest.mark.parametrize("state", ExecutionState)
def test_which_executions_are_over(state: ExecutionState) -> None:
    assert state.final is (state.value not in {"accepted", "executing"})


@pytest.mark.parametrize(
    ("ours", "found", "same"),
    [
        ("Fire", "Fire", True),
        ("Fire", TRIAL_PREFIX + "Fire", True),
        ("“Fire” – now…", '"Fire" - now...', True),
        ("see https://example.com/very/long", "see https://sms.example/x", True),
        ("Fire  in\nB2", "Fire in B2", True),
        ("Fire", "Fire!", False),
        ("Fire", "Sent from somebody else - Fire", False),
    ],
)
def test_which_message_is_ours(ours: str, found: str, same: bool) -> None:
    assert same_text(ours, found) is same


def test_every_code_has_words_and_something_to_do() -> None:
    for code, known in MEANINGS.items():
        assert known.text, code
        assert known.hint, code
        assert not known.text.endswith("."), code
    assert meaning(99999, FaultCause.SEND_FAILED, "failed") == CodeMeaning(FaultCause.SEND_FAILED, "failed", "")
    assert meaning(None, FaultCause.DELIVERY_FAILED, "lost").cause is FaultCause.DELIVERY_FAILED


@pytest.mark.parametrize("text", ["+1 (201) 555-0101", "+12015550101", "+1.201.555.0101"])
def test_a_number_is_read_without_its_decoration(text: str) -> None:
    assert E164(text) == "+12015550101"


@pytest.mark.parametrize("text", ["12015550101", "+0123456789", "+1201", "++12015550101", "", "+1201555010111111"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"E\.164"):
        E164(text)


def test_numbers_are_shortened_for_logs() -> None:
    assert (shortened("+12015550101"), shortened("+12")) == ("+1…0101", "…")


def test_words_say_why_and_what_is_awaited() -> None:
    walked = walk("Fault gone UL", latch=True)
    assert reason(walked.asset) == "Fault is over, its alarm is latched"
    assert awaiting(walked.asset, walked.rules) == "Acknowledge, then Reset"
    walked.step(Masked(BY, START + timedelta(hours=1)))
    assert reason(walked.asset).startswith("Masked by ann until 2026-01-01 01:00:00 UTC")
    down = walk("NoComm AA", latch=True)
    assert "Twilio cannot be reached (no connection)" in reason(down.asset)
    assert (
        awaiting(down.asset, down.rules) == "communication with Twilio (look at network, proxy, firewall), then Reset"
    )
    twice = walk("Fault send UA", latch=False)
    twice.step(CHANGES["F+e"])
    assert reason(twice.asset) == "A message could not be sent, 2 times"
    assert awaiting(twice.asset, twice.rules) == "a successful message or Reset"


def test_a_cluster_longer_than_a_part_is_split_after_all() -> None:
    assert count("e" + "\u0301" * 200) == 3
    assert count("") >= 0


def test_nothing_is_no_cluster() -> None:
    assert list(_clusters("")) == []
