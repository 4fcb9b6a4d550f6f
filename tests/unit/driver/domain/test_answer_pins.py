"""PINs are removed from messages before anything is stored."""

import unicodedata
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.domain.ack_replies import AckReply, read_ack_reply
from driver.domain.answer_pins import (
    MAX_WRONG_PINS,
    PIN_PAUSE,
    PinGiven,
    PinnedAnswer,
    WrongPin,
    is_pin,
    may_try_a_pin,
    read_pinned,
    with_wrong_pin,
    without_pins,
)

PIN = "47112"


@pytest.mark.parametrize(
    "text",
    ["10 47112", "ack 10 47112", "47112 10", "10 pin 47112", "10, PIN: 47112.", "10/47112", "10 and 47112",
     "10 ４７１１２",
     "10 4711-2", "10 47 112", "10 (47112)", "ok 10\n47112", "10 4\u200b7112", "10\u200e 47112 thanks"],
)  # fmt: skip
def test_the_right_pin_is_seen_and_never_stored(text: str) -> None:
    stored = without_pins(text, [PIN])
    answer = read_pinned(stored)
    assert answer.pin is PinGiven.RIGHT
    reply = read_ack_reply(answer.text)
    assert reply is not None
    assert reply.code == "10"


def test_a_wrong_pin_beside_a_code_is_never_stored_either() -> None:
    stored = without_pins("10 47113", [PIN])
    assert stored == "10 [wrong PIN]"
    assert read_pinned(stored) == PinnedAnswer("10", PinGiven.WRONG)
    assert without_pins("call 5550101", [PIN]) == "call 5550101", "other numbers are left alone"


def test_without_a_pin_a_text_stays_as_it_is() -> None:
    assert read_pinned(without_pins("10", [PIN])) == PinnedAnswer("10", PinGiven.MISSING)
    assert without_pins("10 [PIN]", []) == "10 [PIN]", "who has no PIN may write what they like"
    assert read_ack_reply("10") == AckReply("10")


@pytest.mark.parametrize("text", ["10 [PIN]", "10 [pin]", "[PIN] 10", "10 [wrong PIN]", "10 [PI[PIN]N]"])
def test_nobody_can_write_the_mark(text: str) -> None:
    assert read_pinned(without_pins(text, [PIN])).pin is PinGiven.MISSING


def test_a_mark_that_somebody_writes_is_stored_in_other_brackets() -> None:
    assert without_pins("10 [wrong PIN]", [PIN]) == "10 (PIN)"


@pytest.mark.parametrize(
    ("secret", "fits"),
    [
        ("1234", False),
        ("12345", True),
        ("12345678", True),
        ("123456789", False),
        ("1234a", False),
        ("１２３４５", False),
    ],
)
def test_a_pin_has_five_to_eight_ascii_digits(secret: str, fits: bool) -> None:
    assert is_pin(secret) is fits


@given(
    st.text(max_size=40),
    st.text("0123456789", min_size=5, max_size=8),
    st.text(max_size=40),
    st.sampled_from([0x30, 0xFF10, 0x660]),
)
def test_a_pin_is_never_in_what_is_stored(before: str, pin: str, after: str, zero: int) -> None:
    written = "".join(chr(zero + int(digit)) for digit in pin)
    stored = without_pins(before + written + after, [pin])
    digits = "".join(str(unicodedata.decimal(c)) if unicodedata.category(c) == "Nd" else c for c in stored)
    assert pin not in digits


def test_guessing_a_pin_ends_for_an_hour_and_only_for_the_phone_that_guessed() -> None:
    now = datetime(2026, 1, 31, tzinfo=UTC)
    wrong: tuple[WrongPin, ...] = ()
    for _ in range(MAX_WRONG_PINS):
        assert may_try_a_pin(wrong, "desk", now)
        wrong = with_wrong_pin(wrong, "desk", now)
    assert not may_try_a_pin(wrong, "desk", now + PIN_PAUSE - timedelta(seconds=1))
    assert may_try_a_pin(wrong, "desk", now + PIN_PAUSE)
    assert may_try_a_pin(wrong, "boss", now)
    assert with_wrong_pin(wrong, "boss", now + PIN_PAUSE) == (WrongPin("boss", now + PIN_PAUSE),)
