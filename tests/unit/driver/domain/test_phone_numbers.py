"""Phone numbers as people copy them, and as a log may show them."""

import pytest

from driver.domain.phone_numbers import E164, is_messaging_service, shortened, tidied


@pytest.mark.parametrize(
    ("copied", "tidy"),
    [
        ("+12015550101", "+12015550101"),
        (" tel:+12015550101 ", "+12015550101"),
        ("SMS:+12015550101", "+12015550101"),
        ("tel:sms:tel:+1", "sms:tel:+1"),
        ("hotel:+1", "hotel:+1"),
        ("call tel:+1", "call tel:+1"),
        ("\u202a+1201555\u200b0101\u202c", "+12015550101"),
        ("＋１２０１", "+1201"),
        ("﹢١٢", "+12"),
    ],
)
def test_what_copying_adds_is_taken_away_and_nothing_else(copied: str, tidy: str) -> None:
    assert tidied(copied) == tidy


@pytest.mark.parametrize("text", ["12015550101", "+0201", "+1", "+44 (0) 20 7946 0000", "+1234567890123456", ""])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^expected a phone number in E\.164 form, for example \+12015550101$"):
        E164(text)


def test_a_messaging_service_is_no_number() -> None:
    assert is_messaging_service("MG" + "0af" * 10 + "00")
    assert not is_messaging_service("MG" + "0" * 31)
    assert not is_messaging_service("+12015550101")


@pytest.mark.parametrize("text", ["+1 (201) 555-0101", "+12015550101", "+1.201.555.0101"])
def test_a_number_is_read_without_its_decoration(text: str) -> None:
    assert E164(text) == "+12015550101"


@pytest.mark.parametrize("text", ["12015550101", "+0123456789", "+1201", "++12015550101", "", "+1201555010111111"])
def test_what_is_no_e164_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"E\.164"):
        E164(text)


def test_numbers_are_shortened_for_logs() -> None:
    assert (shortened("+12015550101"), shortened("+12")) == ("+1…0101", "…")


@pytest.mark.parametrize(("number", "shown"), [("+123456", "…"), ("+1234567", "+1…4567")])
def test_a_short_number_is_not_shown_at_all(number: str, shown: str) -> None:
    assert shortened(number) == shown
