"""Invariants after every scenario: each violation is reported, and whatever a scenario announces is accepted."""

from datetime import UTC, datetime

from driver.api.models import AttemptModel, ExecutionModel
from harness.invariants import broken, too_late

THEN = datetime(2026, 1, 1, tzinfo=UTC)


def execution(*sids: str, message_sid: str = "SM1") -> ExecutionModel:
    """Return an execution that succeeded after attempts that created these messages."""
    tried = [
        AttemptModel(number=number, at=THEN, outcome="", http_status=201, code=None, sid=sid, detail="")
        for number, sid in enumerate(sids, 1)
    ]
    return ExecutionModel(
        execution_id="1",
        command_id="",
        asset_id="guard",
        scope="asset",
        command="Send Message",
        parameters={},
        user="",
        workstation="",
        state="succeeded",
        result="",
        reason="",
        created_at=THEN,
        finished_at=THEN,
        attempts=tried,
        message_sid=message_sid,
    )


def test_nothing_to_report_when_all_is_well() -> None:
    asked = {"operation": "messages.create", "method": "POST", "target": "/Messages.json"}
    assert broken([], [asked], [execution("SM1")], expected=[]) == []


def test_an_error_in_the_log_is_reported_unless_it_was_announced() -> None:
    record = {"level": "error", "event": "the signature is wrong"}
    assert "the signature is wrong" in broken([record], [], [], expected=[])[0]
    assert broken([record], [], [], expected=["signature"]) == []


def test_a_request_that_twilio_does_not_know_is_reported() -> None:
    assert (
        "GET /Nonsense.json"
        in broken([], [{"operation": "", "method": "GET", "target": "/Nonsense.json"}], [], expected=[])[0]
    )


def test_a_third_attempt_is_reported() -> None:
    assert "the limit is 2" in broken([], [], [execution("", "", "SM1")], expected=[])[0]


def test_a_command_that_sent_two_messages_is_reported() -> None:
    assert "sent 2 messages" in broken([], [], [execution("SM1", "SM2")], expected=[])[0]


def test_success_without_a_message_is_reported() -> None:
    assert "succeeded without a message" in broken([], [], [execution("", message_sid="")], expected=[])[0]


def test_what_is_chosen_after_the_start_is_named_until_the_driver_learns_of_it() -> None:
    assert too_late({"a": 1, "b": 2}, {"a": 1, "b": 2}) == []
    (sentence,) = too_late({"a": 1, "b": 2}, {"a": 1, "b": 3, "c": None})
    assert sentence.startswith("set while the driver was running, so it never took effect: b, c (move the step")
