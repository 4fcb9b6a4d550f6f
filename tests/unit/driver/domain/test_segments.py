"""Twilio's published examples of message lengths, and the properties that every length has."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.domain.segments import ROOM, Alphabet, _clusters, count, measure

TRIAL_PREFIX = "Sent from your Twilio trial account - "
FAMILY = "👨‍👩‍👧‍👦"

VECTORS = [
    ("a" * 160, Alphabet.GSM_7, 1),
    ("a" * 161, Alphabet.GSM_7, 2),
    ("a" * 306, Alphabet.GSM_7, 2),
    ("a" * 307, Alphabet.GSM_7, 3),
    ("€" * 80, Alphabet.GSM_7, 1),
    ("€" * 81, Alphabet.GSM_7, 2),
    ("a" * 152 + "€" + "a" * 152, Alphabet.GSM_7, 3),
    ("a" * 1600, Alphabet.GSM_7, 11),
    ("й" * 70, Alphabet.UCS_2, 1),
    ("й" * 71, Alphabet.UCS_2, 2),
    ("й" * 134, Alphabet.UCS_2, 2),
    ("й" * 135, Alphabet.UCS_2, 3),
    ("👍" * 35, Alphabet.UCS_2, 1),
    ("👍" * 36, Alphabet.UCS_2, 2),
    ("👍" * 66, Alphabet.UCS_2, 2),
    ("👍" * 67, Alphabet.UCS_2, 3),
    ("й" * 66 + "👍" + "й" * 66, Alphabet.UCS_2, 3),
    ("й" * 1600, Alphabet.UCS_2, 24),
    (TRIAL_PREFIX + "a" * 122, Alphabet.GSM_7, 1),
    (TRIAL_PREFIX + "a" * 123, Alphabet.GSM_7, 2),
    (TRIAL_PREFIX + "й" * 32, Alphabet.UCS_2, 1),
    (TRIAL_PREFIX + "й" * 33, Alphabet.UCS_2, 2),
    ("", Alphabet.GSM_7, 1),
]


@pytest.mark.parametrize(("text", "alphabet", "segments"), VECTORS)
def test_counts_as_twilio_does(text: str, alphabet: Alphabet, segments: int) -> None:
    length = measure(text)
    assert (length.alphabet, length.segments) == (alphabet, segments)
    assert count(text) == segments


def test_names_the_characters_that_make_a_text_long() -> None:
    assert measure("“Fire” at the gate – call ‘Ann’").foreign == ("“", "”", "–", "‘", "’")
    assert measure("Fire at the gate").foreign == ()


def test_says_how_much_more_fits() -> None:
    assert measure("a" * 150).left == 10
    assert measure("a" * 161).left == 153 - 8
    assert measure("й" * 71).left == 67 - 4


@pytest.mark.parametrize(
    "cluster",
    [
        pytest.param(FAMILY, id="joined emoji"),
        pytest.param("👍🏽", id="skin color"),
        pytest.param("🇨🇦", id="flag of two letters"),
        pytest.param("🏴\U000e0067\U000e0062\U000e007f", id="flag of tags"),
        pytest.param("e\u0301", id="accent"),
        pytest.param("к\u20dd", id="letter in a circle"),
        pytest.param("क\u093e", id="vowel sign beside its letter"),
        pytest.param("e" + "\u0301" * 66, id="as long as a part"),
    ],
)
def test_never_splits_what_a_reader_sees_as_one(cluster: str) -> None:
    units = len(cluster.encode("utf-16-le")) // 2
    fitting = measure("й" * (67 - units) + cluster + "й" * 67)
    assert (fitting.segments, fitting.left) == (2, 0)
    moved = measure("й" * (68 - units) + cluster + "й" * 5)
    assert (moved.segments, moved.left) == ((2, 62 - units) if units + 5 <= 67 else (3, 62))


@pytest.mark.parametrize(("character", "units"), [("\uffff", 1), ("\U00010000", 2)])
def test_only_what_is_beyond_the_first_plane_takes_two_units(character: str, units: int) -> None:
    assert measure(character).units == units


def test_names_them_in_a_text_of_several_parts_too() -> None:
    assert measure("й" * 71).foreign == ("й",)


def test_flags_pair_up_and_do_not_run_together() -> None:
    assert measure("🇨🇦" * 17).segments == 1
    assert measure("🇨🇦" * 18).segments == 2
    assert measure("🇨🇦" * 33).segments == 3  # 16 flags of 4 units fill 64 of 67


def test_a_line_end_of_two_characters_stays_together() -> None:
    assert measure("й" * 66 + "\r\n" + "й" * 66).segments == 3


@given(st.text(max_size=400) | st.text(alphabet="e\u0301й👍", max_size=400))
def test_length_is_consistent(text: str) -> None:
    length = measure(text)
    alone, joined = ROOM[length.alphabet]
    if length.units <= alone:
        assert (length.segments, length.left) == (1, alone - length.units)
    else:
        assert -(-length.units // joined) <= length.segments <= length.units
        assert 0 <= length.left < joined


@given(st.text(alphabet="aé€ñ{}\n", max_size=400), st.text(alphabet="aé€ñ{}\n", max_size=20))
def test_more_text_never_takes_fewer_parts(text: str, more: str) -> None:
    assert count(text + more) >= count(text)


def test_a_heap_of_accents_larger_than_a_part_is_split_after_all() -> None:
    assert measure("e" + "\u0301" * 200).segments == 3


def test_a_cluster_longer_than_a_part_is_split_after_all() -> None:
    assert count("e" + "\u0301" * 200) == 3
    assert count("") >= 0


def test_nothing_is_no_cluster() -> None:
    assert list(_clusters("")) == []
