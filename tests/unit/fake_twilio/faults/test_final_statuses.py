"""The final statuses of a parked message."""

import pytest

from fake_twilio.faults.final_statuses import release_problems


@pytest.mark.parametrize(
    ("status", "error_code", "problems"),
    [
        ("", None, []),
        ("sent", None, []),
        ("failed", 30008, []),
        ("queued", None, ["status: 'queued' is not one of delivered, undelivered, failed, sent"]),
        ("delivered", 1, ["error_code: only an undelivered or failed message has an error code"]),
        ("", 1, ["error_code: only an undelivered or failed message has an error code"]),
    ],
)
def test_how_a_parked_message_may_end(status: str, error_code: int | None, problems: list[str]) -> None:
    assert release_problems(status, error_code) == problems
