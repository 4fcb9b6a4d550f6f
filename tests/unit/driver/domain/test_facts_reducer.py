"""How a change affects an asset's facts, and what it leaves alone."""

from dataclasses import replace
from datetime import timedelta

from driver.domain.asset_changes import CommLost, CommRestored, ConditionsFound, FaultCleared, FaultRaised, Masked
from driver.domain.asset_events import CONDITION_ENDED, CONDITION_FOUND
from driver.domain.commands import CommandResult
from driver.domain.facts import CauseKind, CommReason, Condition, Facts, Fault, FaultCause
from driver.domain.state_machine import reclocked
from support.driver_transitions import BY, CHANGES, START, walk

SECOND = timedelta(seconds=1)
SENT = FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent")
SUSPENDED = FaultRaised(FaultCause.ACCOUNT_SUSPENDED, CauseKind.STANDING, "suspended")


def condition(cause: FaultCause, seconds: int = 0) -> Condition:
    return Condition(cause, cause.value, "", START + seconds * SECOND)


def test_communication_is_lost_since_it_was_lost_first_for_the_reason_it_has_now() -> None:
    walked = walk("Normal", latch=False)
    walked.step(CommLost(CommReason.TIMEOUT, "no answer", "wait", 3))
    walked.step(CommLost(CommReason.UNREACHABLE, "no route", "look", 4))
    loss = walked.asset.facts.comm
    assert loss is not None
    assert (loss.since, loss.reason, loss.detail) == (START + SECOND, CommReason.UNREACHABLE, "no route")
    assert (loss.hint, loss.phones) == ("look", 4)


def test_communication_that_is_there_ends_the_grace_of_the_start() -> None:
    walked = walk("NoComm UA", latch=False)
    walked.asset = replace(walked.asset, startup_grace_until=START + 60 * SECOND)
    walked.step(CommRestored())
    assert (walked.asset.facts.comm, walked.asset.startup_grace_until) == (None, None)


def test_a_condition_that_still_holds_is_no_second_fault_and_touches_no_other() -> None:
    walked = walk("Normal", latch=False)
    walked.step(SENT)
    walked.step(SUSPENDED)
    other, first = walked.asset.facts.faults
    done = walked.step(replace(SUSPENDED, detail="closed for good", hint="an open account"))
    same_other, again = walked.asset.facts.faults
    assert same_other == other
    assert (again.since, again.last_seen, again.count) == (first.since, START + 3 * SECOND, 1)
    assert (again.detail, again.hint) == ("closed for good", "an open account")
    assert done.asset_events == ()


def test_an_event_that_comes_again_is_counted_where_it_stands() -> None:
    faults = [Fault(cause, CauseKind.EVENT, cause.value, START, START) for cause in list(FaultCause)[:3]]
    later = replace(faults[0], detail="again", since=START + SECOND, last_seen=START + SECOND)
    counted = Facts(faults=tuple(faults)).with_fault(later)
    assert counted.faults == (replace(later, since=START, count=2), *faults[1:])


def test_what_is_cleared_is_what_was_named_of_that_kind() -> None:
    walked = walk("Normal", latch=False)
    for raised in (SENT, SUSPENDED, replace(SENT, cause=FaultCause.OPTED_OUT)):
        walked.step(raised)
    walked.step(FaultCleared(CauseKind.EVENT, (FaultCause.SEND_FAILED,)))
    assert [fault.cause for fault in walked.asset.facts.faults] == [FaultCause.ACCOUNT_SUSPENDED, FaultCause.OPTED_OUT]
    walked.step(FaultCleared(CauseKind.EVENT))
    assert [fault.cause for fault in walked.asset.facts.faults] == [FaultCause.ACCOUNT_SUSPENDED]


