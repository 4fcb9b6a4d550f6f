"""Segments: the test vectors of Twilio's documentation and of its segment calculator."""

import pytest

from fake_twilio.model.message_validation import TRIAL_PREFIX
from fake_twilio.model.segments import BASIC, EXTENDED, clusters, count, is_gsm
from fake_twilio.model.smart_encoding import smart

THUMB = "\U0001f44d"


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 1600, 11),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("й" * 70, 1),
        ("й" * 71, 2),
        ("й" * 134, 2),
        ("й" * 135, 3),
        ("й" * 1600, 24),
        (THUMB * 35, 1),
        (THUMB * 36, 2),
        (THUMB * 66, 2),
        (THUMB * 67, 3),
        ("й" * 66 + THUMB + "й" * 66, 3),
        (TRIAL_PREFIX + "a" * 122, 1),
        (TRIAL_PREFIX + "a" * 123, 2),
        (TRIAL_PREFIX + "й" * 32, 1),
        (TRIAL_PREFIX + "й" * 33, 2),
    ],
)
def test_vectors(text: str, segments: int) -> None:
    assert count(text) == segments


def test_the_alphabet() -> None:
    assert len(BASIC) == len(set(BASIC)) == 127
    assert len(EXTENDED) == 10
    assert is_gsm("Ç")
    assert not is_gsm("ç")
    assert not is_gsm("`")


def test_a_cluster_stays_in_one_piece() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert list(clusters(f"e\u0301{family}\U0001f1e9\U0001f1ea\U0001f1eb\U0001f1f7")) == [
        "e\u0301",
        family,
        "\U0001f1e9\U0001f1ea",
        "\U0001f1eb\U0001f1f7",
    ]
    # Sixty-six units and then a family of eight, which moves to the next segment as a whole.
    assert count("й" * 62 + family + "й" * 62) == 3


def test_smart_encoding_brings_a_text_back_to_gsm() -> None:
    curly = "\u201cDon\u2019t\u201d \u2014 wait\u2026"
    assert not is_gsm(curly)
    assert smart(curly) == '"Don\'t" - wait...'
    assert smart("Привет") == "Привет"


@pytest.mark.parametrize(
    "text",
    [
        "\r\n",
        "e\u0301",
        "к\u20dd",
        "क\u093e",
        "\u2764\ufe00",
        "\u2764\ufe0f",
        "👍\U0001f3fb",
        "👍\U0001f3ff",
        "🏴\U000e0020\U000e007f",
        "👩\u200d🚒",
        "\U0001f1e6\U0001f1ff",
    ],
)
def test_a_reader_sees_one(text: str) -> None:
    assert list(clusters(text)) == [text]
    assert list(clusters(f"a{text}b")) == ["a", text, "b"]


@pytest.mark.parametrize(
    "parts",
    [
        ["a", "\n"],
        ["\r", "a"],
        ["\n", "\r"],
        ["🇨🇦", "🇨🇦", "🇨"],
        ["a", "🇨🇦"],
        ["\U0001f1e5", "🇨", "\U0001f200"],
        ["👍", "\U0001f3fa"],
    ],
)
def test_a_reader_sees_several(parts: list[str]) -> None:
    assert list(clusters("".join(parts))) == parts


def test_what_is_as_long_as_a_part_is_not_divided() -> None:
    assert count("й" * 4 + "e" + "\u0301" * 66) == 2
    assert count("й" * 66 + "e" + "\u0301" * 66 + "й") == 3
    assert count("й" * 70) == count("\uffff" * 70) == 1
    assert count("€" * 81) == count("€" * 152) == 2
