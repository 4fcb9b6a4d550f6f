"""What must hold after every scenario: each breach is reported, and what a scenario announces is accepted."""

from harness.invariants import broken

GOOD = {"executionId": "1", "state": "succeeded", "messageSid": "SM1", "attempts": [{"sid": "SM1"}]}


def test_nothing_to_report_when_all_is_well() -> None:
    asked = {"operation": "messages.create", "method": "POST", "target": "/Messages.json"}
    assert broken([], [asked], [GOOD], []) == []


def test_an_error_in_the_log_is_reported_unless_it_was_announced() -> None:
    record = {"level": "error", "event": "the signature is wrong"}
    assert "the signature is wrong" in broken([record], [], [], [])[0]
    assert broken([record], [], [], ["signature"]) == []


def test_a_request_that_twilio_does_not_know_is_reported() -> None:
    assert (
        "GET /Nonsense.json" in broken([], [{"operation": "", "method": "GET", "target": "/Nonsense.json"}], [], [])[0]
    )


def test_a_third_attempt_is_reported() -> None:
    tried = {**GOOD, "attempts": [{"sid": None}, {"sid": None}, {"sid": "SM1"}]}
    assert "never more than 2" in broken([], [], [tried], [])[0]


def test_a_command_that_sent_two_messages_is_reported() -> None:
    twice = {**GOOD, "attempts": [{"sid": "SM1"}, {"sid": "SM2"}]}
    assert "sent 2 messages" in broken([], [], [twice], [])[0]


def test_success_without_a_message_is_reported() -> None:
    assert "has no message" in broken([], [], [{**GOOD, "messageSid": None, "attempts": [{"sid": None}]}], [])[0]