def test_conditions_are_reported_once_when_they_begin_and_once_when_they_end() -> None:
    walked = walk("Normal", latch=False)
    first, second = list(FaultCause)[:2]
    begun = walked.step(ConditionsFound((condition(first), condition(second))))
    assert [event.name for event in begun.asset_events] == [CONDITION_FOUND] * 2
    gone = walked.step(ConditionsFound((condition(second, 9),)))
    [event] = gone.asset_events
    assert (event.name, event.parameters["Condition"]) == (CONDITION_ENDED, first.value)
    assert walked.asset.facts.conditions == (condition(second),), "it holds since it was found first"


def test_a_mask_that_is_set_again_for_longer_is_the_same_mask() -> None:
    walked = walk("Masked over standing fault UA", latch=False)
    mask = walked.asset.facts.mask
    assert mask is not None
    longer = walked.step(Masked(BY, START + 60 * SECOND))
    assert walked.asset.facts.mask == replace(mask, until=START + 60 * SECOND)
    assert longer.asset_events == ()
    again = walked.step(Masked(BY, START + 60 * SECOND))
    assert (again.result, again.why) == (CommandResult.NOOP, "it is already masked")


def test_where_mask_is_a_switch_the_second_one_unmasks() -> None:
    walked = walk("Normal", latch=False, mask_toggles=True)
    walked.step(Masked(BY))
    assert walked.asset.facts.mask is not None
    walked.step(Masked(BY))
    assert walked.asset.facts.mask is None


def test_cancel_says_that_nothing_has_changed() -> None:
    done = walk("Fault send UA", latch=False).step(CHANGES["Cancel"])
    assert done.why == "the selection was cleared; states and messages are unchanged"


def test_a_condition_is_a_fault_where_the_site_wants_it_to_be_one_and_as_long_as_it_holds() -> None:
    walked = walk("Normal", latch=False)
    walked.rules = replace(walked.rules, fault_on=frozenset({FaultCause.TRIAL}))
    walked.step(SENT)
    [sent] = walked.asset.facts.faults
    walked.step(ConditionsFound((condition(FaultCause.TRIAL), condition(FaultCause.UNVERIFIED))))
    trial = Fault(FaultCause.TRIAL, CauseKind.STANDING, "trial", START + 2 * SECOND, START + 2 * SECOND)
    assert list(walked.asset.facts.faults) == [sent, trial]
    walked.step(ConditionsFound((replace(condition(FaultCause.TRIAL), detail="still", hint="upgrade"),)))
    assert list(walked.asset.facts.faults) == [sent, replace(trial, detail="still", hint="upgrade")]
    walked.step(ConditionsFound())
    assert list(walked.asset.facts.faults) == [sent]


def test_a_chosen_condition_is_a_fault_of_an_asset_that_has_no_other() -> None:
    walked = walk("Normal", latch=False)
    walked.rules = replace(walked.rules, fault_on=frozenset({FaultCause.TRIAL}))
    walked.step(ConditionsFound((condition(FaultCause.TRIAL),)))
    assert [fault.cause for fault in walked.asset.facts.faults] == [FaultCause.TRIAL]
    assert walked.asset.status == "Fault"


def test_a_clock_that_is_set_moves_what_lasts_and_not_what_was_found() -> None:
    walked = walk("Normal", latch=False)
    walked.step(SENT)
    walked.step(SUSPENDED)
    asset = replace(walked.asset, startup_grace_until=START + 60 * SECOND)
    moved = reclocked(asset, 9 * SECOND)
    sent, suspended = asset.facts.faults
    assert moved.startup_grace_until == START + 69 * SECOND
    assert moved.facts.faults == (replace(sent, last_seen=sent.last_seen + 9 * SECOND), suspended)
    assert reclocked(walked.asset, 9 * SECOND).startup_grace_until is None


def test_a_status_is_shown_since_it_was_shown_first() -> None:
    walked = walk("Normal", latch=False)
    walked.step(SENT)
    walked.step(SENT)
    assert (walked.asset.status, walked.asset.since) == ("Fault", START + SECOND)
