"""Proofs of life: when they are due, what an answer clears, and when one is missing."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.domain.proof_of_life import CATCH_UP, next_proof, proof_answered, proven, resumed
from driver.domain.proofs import Proof, ProofRound
from driver.domain.rule_state import RuleState
from driver.domain.severity import TOP_SEVERITY

TORONTO = ZoneInfo("America/Toronto")
MINUTE = timedelta(minutes=1)
PROOF = Proof("morning", "desk", time(7, 30), UTC, "Answer OK.", 30 * MINUTE)
NIGHT = datetime(2026, 1, 1, 3, tzinfo=UTC)
DUE = datetime(2026, 1, 1, 7, 30, tzinfo=UTC)


def at(state: RuleState, moment: datetime, *proofs: Proof) -> RuleState:
    return proven(state, proofs or (PROOF,), moment, prefix="p:").rule_state


def dues(proof: Proof, start: datetime, days: int) -> list[datetime]:
    found, moment = [], start
    while (moment := proof.next_after(moment)) < start + timedelta(days=days):
        found.append(moment)
    return found


@pytest.mark.parametrize("hour", [0, 1, 2, 3, 23])
@pytest.mark.parametrize("start", [datetime(2026, 3, 5, 12, tzinfo=UTC), datetime(2026, 10, 29, 12, tzinfo=UTC)])
def test_days_on_which_clocks_change_have_one_text_like_all_others(hour: int, start: datetime) -> None:
    found = dues(replace(PROOF, at=time(hour, 30), zone=TORONTO), start, 7)
    days = [moment.astimezone(TORONTO).date() for moment in found]
    assert len(days) == len(set(days)) == 7
    times = {moment.astimezone(TORONTO).time() for moment in found}
    assert times <= {time(hour, 30), time(3, 30)}, "half past two does not exist on one day of spring"


@given(
    st.sampled_from(
        ["America/Toronto", "Europe/London", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kathmandu", "UTC"]
    ),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sets(st.integers(0, 6), min_size=1),
    st.datetimes(datetime(2011, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC)),  # noqa: DTZ001
)
def test_a_proof_is_due_once_on_each_of_its_days(zone: str, at: time, days: set[int], start: datetime) -> None:
    proof = replace(PROOF, at=at, zone=ZoneInfo(zone), days=frozenset(days))
    found = dues(proof, start, 28)
    assert found == sorted(set(found))
    assert abs(len(found) - 4 * len(days)) <= 1
    for moment in found:
        local = moment.astimezone(proof.zone)
        assert local.weekday() in days or zone == "Pacific/Apia"


def test_the_first_look_only_starts_the_clock() -> None:
    state = at(RuleState(), NIGHT)
    assert state.waiting == ()
    assert next_proof(state, (PROOF,)) == DUE
    assert next_proof(RuleState(), (PROOF,)) is None


def test_it_is_texted_when_due_and_again_only_on_the_next_day() -> None:
    state = at(RuleState(), NIGHT)
    assert at(state, DUE - MINUTE) == state
    sent = at(state, DUE + MINUTE)
    [text] = sent.waiting
    assert (text.to, text.text, text.key) == ("desk", "Answer OK.", f"p:proof:morning:{DUE.isoformat()}")
    assert text.severity == TOP_SEVERITY
    assert at(state, DUE + 5 * MINUTE).waiting[0].key == text.key, "after a crash it is the same text"
    assert at(sent, DUE + 2 * MINUTE).waiting == sent.waiting
    assert next_proof(sent, (PROOF,)) == DUE + 31 * MINUTE


def test_an_answer_ends_the_wait_and_none_is_missing() -> None:
    sent = at(at(RuleState(), NIGHT), DUE)
    state, proves, over = proof_answered(sent, (PROOF,), "desk", text="OK")
    assert (proves, over) == (True, ())
    assert proven(state, (PROOF,), DUE + timedelta(hours=1), prefix="p:").missing == ()
    assert proof_answered(state, (PROOF,), "desk", text="OK")[1:] == (False, ()), "nothing is awaited any more"
    assert proof_answered(sent, (PROOF,), "gate", text="OK") == (sent, False, ())


def test_a_missing_answer_is_found_once_and_a_late_one_ends_it() -> None:
    sent = at(at(RuleState(), NIGHT), DUE)
    done = proven(sent, (PROOF,), DUE + 30 * MINUTE, prefix="p:")
    assert (done.missing, done.over) == ((PROOF,), ())
    again = proven(done.rule_state, (PROOF,), DUE + 31 * MINUTE, prefix="p:")
    assert again.missing == ()
    state, proves, over = proof_answered(again.rule_state, (PROOF,), "desk", text="sorry")
    assert (proves, over) == (True, ("desk",))
    assert proof_answered(state, (PROOF,), "desk", text="sorry") == (state, False, ())


def test_the_next_proof_that_is_answered_ends_it_too() -> None:
    state = at(at(at(RuleState(), NIGHT), DUE), DUE + timedelta(hours=1))
    state = at(state, DUE + timedelta(days=1))
    assert len(state.waiting) == 2
    assert proof_answered(state, (PROOF,), "desk", text="ok")[1:] == (True, ("desk",))


def test_only_the_answer_that_fits_counts() -> None:
    proof = replace(PROOF, answer="ok*")
    sent = at(at(RuleState(), NIGHT, proof), DUE, proof)
    assert proof_answered(sent, (proof,), "desk", text="I am driving. Sent automatically.")[1] is False
    assert proof_answered(sent, (proof,), "desk", text=" OK, all well")[1] is True


def test_a_phone_is_over_when_none_of_its_proofs_is_missing() -> None:
    evening = replace(PROOF, name="evening", at=time(8), answer="yes")
    both = (PROOF, evening)
    assert [each.name for each in at(RuleState(), NIGHT, *both).proofs] == ["morning", "evening"]
    state = at(at(at(RuleState(), NIGHT, *both), DUE + 30 * MINUTE - MINUTE, *both), DUE + 31 * MINUTE, *both)
    done = proven(at(state, DUE + 59 * MINUTE, *both), both, DUE + 90 * MINUTE, prefix="p:")
    state = done.rule_state
    assert [each.missing for each in state.proofs] == [True, True]
    state, _, over = proof_answered(state, both, "desk", text="hello")
    assert over == ()
    assert proof_answered(state, both, "desk", text="yes")[2] == ("desk",)


def test_what_fell_due_long_ago_is_left_out() -> None:
    state = at(RuleState(), NIGHT)
    late = at(state, DUE + timedelta(days=10, hours=1))
    assert late.waiting == ()
    assert next_proof(late, (PROOF,)) == DUE + timedelta(days=11)
    assert at(state, DUE + PROOF.within).waiting == ()
    assert len(at(state, DUE + PROOF.within - MINUTE).waiting) == 1


def test_a_proof_that_is_gone_or_goes_to_another_phone_is_missing_no_more() -> None:
    missing = RuleState(proofs=(ProofRound("morning", "desk", DUE, missing=True),))
    assert proven(missing, (), DUE, prefix="p:").over == ("desk",)
    moved = proven(missing, (replace(PROOF, phone="gate"),), DUE, prefix="p:")
    assert moved.over == ("desk",)
    assert [(each.phone, each.missing) for each in moved.rule_state.proofs] == [("gate", False)]


def test_a_clock_that_was_far_ahead_silences_nothing() -> None:
    ahead = RuleState(proofs=(ProofRound("morning", "desk", DUE + timedelta(days=300)),))
    state = at(ahead, NIGHT)
    assert next_proof(state, (PROOF,)) == DUE
    for seen, kept in ((timedelta(days=1), True), (timedelta(days=1, seconds=1), False)):
        [each] = at(RuleState(proofs=(ProofRound("morning", "desk", NIGHT + seen),)), NIGHT).proofs
        assert each.seen == (NIGHT + seen if kept else NIGHT)


def test_after_a_start_answers_are_read_before_one_is_missing() -> None:
    sent = at(at(RuleState(), NIGHT), DUE)
    late = DUE + timedelta(hours=2)
    state = resumed(sent, late)
    assert proven(state, (PROOF,), late, prefix="p:").missing == ()
    assert proven(state, (PROOF,), late + CATCH_UP, prefix="p:").missing == (PROOF,)
    assert resumed(RuleState(proofs=(ProofRound("morning", "desk", DUE),)), late).proofs[0].deadline is None
