"""Twilio's magic numbers for test credentials."""

import pytest

from fake_twilio.errors import TwilioError
from fake_twilio.model import magic_numbers


@pytest.mark.parametrize(
    ("to", "sender", "code"),
    [
        ("+12015550101", "+15005550001", 21212),
        ("+12015550101", "+15005550007", 21606),
        ("+12015550101", "+15005550008", 21611),
        ("+12015550101", "+12015550100", 21606),
        ("+15005550001", magic_numbers.GOOD, 21211),
        ("+15005550002", magic_numbers.GOOD, 21612),
        ("+15005550003", magic_numbers.GOOD, 21408),
        ("+15005550004", magic_numbers.GOOD, 21610),
        ("+15005550009", magic_numbers.GOOD, 21614),
    ],
)
def test_magic_numbers(to: str, sender: str, code: int) -> None:
    with pytest.raises(TwilioError) as refusal:
        magic_numbers.check_message(to, sender)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("number", "area_code", "code"),
    [("+15005550000", "", 21422), ("+15005550001", "", 21421), ("+12015550101", "", 21422), ("", "533", 21452)],
)
def test_magic_purchases(number: str, area_code: str, code: int) -> None:
    with pytest.raises(TwilioError) as refusal:
        magic_numbers.check_purchase(number, area_code)
    assert refusal.value.code == code


def test_the_good_number_can_be_used_and_bought() -> None:
    magic_numbers.check_message("+12015550101", magic_numbers.GOOD)
    assert (
        magic_numbers.check_purchase(magic_numbers.GOOD, "")
        == magic_numbers.check_purchase("", "500")
        == magic_numbers.GOOD
    )
