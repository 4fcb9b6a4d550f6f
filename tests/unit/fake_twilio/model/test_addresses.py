"""What Twilio takes an address for: a number as it is written, a short code, somebody on a channel."""

import pytest

from fake_twilio.model.addresses import (
    channel_recipient,
    channel_sender,
    country,
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
