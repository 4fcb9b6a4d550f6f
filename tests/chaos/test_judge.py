"""The judge itself: a good ledger passes, and each way of breaking a promise is found."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from chaos.judge import judge
from chaos.ledger import Create, Interruption, Ledger, Outcome, Promise, PublishedEvent, Row

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def good() -> Ledger:
    """One message that went out, one that was refused twice, and one that came in."""
    return Ledger(
        validity_s=60,
        promises=[
            Promise("c-1", "guard", at(0), at(1), {"E1"}),
            Promise("c-2", "guard", at(2), at(3), {"E2"}),
        ],
        outcomes={"E1": Outcome("succeeded", 1, "SM1"), "E2": Outcome("terminated", 2)},
        creates=[Create("c-1", at(1)), Create("c-2", at(3)), Create("c-2", at(8))],
        rows=[
            Row("SM1", "c-1"),
            Row("SM2", "c-2", refused=True),
            Row("SM3", "c-2", refused=True),
            Row("SM9", "i-1", incoming=True),
        ],
        events=[
            PublishedEvent(1, "MessageAccepted", "guard", "SM1", "E1"),
            PublishedEvent(2, "Message Received", "twilio", "SM9"),
            PublishedEvent(3, "Message Received from External Number", "guard", "SM9"),
        ],
    )


def test_a_good_ledger_passes() -> None:
    verdict = judge(good())
    assert (verdict.findings, verdict.gaps) == ([], [])


def doubled_text(ledger: Ledger) -> None:
    ledger.creates.append(Create("c-1", at(6)))
    ledger.rows.append(Row("SM4", "c-1"))


def lost_text(ledger: Ledger) -> None:
    ledger.rows = [row for row in ledger.rows if row.sid != "SM1"]


def refused_row_adopted(ledger: Ledger) -> None:
    ledger.rows[0] = Row("SM1", "c-1", refused=True)


def another_message(ledger: Ledger) -> None:
    ledger.outcomes["E1"] = Outcome("succeeded", 1, "SM7")


def doubled_event(ledger: Ledger) -> None:
    ledger.events.append(PublishedEvent(4, "Message Received", "twilio", "SM9"))


def doubled_event_of_a_phone(ledger: Ledger) -> None:
    ledger.events.append(PublishedEvent(4, "Message Received from External Number", "guard", "SM9"))


def lost_event(ledger: Ledger) -> None:
    ledger.rows.append(Row("SM8", "i-2", incoming=True))


def invented_event(ledger: Ledger) -> None:
    ledger.events.append(PublishedEvent(4, "Message Received", "twilio", "SM77"))


def gap_in_seq(ledger: Ledger) -> None:
    ledger.events.append(PublishedEvent(5, "StateChanged", "guard"))


def repeated_seq(ledger: Ledger) -> None:
    ledger.events.append(PublishedEvent(3, "StateChanged", "guard"))


def no_outcome(ledger: Ledger) -> None:
    ledger.outcomes["E1"] = Outcome("executing", 1, "SM1")


def execution_gone(ledger: Ledger) -> None:
    del ledger.outcomes["E1"]


def two_executions(ledger: Ledger) -> None:
    ledger.promises[0].executions.add("E3")


def never_acknowledged(ledger: Ledger) -> None:
    ledger.promises[0].acknowledged_at = None


def refused_as_wrong(ledger: Ledger) -> None:
    ledger.promises[0].refusal = "400"


def three_attempts(ledger: Ledger) -> None:
    ledger.outcomes["E2"] = Outcome("terminated", 3)


def three_requests(ledger: Ledger) -> None:
    ledger.creates.append(Create("c-2", at(9)))


def given_up_but_sent(ledger: Ledger) -> None:
    ledger.rows.append(Row("SM4", "c-2"))


def nobody_asked(ledger: Ledger) -> None:
    ledger.rows.append(Row("SM4", "c-3"))


def too_old(ledger: Ledger) -> None:
    ledger.creates[0] = Create("c-1", at(70))


def doubt_without_a_cause(ledger: Ledger) -> None:
    ledger.outcomes["E1"] = Outcome("unknown", 1)


def success_untold(ledger: Ledger) -> None:
    ledger.events[0] = PublishedEvent(1, "StateChanged", "guard")


def given_up_early(ledger: Ledger) -> None:
    ledger.outcomes["E2"] = Outcome("terminated", 1, age_s=20)


def ended_by_itself(ledger: Ledger) -> None:
    ledger.exits.append(("driver-1", at(9), 1))


def complaint(ledger: Ledger) -> None:
    ledger.complaints.append("a traceback")


@pytest.mark.parametrize(
    "spoil",
    [
        doubled_text,
        lost_text,
        refused_row_adopted,
        another_message,
        doubled_event,
        doubled_event_of_a_phone,
        lost_event,
        invented_event,
        gap_in_seq,
        repeated_seq,
        no_outcome,
        execution_gone,
        two_executions,
        never_acknowledged,
        refused_as_wrong,
        three_attempts,
        three_requests,
        given_up_but_sent,
        nobody_asked,
        too_old,
        doubt_without_a_cause,
        success_untold,
        given_up_early,
        ended_by_itself,
        complaint,
    ],
)
def test_each_broken_promise_is_one_finding(spoil: Callable[[Ledger], None]) -> None:
    ledger = good()
    spoil(ledger)
    assert len(judge(ledger).findings) == 1, judge(ledger).findings


def test_doubt_is_justified_by_an_unclear_answer_or_an_interruption_nearby() -> None:
    ledger = good()
    doubt_without_a_cause(ledger)
    ledger.creates[0] = Create("c-1", at(1), clear=False)
    assert judge(ledger).findings == []
    ledger.creates[0] = Create("c-1", at(1))
    ledger.interruptions = [Interruption("kill", at(2), at(2))]
    assert judge(ledger).findings == []
    ledger.interruptions = [Interruption("kill", at(20), at(21))]
    assert len(judge(ledger).findings) == 1


@pytest.mark.parametrize(("attempts", "age_s", "may"), [(0, 61, True), (0, 58, False), (1, 56, True), (1, 54, False)])
def test_a_text_may_be_given_up_after_fewer_attempts_once_the_next_would_be_too_old(
    attempts: int, age_s: float, may: bool
) -> None:
    ledger = good()
    ledger.outcomes["E2"] = Outcome("terminated", attempts, age_s=age_s)
    assert (judge(ledger).findings == []) is may


def test_a_driver_need_not_start_without_its_database() -> None:
    ledger = good()
    ledger.exits.append(("driver-1", at(9), 3))
    assert len(judge(ledger).findings) == 1
    ledger.interruptions = [Interruption("database killed", at(8), at(10))]
    assert judge(ledger).findings == []


def test_a_doubled_text_around_a_suspension_is_the_known_gap_and_bounded() -> None:
    ledger = good()
    doubled_text(ledger)
    ledger.takeover_s = 2
    ledger.interruptions = [Interruption("suspend", at(0), at(5))]
    verdict = judge(ledger)
    assert (verdict.findings, len(verdict.gaps)) == ([], 1)
    for other in (Interruption("kill", at(0), at(5)), Interruption("suspend", at(4), at(5))):
        ledger.interruptions = [other]
        assert len(judge(ledger).findings) == 1, "nobody was passed over"
    ledger.interruptions = [Interruption("suspend", at(0), at(5))]
    ledger.promises.append(Promise("c-3", "guard", at(0), at(1), {"E3"}))
    ledger.outcomes["E3"] = Outcome("succeeded", 2, "SM5")
    ledger.creates += [Create("c-3", at(1)), Create("c-3", at(6))]
    ledger.rows += [Row("SM5", "c-3"), Row("SM6", "c-3")]
    ledger.events.append(PublishedEvent(4, "MessageAccepted", "guard", "SM5", "E3"))
    assert len(judge(ledger).findings) == 1, "two at one suspension are too many"


def test_one_driver_alone_has_no_gap() -> None:
    ledger = good()
    doubled_text(ledger)
    ledger.interruptions = [Interruption("suspend", at(0), at(5))]
    assert len(judge(ledger).findings) == 1
