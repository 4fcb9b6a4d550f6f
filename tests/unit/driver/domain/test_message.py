"""A message as Twilio has it, and what can identify it."""

from datetime import UTC, datetime

import pytest

from driver.domain.message import MAX_SID, is_sid, received_message
from driver.domain.message_status import MessageStatus

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("", False),
        ("S", True),
        ("SM" + "0" * 32, True),
        ("S" * MAX_SID, True),
        ("S" * (MAX_SID + 1), False),
        ("SM-1", False),
        ("SMé", False),
        ("SM１", False),
    ],
)
def test_an_identifier_is_letters_and_digits_and_not_endless(text: str, fits: bool) -> None:
    assert is_sid(text) is fits


def test_a_message_that_arrives_is_inbound_and_received() -> None:
    message = received_message("SM1", "+12015550101", "+12015550100", body="Help", at=NOW, media=("a",))
    assert (message.direction, message.status) == ("inbound", MessageStatus.RECEIVED)
    assert (message.created_at, message.updated_at, message.media) == (NOW, NOW, ("a",))
