"""The order of a message's statuses, which only move forward."""

from datetime import UTC, datetime

from fake_twilio.model.message import TERMINAL, Message, Status, changed, may_become

WHEN = datetime(2023, 8, 24, 5, 1, 45, 123456, tzinfo=UTC)


def test_a_life_only_goes_forward() -> None:
    for terminal in TERMINAL:
        for following in Status:
            assert may_become(terminal, following) is (terminal is Status.DELIVERED and following is Status.READ)
    assert may_become(Status.QUEUED, Status.DELIVERED)
    assert not may_become(Status.SENT, Status.QUEUED)
    assert not may_become(Status.SENT, Status.SENT)
    assert may_become(Status.SCHEDULED, Status.CANCELED)
    assert not may_become(Status.QUEUED, Status.CANCELED)


def test_a_changed_message_is_the_same_but_for_the_change() -> None:
    from dataclasses import replace

    from fake_twilio.model.message import Direction

    message = Message("SM1", "AC1", Direction.API, "+1", "+2", "b", Status.QUEUED, 1, 0, WHEN, WHEN, 1, 1)
    assert changed(message, body="", status=Status.SENT) == replace(message, body="", status=Status.SENT)
