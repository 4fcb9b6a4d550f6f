"""Numbers that carriers refuse."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fake_twilio.model.incoming_phone_number import (
    NOT_REGISTERED,
    NOT_VERIFIED,
    PENDING,
    STILL_CONFIGURED,
    IncomingPhoneNumber,
)

NOW = datetime(2026, 1, 1, tzinfo=UTC)


JERSEY = IncomingPhoneNumber("PN1", "AC1", "+12015550100", "a", NOW, NOW)


@pytest.mark.parametrize(
    ("number", "registration", "to", "code"),
    [
        ("+12015550100", PENDING, "+12015550101", STILL_CONFIGURED),
        ("+12015550100", "none", "+12015550101", NOT_REGISTERED),
        ("+18005550100", "none", "+12015550101", NOT_VERIFIED),
        ("+12015550100", "none", "+442079460000", 0),
        ("+442079460000", "none", "+12015550101", 0),
        ("+12015550100", JERSEY.registration, "+12015550101", 0),
    ],
)
def test_carriers_refuse_numbers_that_are_not_registered(number: str, registration: str, to: str, code: int) -> None:
    assert replace(JERSEY, phone_number=number, registration=registration).refused_by_carriers(to) == code
