"""Values that every database can store."""

import pytest

from driver.domain.storable_text import odd_character, storable_count, storable_text


@pytest.mark.parametrize(
    ("text", "stored", "first"),
    [("Help", "Help", ""), ("a\0b\ud83dc", "a\ufffdb\ufffdc", "U+0000"), ("\udc00", "\ufffd", "U+DC00"), ("", "", "")],
)
def test_characters_that_a_database_may_refuse_are_replaced_and_named(text: str, stored: str, first: str) -> None:
    assert (storable_text(text), odd_character(text)) == (stored, first)


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (0, 0),
        ("21610", 21610),
        (999_999_999, 999_999_999),
        (1_000_000_000, None),
        (-1, None),
        ("", None),
        ("１２", None),
        ("1.5", None),
        (True, None),
        (None, None),
        (1.0, None),
    ],
)
def test_a_count_is_a_short_number_or_none(value: object, count: int | None) -> None:
    assert storable_count(value) == count
