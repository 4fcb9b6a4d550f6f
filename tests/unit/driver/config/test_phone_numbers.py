"""Phone numbers as people write and copy them: parsed if unambiguous, otherwise rejected with a valid suggestion."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.config.phone_numbers import normalized, phone_number, sender
from driver.domain.phone_numbers import E164

US = "+12015550101"
LONDON = "+442079460958"


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("+1 (201) 555-0101", US),
        ("+1.201.555.0101", US),
        ("+1\N{NO-BREAK SPACE}201\N{NON-BREAKING HYPHEN}555\N{EN DASH}0101", US),
        ("\N{LEFT-TO-RIGHT EMBEDDING}+12015550101\N{POP DIRECTIONAL FORMATTING}", US),
        ("\N{LEFT-TO-RIGHT MARK}+1201\N{SOFT HYPHEN}555\N{ZERO WIDTH SPACE}0101\N{ZERO WIDTH NO-BREAK SPACE}", US),
        ("\N{FULLWIDTH PLUS SIGN}１２０１５５５０１０１", US),
        ("+١٢٠١٥٥٥٠١٠١", US),
        ("+۱۲۰۱۵۵۵۰۱۰۱", US),
        ("tel:+1-201-555-0101", US),
        ("TEL:+12015550101", US),
        ("sms:+12015550101", US),
        ("+44 (0)20 7946 0958", LONDON),
        ("+44 ( 0 ) 20 7946 0958", LONDON),
        ("+49 (0)30 123456", "+4930123456"),
        ("+39 (0)6 1234 5678", "+390612345678"),  # Italy keeps the zero
    ],
)
def test_is_read_with_certainty(written: str, number: str) -> None:
    assert phone_number(written) == normalized(written) == sender(written) == number


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("+44 020 7946 0958", LONDON),
        ("+1 1 201 555 0101", US),
        ("+0012015550101", US),
        ("0012015550101", US),
        ("011 44 20 7946 0958", LONDON),
        ("00 44 20 7946 0958", LONDON),
        ("12015550101", US),
        ("1 (201) 555-0101", US),
        ("0044 020 7946 0958", ""),
        ("2015550101", ""),
        ("020 7946 0958", ""),
        ("+001", ""),
        ("+0012", ""),
        ("0000000000000", ""),
        ("+1201555", ""),
        ("+999123456789", ""),
        ("+44 (0)1", ""),
        ("+1 (0) 201 555 0101 x5", ""),
        ("tel:+12015550101;ext=5", ""),
        ("tel:555-0101;phone-context=+1", ""),
        ("+1-800-FLOWERS", ""),
        ("+12015550101+", ""),
        ("+²2015550101", ""),
        ("", ""),
        ("+", ""),
    ],
)
def test_is_refused_and_suggests_only_what_can_be_called(written: str, meant: str) -> None:
    with pytest.raises(ValueError, match="expected a") as refused:
        phone_number(written)
    suggested = re.findall(r"did you mean (\S+)\?", str(refused.value))
    assert suggested == ([meant] if meant else [])


@given(st.text(st.sampled_from("+0123456789٣５() -\u200e\u00ad"), max_size=24))
def test_nothing_but_a_valid_number_is_ever_suggested_and_nothing_but_a_possible_one_taken(written: str) -> None:
    try:
        number = phone_number(written)
    except ValueError as exc:
        for suggestion in re.findall(r"did you mean (\S+)\?", str(exc)):
            assert phonenumbers.is_valid_number(phonenumbers.parse(suggestion))
    else:
        assert re.fullmatch(r"\+[1-9][0-9]{6,14}", number)
        assert phonenumbers.is_possible_number(phonenumbers.parse(number))
        assert phone_number(number) == number


def test_the_domain_takes_no_optional_zero() -> None:
    with pytest.raises(ValueError, match=r"expected a phone number in E\.164 form"):
        E164("+44 (0)20 7946 0958")


def test_a_messaging_service_is_read_without_invisible_characters() -> None:
    sid = "MG" + "0" * 32
    assert sender(f"\N{LEFT-TO-RIGHT MARK}{sid}\N{ZERO WIDTH SPACE} ") == sid
    with pytest.raises(ValueError, match="MG and 32"):
        sender("MG12")


@given(st.from_regex(r"\+1[2-9][0-9]{9}", fullmatch=True))
def test_a_number_of_north_america_is_what_the_library_says(number: str) -> None:
    parsed = phonenumbers.parse(number)
    assert phonenumbers.is_possible_number(parsed)
    assert phone_number(number) == phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
