"""Which answers acknowledge, and which never do."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.domain.ack_replies import (
    ACKNOWLEDGE_WORDS,
    FIRST_CODE,
    LAST_CODE,
    TWILIO_KEYWORDS,
    AckReply,
    next_code,
    read_ack_reply,
)


@pytest.mark.parametrize(
    ("text", "reply"),
    [
        ("12", AckReply("12")),
        (" 12 \n", AckReply("12")),
        ("#12", AckReply("12")),
        ("12!", AckReply("12")),
        ("ack 12", AckReply("12")),
        ("ACK12", AckReply("12")),
        ("Acknowledge: 123", AckReply("123")),
        ("ok 12 on my way", AckReply("12", "on my way")),
        ("ack 12, two minutes", AckReply("12", "two minutes")),
        ("ack 12\nsecond line", AckReply("12", "second line")),
        ("ack", AckReply("")),
        ("Ok.", AckReply("")),
    ],
)
def test_answers_that_acknowledge(text: str, reply: AckReply) -> None:
    assert read_ack_reply(text) == reply


@pytest.mark.parametrize(
    "text",
    ["", "hello", "10 minutes", "I need 12 more", "7", "12345", "12 13", "ack me", "acknowledged", "okay", "back 12",
     "ack12th", "12€", "+12015550101"],
)  # fmt: skip
def test_answers_that_mean_something_else(text: str) -> None:
    assert read_ack_reply(text) is None


@given(
    st.sampled_from(sorted(TWILIO_KEYWORDS)),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from(["", ".", "!", " "]),
)
def test_twilios_keywords_never_acknowledge(word: str, case: object, end: str) -> None:
    assert callable(case)
    assert read_ack_reply(f"{case(word)}{end}") is None


def test_none_of_our_words_is_twilios() -> None:
    assert not {word.upper() for word in ACKNOWLEDGE_WORDS} & TWILIO_KEYWORDS


@given(st.text(string.ascii_letters + string.digits + " .,#", max_size=20))
def test_a_code_is_always_digits(text: str) -> None:
    reply = read_ack_reply(text)
    assert reply is None or reply.code == "" or (reply.code.isdecimal() and 2 <= len(reply.code) <= 4)


def test_codes_go_round_and_grow_only_when_they_must() -> None:
    assert next_code("", ()) == "10"
    assert next_code("10", {"10"}) == "11"
    assert next_code("99", {"99"}) == "10"
    assert next_code("99", {str(n) for n in range(10, 100)}) == "100"
    assert next_code("250", {"250"}) == "10", "back to two digits as soon as there are some"
    with pytest.raises(ValueError, match="every code is taken"):
        next_code("", {str(n) for n in range(FIRST_CODE, LAST_CODE + 1)})


@given(st.sets(st.integers(10, 120)), st.integers(10, 120))
def test_a_code_is_never_given_twice_and_is_read_back(taken: set[int], last: int) -> None:
    code = next_code(str(last), {str(number) for number in taken})
    assert int(code) not in taken
    assert read_ack_reply(code) == AckReply(code)
