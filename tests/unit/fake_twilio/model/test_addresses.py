"""Parsing of addresses: numbers as people write them, short codes, channel addresses."""

import tracemalloc
from collections.abc import Callable

import pytest

from fake_twilio.model import addresses
from fake_twilio.model.addresses import (
    channel,
    channel_recipient,
    channel_sender,
    country,
    e164,
    friendly,
    is_alphanumeric,
    is_premium,
    local,
    may_be_short_code,
    recipient,
    state,
)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+12015550101", "+12015550101"),
        ("+-1 201 555 0101", "+12015550101"),
        ("+-1+-2015550101", None),
        (" 442079460000", "+442079460000"),
        ("2015550101", "+12015550101"),
        ("(201) 555-0101", "+12015550101"),
        ("12015550101", "+12015550101"),
        ("1015550101", None),
        ("22015550101", None),
        ("+", None),
        ("", None),
    ],
)
def test_a_destination_is_read_generously(written: str, number: str | None) -> None:
    assert recipient(written) == number


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("123", True),
        ("123456", True),
        ("12", False),
        ("hello", True),
        ("hi you", True),
        ("1234567", False),
        ("+1234", True),
        ("+1 234", True),
        ("+1x", False),
        ("+12345678", False),
        ("+44 999", True),
        ("+4499999999999", False),
        ("+0", False),
    ],
)
def test_what_may_be_a_short_code(text: str, may_be: bool) -> None:
    assert may_be_short_code(text) is may_be


@pytest.mark.parametrize(
    ("written", "region", "number"),
    [
        ("(201) 555-0101", "US", "+12015550101"),
        ("1 201 555 0101", "US", "+12015550101"),
        ("416 555 0101", "CA", "+14165550101"),
        ("+1 416 555 0101", "CA", "+14165550101"),
        ("020 7946 0000", "GB", "+442079460000"),
        ("+44 20 7946 0000", "", "+442079460000"),
        ("020 7946 0000", "", None),
        ("soon", "US", None),
    ],
)
def test_a_number_is_read_as_people_of_a_country_write_it(written: str, region: str, number: str | None) -> None:
    assert local(written, region) == number


@pytest.mark.parametrize(
    ("number", "place"),
    [
        ("+12015550101", ("US", "NJ")),
        ("+10005550101", ("", "")),
        ("+442079460000", ("GB", "")),
        ("whatsapp:+442079460000", ("GB", "")),
        ("+999", ("", "")),
    ],
)
def test_where_a_number_is(number: str, place: tuple[str, str]) -> None:
    assert (country(number), state(number)) == place


@pytest.mark.parametrize(
    ("number", "premium"),
    [("+19005550101", True), ("+12015550101", False), ("+449098790000", True), ("+442079460000", False), ("+0", False)],
)
def test_whose_texts_cost_extra(number: str, premium: bool) -> None:
    assert is_premium(number) is premium


@pytest.mark.parametrize(
    ("address", "receives", "sends"),
    [
        ("whatsapp:+12015550101", True, True),
        ("whatsapp:+1 2015550101", False, False),
        ("messenger:12345", True, True),
        ("messenger:+12015550101", False, False),
        ("rcs:+12015550101", True, False),
        ("rcs:brand_agent-1", False, True),
        ("+12015550101", False, False),
        ("pigeon:+12015550101", False, False),
    ],
)
def test_who_can_be_on_a_channel(address: str, receives: bool, sends: bool) -> None:
    assert channel_recipient(address) == (address if receives else None)
    assert channel_sender(address) == (address if sends else None)


@pytest.mark.parametrize(
    ("given", "number"),
    [
        ("+12015550101", "+12015550101"),
        (" 12015550101", "+12015550101"),
        ("+1 (201) 555-0101", "+12015550101"),
        ("+442079460000", "+442079460000"),
        ("+15555550100", None),
        ("+19115550100", None),
        ("+12011150100", None),
        ("2015550101", None),
        ("010203", None),
        ("abc", None),
        ("", None),
        ("+" + "9" * 40, None),
    ],
)
def test_what_can_be_a_number(given: str, number: str | None) -> None:
    assert e164(given) == number


@pytest.mark.parametrize("function", [e164, channel, country, addresses.is_premium])
def test_only_short_texts_are_remembered(function: Callable[[str], object]) -> None:
    def grown_by(length: int) -> int:
        function("warm" + "x" * length)
        tracemalloc.start()
        for number in range(100):
            function(f"+{number:04}" + "x" * length)
        size = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        return size

    assert grown_by(20_000) < 1_000_000


def test_the_country_and_state_of_a_number() -> None:
    assert (country("+12015550101"), state("+12015550101")) == ("US", "NJ")
    assert (country("+14165550101"), state("+14165550101")) == ("CA", "ON")
    assert (country("+442079460000"), state("+442079460000")) == ("GB", "")
    assert friendly("+12015550100") == "(201) 555-0100"
    assert friendly("+442079460000") == "+442079460000"
    assert channel("whatsapp:+12015550101") == ("whatsapp", "+12015550101")
    assert is_alphanumeric("MyCompany")
    assert not is_alphanumeric("TwelveLetters")
    assert not is_alphanumeric("12345")


@pytest.mark.parametrize(
    ("text", "may_be"),
    [
        ("+122222", True), ("+1 222-22", True), ("+12", False), ("+12345678", False), ("+1False", False),
        ("+91812051234", True), ("+5", False), ("+0306539", False), ("123", True), ("123456", True), ("False", True),
        ("1234567", False), ("", False),
    ],
)  # fmt: skip
def test_which_destinations_may_be_short_codes(text: str, may_be: bool) -> None:
    assert addresses.may_be_short_code(text) is may_be


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("+12015550101", "+12015550101"), ("2015550101", "+12015550101"), ("12015550101", "+12015550101"),
        ("(201) 555-0101", "+12015550101"), ("+=12015550101", "+12015550101"), ("++12015550101", "+12015550101"),
        ("+x12015550101", None), ("5555550101", None), ("442071234567", None), ("", None), ("+", None),
    ],
)  # fmt: skip
def test_what_twilio_takes_a_destination_for(text: str, number: str | None) -> None:
    assert addresses.recipient(text) == number


@pytest.mark.parametrize(
    ("number", "premium"),
    [("+19005550100", True), ("+12015550100", False), ("+449098790000", True), ("+442071234567", False), ("+0", False)],
)
def test_what_is_a_premium_number(number: str, premium: bool) -> None:
    assert addresses.is_premium(number) is premium
