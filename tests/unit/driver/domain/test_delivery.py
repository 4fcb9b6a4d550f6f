"""The life cycle of an outbound message: every step, and what no sequence of steps may ever do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.domain.commands import MESSAGE_CONTENT, ExecutionState
from driver.domain.delivery import (
    Action,
    Broken,
    Canceled,
    DeliveryPolicy,
    Due,
    Found,
    LookupFailed,
    NotFound,
    Observation,
    Obsolete,
    Step,
    age,
    step,
)
from driver.domain.execution import Attempt
from driver.domain.outbound_message import OutboundMessage
from driver.domain.send_result import Accepted, Failure, FailureKind

NOW = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = DeliveryPolicy()
SM = Accepted("SM1", "queued", 1)


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


def message(**changes: object) -> OutboundMessage:
    fresh = OutboundMessage(
        execution_id="e1",
        asset_id="guard",
        created_at=NOW,
        parameters={MESSAGE_CONTENT: "Fire"},
        from_number="+12015550100",
        to_number="+12015550101",
        due_at=NOW,
    )
    return replace(fresh, **changes)  # type: ignore[arg-type]  # the keys are the class's own


def tried(attempts: int = 1, **changes: object) -> OutboundMessage:
    """Return a message whose latest attempt is in flight, or was cut short."""
    made = tuple(Attempt(number, NOW) for number in range(1, attempts + 1))
    return message(attempts=made, in_doubt=True, first_at=NOW, state=ExecutionState.EXECUTING, **changes)


def failure(kind: FailureKind, **changes: object) -> Failure:
    return replace(Failure(kind, "it failed", 400, 21612), **changes)  # type: ignore[arg-type]


def test_an_attempt_is_counted_before_it_is_made() -> None:
    taken = step(message(), Due(), POLICY, now=NOW)
    assert taken == Step(taken.message, Action.SEND)
    assert (taken.message.attempts, taken.message.in_doubt) == ((Attempt(1, NOW),), True)
    assert taken.message.state is ExecutionState.EXECUTING


def test_acceptance_ends_it() -> None:
    taken = step(tried(), SM, POLICY, now=NOW + seconds(1))
    assert (taken.action, taken.outcome) == (Action.END, SM)
    assert taken.message.last_attempt == Attempt(1, NOW, "accepted", sid="SM1")
    ended = taken.message
    assert (ended.state, ended.finished_at) == (ExecutionState.SUCCEEDED, NOW + seconds(1))
    assert (ended.message_sid, ended.in_doubt, ended.reason) == ("SM1", False, "")


@pytest.mark.parametrize("kind", [FailureKind.REFUSED, FailureKind.TRANSIENT])
def test_a_message_that_surely_failed_is_sent_again_after_five_seconds(kind: FailureKind) -> None:
    first = step(tried(), failure(kind), POLICY, now=NOW)
    assert (first.action, first.message.due_at, first.message.in_doubt) == (Action.WAIT, NOW + seconds(5), False)
    assert first.message.attempts == (Attempt(1, NOW, kind.value, 400, 21612, detail="it failed"),)
    again = step(first.message, Due(), POLICY, now=NOW + seconds(5))
    assert (again.action, len(again.message.attempts)) == (Action.SEND, 2)


def test_each_attempt_begins_without_the_look_ups_of_the_one_before() -> None:
    before = tried(lookups=POLICY.lookups_before_resend - 1, failed_lookups=2)
    begun = step(before, NotFound(), POLICY, now=NOW).message
    assert (len(begun.attempts), begun.lookups, begun.failed_lookups) == (2, 0, 0)


def test_an_attempt_that_is_cut_short_is_looked_up_after_five_seconds() -> None:
    begun = step(message(), Due(), POLICY, now=NOW).message
    assert begun.due_at == NOW + seconds(5)
    assert step(begun, Due(), POLICY, now=begun.due_at).action == Action.LOOK_UP


@pytest.mark.parametrize("kind", [FailureKind.REFUSED, FailureKind.TRANSIENT])
def test_a_second_failure_terminates_it(kind: FailureKind) -> None:
    taken = step(tried(2), failure(kind), POLICY, now=NOW)
    assert (taken.action, taken.outcome) == (Action.END, failure(kind))
    assert (taken.message.state, taken.message.finished_at) == (ExecutionState.TERMINATED, NOW)
    assert taken.message.reason == "attempt 2 of 2 failed: it failed"


def test_only_refusals_end_early_and_only_if_so_chosen() -> None:
    chosen = replace(POLICY, retry_permanent=False)
    ends = {kind: step(tried(), failure(kind), chosen, now=NOW).action for kind in FailureKind}
    assert ends == {
        FailureKind.REFUSED: Action.END,
        FailureKind.TRANSIENT: Action.WAIT,
        FailureKind.UNKNOWN: Action.WAIT,
        FailureKind.EXPIRED: Action.END,
    }


def test_a_lost_answer_is_looked_up_until_the_lists_have_caught_up() -> None:
    taken = step(tried(), failure(FailureKind.UNKNOWN), POLICY, now=NOW)
    assert (taken.action, taken.message.in_doubt, taken.message.due_at) == (Action.WAIT, True, NOW + seconds(5))
    for looks in range(1, POLICY.lookups_before_resend):
        assert step(taken.message, Due(), POLICY, now=NOW).action == Action.LOOK_UP
        taken = step(taken.message, NotFound(), POLICY, now=taken.message.due_at)
        assert (taken.action, taken.message.lookups) == (Action.WAIT, looks)
    taken = step(taken.message, NotFound(), POLICY, now=taken.message.due_at)
    assert (taken.action, taken.message.lookups) == (Action.SEND, 0)
    assert taken.message.attempts[1:] == (Attempt(2, NOW + seconds(35)),)


def test_what_twilio_itself_calls_an_error_is_looked_up_once() -> None:
    taken = step(tried(), failure(FailureKind.UNKNOWN, answered=True), POLICY, now=NOW)
    assert step(taken.message, NotFound(), POLICY, now=NOW + seconds(5)).action == Action.SEND
    last = step(tried(2), failure(FailureKind.UNKNOWN, answered=True), POLICY, now=NOW)
    assert last.message.due_at == NOW
    ended = step(last.message, NotFound(), POLICY, now=NOW)
    assert isinstance(ended.outcome, Failure)
    assert (ended.message.reason, ended.outcome.transport) == ("attempt 2 of 2 failed: it failed", True)
    assert (ended.outcome.http_status, ended.outcome.code) == (400, 21612)


def test_how_many_look_ups_decide_depends_on_whether_an_attempt_is_left() -> None:
    policy = DeliveryPolicy(lookups_before_resend=1, lookups=2)
    assert step(tried(1), NotFound(), policy, now=NOW).action == Action.SEND
    once = step(tried(2), NotFound(), policy, now=NOW)
    assert once.action == Action.WAIT
    assert step(once.message, NotFound(), policy, now=NOW).action == Action.END


def test_what_is_found_is_adopted_with_what_its_attempt_had_said() -> None:
    lost = step(tried(), failure(FailureKind.UNKNOWN, detail="no answer within 10 s"), POLICY, now=NOW).message
    taken = step(lost, Found(SM), POLICY, now=NOW)
    last = taken.message.last_attempt
    assert (taken.outcome, last.outcome) == (SM, "adopted")
    assert last.detail == "found at Twilio after all (no answer within 10 s)"
    crashed = step(tried(), Found(SM), POLICY, now=NOW + seconds(9)).message
    assert crashed.attempts == (Attempt(1, NOW, "adopted", sid="SM1", detail="found at Twilio after all (no answer)"),)


def test_what_twilio_lists_as_refused_ends_it_with_that_reason() -> None:
    refusal = Failure(FailureKind.REFUSED, "Twilio lists it as failed, error 21610", code=21610)
    looked = tried(2, lookups=POLICY.lookups - 1)
    taken = step(looked, NotFound(refusal), POLICY, now=NOW)
    assert taken.outcome == refusal
    assert taken.message.reason == "attempt 2 of 2 failed: Twilio lists it as failed, error 21610"


def test_nobody_can_tell_when_twilio_cannot_be_asked() -> None:
    lost = tried()
    for _ in range(POLICY.lookups - 1):
        taken = step(lost, LookupFailed("no connection"), POLICY, now=NOW)
        assert (taken.action, taken.message.due_at) == (Action.WAIT, NOW + seconds(10))
        lost = taken.message
    for observation, reason in (
        (LookupFailed("no connection"), "Twilio may or may not have it, and the look-ups failed: no connection"),
        (Broken("a bug"), "the driver failed to process it: a bug"),
    ):
        ended = step(lost, observation, POLICY, now=NOW)
        assert (ended.action, ended.outcome, ended.message.reason) == (Action.END, None, reason)
        assert (ended.message.state, ended.message.finished_at) == (ExecutionState.UNKNOWN, NOW)


def test_what_is_no_longer_true_is_dropped() -> None:
    taken = step(message(), Obsolete("the alarm is over"), POLICY, now=NOW)
    dropped = taken.message
    assert (taken.action, dropped.state, dropped.finished_at) == (Action.END, ExecutionState.TERMINATED, NOW)
    assert (dropped.result, dropped.reason) == ("dropped", "the alarm is over")


def test_a_text_may_change_only_while_nobody_can_have_it() -> None:
    refused = step(tried(), failure(FailureKind.REFUSED), POLICY, now=NOW).message
    unknown = step(tried(), failure(FailureKind.UNKNOWN), POLICY, now=NOW).message
    assert [each.never_left for each in (message(), refused, tried(), unknown)] == [True, True, False, False]
    assert refused.with_body("Fire is out").body == "Fire is out"


def test_nothing_too_old_is_sent() -> None:
    expires = NOW + seconds(4 * 3600)
    waiting = message(expires_at=expires)
    assert step(waiting, Due(), POLICY, now=expires - seconds(1)).action == Action.SEND
    ended = step(waiting, Due(), POLICY, now=NOW + timedelta(days=3))
    assert ended.message.reason == "it was too old to be sent: 72 h after the command"
    refused = step(tried(expires_at=NOW + seconds(5)), failure(FailureKind.REFUSED), POLICY, now=NOW)
    assert refused.message.reason == "it would be too old by the next attempt: it failed"
    waited = failure(FailureKind.EXPIRED)
    taken = step(tried(), waited, POLICY, now=NOW)
    assert (taken.outcome, taken.message.reason) == (waited, "it failed")


def test_what_is_too_old_and_in_doubt_is_looked_up_and_not_sent_again() -> None:
    doubtful = tried(expires_at=NOW + seconds(1), lookups=POLICY.lookups - 1)
    late = NOW + timedelta(days=3)
    assert step(doubtful, Due(), POLICY, now=late).action == Action.LOOK_UP
    ended = step(doubtful, NotFound(), POLICY, now=late)
    assert ended.message.reason == "it would be too old by the next attempt: no answer"


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "less than a minute"), (1, "1 min"), (179, "179 min"), (180, "3 h")]
)
def test_an_age_in_words(minutes: int, words: str) -> None:
    assert age(message(), NOW + timedelta(minutes=minutes)) == words


failures = st.builds(
    Failure, st.sampled_from(FailureKind), st.just("it failed"), transport=st.booleans(), answered=st.booleans()
)
#: What can follow each action.
FOLLOWS: dict[Action, st.SearchStrategy[Observation]] = {
    Action.WAIT: st.just(Due()),
    Action.SEND: failures | st.just(SM),
    Action.LOOK_UP: st.just(NotFound())
    | st.builds(NotFound, failures)
    | st.just(LookupFailed("away"))
    | st.just(Found(SM)),
}


@given(st.data(), st.booleans(), st.integers(1, 5), st.integers(1, 5))
def test_whatever_happens_a_message_ends_after_at_most_two_attempts(
    data: st.DataObject, retry_permanent: bool, before: int, looks: int
) -> None:
    policy = DeliveryPolicy(retry_permanent=retry_permanent, lookups_before_resend=before, lookups=looks)
    expires_at = data.draw(st.none() | st.integers(0, 100).map(lambda number: NOW + seconds(number)))
    now, sends, doubtful = NOW, 0, False
    taken = step(message(expires_at=expires_at), Due(), policy, now=now)
    for _ in range(100):
        if taken.action is Action.SEND:
            sends += 1
            assert not taken.message.too_old(now)
            assert len(taken.message.attempts) == sends
            assert {"accepted", "adopted"}.isdisjoint(attempt.outcome for attempt in taken.message.attempts)
        assert taken.message.state.final == (taken.action is Action.END)
        if taken.message.state.final:
            break
        if taken.action is Action.WAIT:
            assert taken.message.due_at >= now
            now = max(now, taken.message.due_at) + seconds(data.draw(st.integers(0, 60)))
        if data.draw(st.booleans()):  # a crash: what is not stored is lost, and an attempt was cut short
            taken = replace(taken, message=replace(taken.message, failed_lookups=0), action=Action.WAIT)
        seen = data.draw(FOLLOWS[taken.action])
        doubtful = taken.message.in_doubt
        taken = step(taken.message, seen, policy, now=now)
        if taken.action is Action.SEND and doubtful:
            assert isinstance(seen, NotFound)
    else:
        raise AssertionError("it never ends")
    assert sends <= 2


#: Every observation, whether or not it is possible at that point.
ANYTHING: st.SearchStrategy[Observation] = st.one_of(
    st.builds(Due),
    st.just(SM),
    st.just(Found(SM)),
    st.builds(NotFound, st.none() | failures),
    st.just(LookupFailed("away")),
    st.just(Broken("a bug")),
    st.just(Obsolete("over")),
    st.just(Canceled("operator")),
    failures,
)


@given(st.lists(ANYTHING, max_size=30), st.integers(0, 2))
def test_whatever_is_observed_and_when_nothing_is_sent_a_third_time_or_after_an_acceptance(
    observed: list[Observation], made: int
) -> None:
    now, begun = NOW, tried(made) if made else message()
    for seen in observed:
        now += seconds(60)
        taken = step(begun, seen, POLICY, now=now)
        if begun.state.final:
            assert taken == Step(begun, Action.NOTHING)
        if isinstance(seen, Accepted | Found):
            assert taken.action in (Action.END, Action.NOTHING)
        assert [attempt.number for attempt in taken.message.attempts] == [*range(1, len(taken.message.attempts) + 1)]
        assert len(taken.message.attempts) <= 2
        assert taken.action is not Action.SEND or len(taken.message.attempts) == len(begun.attempts) + 1
        begun = taken.message


def test_what_has_had_its_attempts_ends_without_another() -> None:
    spent = replace(tried(2), in_doubt=False)
    taken = step(spent, Due(), POLICY, now=NOW)
    assert (taken.action, taken.message.reason) == (Action.END, "attempt 2 of 2 failed: no answer")
    assert (taken.message.state, len(taken.message.attempts)) == (ExecutionState.TERMINATED, 2)


def test_only_what_twilio_cannot_have_is_taken_back() -> None:
    taken = step(message(), Canceled("operator"), POLICY, now=NOW)
    assert (taken.action, taken.outcome, taken.message.state) == (Action.END, None, ExecutionState.TERMINATED)
    assert (taken.message.result, taken.message.reason) == ("canceled", "canceled by operator")
    assert step(tried(), Canceled("operator"), POLICY, now=NOW) == Step(tried(), Action.NOTHING)


@pytest.mark.parametrize(("seconds_later", "left"), [(-60, 10), (0, 10), (4, 6), (10, 0), (11, -1)])
def test_a_message_is_never_of_use_for_longer_than_when_it_was_given(seconds_later: int, left: int) -> None:
    lasting = message(expires_at=NOW + seconds(10))
    assert lasting.life(NOW + seconds(seconds_later)) == seconds(left)
    assert lasting.too_old(NOW + seconds(seconds_later)) is (left <= 0)
    assert message().life(NOW + seconds(seconds_later)) is None
