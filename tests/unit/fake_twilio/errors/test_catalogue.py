"""Every text in the error catalogue can be formatted."""

from typing import Any

import pytest

from fake_twilio.errors import CATALOGUE, TwilioError, mask


def test_the_catalogue_can_say_every_text() -> None:
    facts: dict[str, Any] = {
        "to": "+12015550101",
        "sender": "+12015550100",
        "account": "AC1",
        "path": "/x",
        "value": "v",
    }
    for code, entry in CATALOGUE.items():
        assert entry.code == code
        assert entry.title
        assert entry.when
        assert bool(entry.text) is bool(entry.status), code
        if entry.text:
            for generation in ("2026", "2019"):
                assert "{" not in TwilioError(code, **facts).message(generation)


def test_destinations_are_masked_in_the_current_generation() -> None:
    assert mask("+12015550101") == "+1201555XXXX"
    refusal = TwilioError(21211, to="+12015550101")
    assert refusal.message() == "Invalid 'To' Phone Number: +1201555XXXX"
    assert refusal.message("2019") == "The 'To' number +12015550101 is not a valid phone number."


@pytest.mark.parametrize(
    ("number", "masked"), [("+12015550101", "+1201555XXXX"), ("12345", "1XXXX"), ("+5", "XX"), ("", "")]
)
def test_what_is_masked(number: str, masked: str) -> None:
    assert mask(number) == masked


@pytest.mark.parametrize(("code", "ends"), [(30003, True), (21610, False), (11200, False)])
def test_a_message_ends_with_no_code_of_a_request_or_of_an_alert_alone(code: int, *, ends: bool) -> None:
    assert CATALOGUE[code].ends_messages is ends
