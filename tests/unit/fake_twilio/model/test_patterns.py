"""Regular expressions for faults: they match what Python's own match, in bounded time for any text."""

import re
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_twilio.model.patterns import MAX_STATES, MAX_TEXT, Pattern, PatternError

pieces = st.sampled_from(
    ["a", "b", ".", "[ab]", "[^a]", "[a-c]", "^", "$", r"\b", r"\B", r"\w", r"\s", r"\D", "é", "(?i:A)"]
)
expressions = st.recursive(
    pieces,
    lambda inside: st.one_of(
        st.tuples(inside, inside).map("".join),
        st.tuples(inside, inside).map(lambda pair: f"({pair[0]}|{pair[1]})"),
        st.tuples(inside, st.sampled_from(["*", "+", "?", "{2}", "{0,2}", "{1,}", "*?"])).map(
            lambda pair: f"(?:{pair[0]}){pair[1]}"
        ),
    ),
    max_leaves=6,
)  # fmt: skip


@given(expression=expressions, text=st.text(alphabet="abcA é\n", max_size=8))
def test_they_fit_what_pythons_own_fit(expression: str, text: str) -> None:
    assert Pattern(expression).search(text) is (re.search(expression, text) is not None)


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("(?m)^gate$", "the\ngate\nis open"),
        ("(?i)GATE", "the gate"),
        ("(?s)a.b", "a\nb"),
        (r"(?a)\w", "é"),
        (r"[\]\-\\]", "\\"),
        ("gate$", "gate\n"),
        (r"gate\Z", "gate\n"),
        (r"\Agate", "gate"),
        ("", ""),
        (r"gate\Z", "gate"),
        ("a", "X"),
        ("[^a]", "a"),
        ("[^a]", "b"),
        ("[^ab]", "b"),
        ("[ab]", "b"),
        ("[ab-]", "X"),
        ("^a{1,2}$", "aaa"),
        ("^a{1,2}$", "aa"),
        ("^a{2,3}$", "aaaa"),
        ("(?i:a)b", "Ab"),
        ("(?i:a)b", "AB"),
        ("(?i)(?-i:a)b", "AB"),
        ("(?i)(?-i:a)b", "aB"),
        ("(?m)^b", "a\nb"),
        ("^b", "a\nb"),
        (r"(?a)\bé", "é"),
    ],
)
def test_flags_and_places(expression: str, text: str) -> None:
    assert Pattern(expression).search(text) is (re.search(expression, text) is not None)


@pytest.mark.parametrize("expression", [r"(a+)+$", r"(a|a)+$", r"(.*)*x", r".*.*.*.*x", "a?" * 60 + "a" * 60 + "b"])
def test_they_take_so_many_steps_whatever_the_text(expression: str) -> None:
    calls = 0

    def count(_: Any, event: str, __: Any) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    pattern = Pattern(expression)
    sys.setprofile(count)
    try:
        assert not pattern.search("a" * 500 + "!")
    finally:
        sys.setprofile(None)
    assert calls < 501 * len(pattern) * 4


def test_only_the_beginning_of_a_long_text_counts() -> None:
    assert Pattern("b").search("a" * (MAX_TEXT - 1) + "b")
    assert not Pattern("b").search("a" * MAX_TEXT + "b")


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("(", "is not a regular expression: missing )"),
        (r"(a)\1", "refers back"),
        ("(?=a)b", "refers back"),
        ("a*+", "refers back"),
        (f"a{{1,{MAX_STATES}}}", "is too large"),
        ("(" * 5000 + ")" * 5000, "is not a regular expression"),
        ("(?:" * 400 + "a" + ")*" * 400, "is "),
    ],
)
def test_what_cannot_be_followed_is_refused(expression: str, reason: str) -> None:
    with pytest.raises(PatternError, match=f"^{re.escape(reason)}"):
        Pattern(expression)
