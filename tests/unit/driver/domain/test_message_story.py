"""The history of a message as sentences: every way it can end or wait."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from driver.domain.commands import ExecutionState
from driver.domain.execution import Attempt
from driver.domain.message import Message
from driver.domain.message_status import MessageStatus
from driver.domain.message_story import story
from driver.domain.outbound_message import OutboundMessage

AT = datetime(2026, 1, 1, tzinfo=UTC)
TEXT = OutboundMessage(
    execution_id="e1",
    asset_id="guard",
    created_at=AT,
    user="ann",
    workstation="w1",
    from_number="+12015550100",
    to_number="+12015550101",
    due_at=AT + timedelta(seconds=5),
)
REFUSED = Attempt(1, AT, "refused", 400, 21610, detail="HTTP 400, error 21610")


def sentences_of(message: OutboundMessage, at_twilio: Message | None, ahead: int) -> list[str]:
    return list(story(message, at_twilio, ahead))


def test_the_attempts_are_told_with_what_twilio_s_answer_means() -> None:
    first, attempt, means, following = sentences_of(replace(TEXT, attempts=(REFUSED,)), None, 0)
    assert first == "ann at w1 gave Send Message for guard, 2026-01-01 00:00:00 UTC."
    assert attempt == ("Attempt 1, 2026-01-01 00:00:00 UTC: Twilio refused it (HTTP 400, error 21610).")
    assert means.startswith("Error 21610 means: the recipient has opted out")
    assert following == "It is waiting: attempt 2 is due 2026-01-01 00:00:05 UTC."


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (Attempt(1, AT), "there is no response yet, or it was lost when the driver stopped."),
        (Attempt(1, AT, "accepted", sid="SM1"), "Twilio accepted it as SM1."),
        (Attempt(1, AT, "unknown", code=99, detail="no answer"), "it is unknown whether it arrived (no answer)."),
    ],
)
def test_an_attempt_ends_in_words(outcome: Attempt, words: str) -> None:
    assert sentences_of(replace(TEXT, attempts=(outcome,)), None, 0)[1].endswith(words)


@pytest.mark.parametrize(
    ("more", "ahead", "words"),
    [
        ({}, 1, "It is waiting: 1 message between the same numbers go first"),
        ({}, 2, "It is waiting: 2 messages between the same numbers go first"),
        ({"in_doubt": True}, 0, "Twilio may have it, so it is looked up there"),
        ({"state": ExecutionState.SUCCEEDED, "finished_at": AT}, 0, "It counts as sent since 2026"),
        ({"state": ExecutionState.REJECTED, "reason": "no number"}, 0, "It was rejected immediately: no number."),
        (
            {"state": ExecutionState.TERMINATED, "reason": "too old"},
            0,
            "It was terminated, 2026-01-01 00:00:00 UTC: too old.",
        ),
        ({"state": ExecutionState.TERMINATED, "result": "canceled", "reason": "x"}, 0, "It was canceled, "),
        ({"state": ExecutionState.TERMINATED, "result": "dropped", "reason": "x"}, 0, "It was deliberately not sent, "),
        (
            {"state": ExecutionState.UNKNOWN, "reason": "x"},
            0,
            "It is unknown whether it was sent, and a person must decide",
        ),
    ],
)
def test_what_was_decided_is_told(more: dict[str, Any], ahead: int, words: str) -> None:
    assert sentences_of(replace(TEXT, **more), None, ahead)[-1].startswith(words)


def test_a_text_that_was_sent_again_says_so() -> None:
    again = replace(TEXT, user="", workstation="", state=ExecutionState.TERMINATED, result="requeued", reason="x")
    sentences = sentences_of(again, None, 0)
    assert sentences[0].startswith("Somebody gave Send Message")
    assert sentences[-1].endswith("It was sent again later.")


def test_what_twilio_reports_comes_last() -> None:
    sent = replace(TEXT, state=ExecutionState.SUCCEEDED)
    lost = Message("SM1", "outbound", "+1", "+2", "x", MessageStatus.UNDELIVERED, AT, AT, error_code=30003)
    *_, reported, means = sentences_of(sent, lost, 0)
    assert reported == "Twilio reports: undelivered, 2026-01-01 00:00:00 UTC (error 30003)."
    assert means.startswith("Error 30003 means: ")
    delivered = replace(lost, status=MessageStatus.DELIVERED, error_code=None)
    assert sentences_of(sent, delivered, 0)[-1] == "Twilio reports: delivered, 2026-01-01 00:00:00 UTC."


def test_a_text_that_was_given_up_and_not_sent_again_says_no_more() -> None:
    given_up = replace(TEXT, state=ExecutionState.TERMINATED, reason="too old")
    assert sentences_of(given_up, None, 0)[-1] == "It was terminated, 2026-01-01 00:00:00 UTC: too old."
