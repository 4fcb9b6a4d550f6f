"""Untrusted text: characters with an effect on a terminal or in a log are written out; everything else stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.domain.control_characters import escaped


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Help at gate 3", "Help at gate 3"),
        ("Привет, 世界, مرحبا", "Привет, 世界, مرحبا"),
        ("👩\u200d🚒 नमस्\u200cते", "👩\u200d🚒 नमस्\u200cते"),
        ("a\nb\r\nc\td", r"a\nb\r\nc\td"),
        ("\x1b[2J\x1b]0;x\x07", r"\x1b[2J\x1b]0;x\x07"),
        ("\x9b31m\x00\x7f\x85", r"\x9b31m\x00\x7f\x85"),
        ("a\u2028b\u2029c", r"a\u2028b\u2029c"),
        (
            "\u202egnp.exe\u202c \u2066x\u2069 \u200f\u200e\u061c",
            r"\u202egnp.exe\u202c \u2066x\u2069 \u200f\u200e\u061c",
        ),
        ("half \ud83d", r"half \ud83d"),
    ],
)
def test_what_acts_is_written_out(text: str, shown: str) -> None:
    assert escaped(text) == shown


def test_line_breaks_stay_where_they_are_wanted() -> None:
    assert escaped("a\n\tb\x1b\r", lines=True) == "a\n\tb" + r"\x1b\r"


@given(st.text(st.characters(exclude_categories=[])))
def test_a_line_stays_a_line_that_any_file_can_hold(text: str) -> None:
    shown = escaped(text)
    assert shown.splitlines() in ([shown], [])
    shown.encode()
    assert escaped(shown) == shown
