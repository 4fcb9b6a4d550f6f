"""Detection and removal of passcodes in messages."""

import pytest

from fake_twilio.model.otp_filter import passcode, redacted


@pytest.mark.parametrize(
    ("body", "digits"),
    [
        ("Your code is 123456", "123456"),
        ("Your code is 123-456.", "123456"),
        ("Order 20260101: your PIN is 4711", "4711"),
        ("Order 20260101: log in with 123 456", "123456"),
        ("123456 is your code", "123456"),
        ("Call 5550101", "5550101"),
        ("Call me", None),
        ("Code 123", None),
    ],
)
def test_the_passcode_of_a_text(body: str, digits: str | None) -> None:
    assert passcode(body) == digits


@pytest.mark.parametrize(
    ("body", "stored"),
    [
        ("Your verification code: 123-456", "Your verification code: XXXX"),
        ("Gate 123456", None),
        ("Your password is secret", None),
    ],
)
def test_a_passcode_is_taken_out_of_a_text_that_talks_of_one(body: str, stored: str | None) -> None:
    assert redacted(body) == stored
