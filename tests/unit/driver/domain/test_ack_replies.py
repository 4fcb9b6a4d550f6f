"""Which replies acknowledge, and which never do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from driver.domain.ack_replies import (
    ACKNOWLEDGE_WORDS,
    LABELS,
    OPENERS,
    TWILIO_KEYWORDS,
    WORDS_AFTER,
    AckReply,
    asks_for_status,
    belongs_to_twilio,
    read_ack_reply,
)
from driver.domain.alarm_codes import can_be_code


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
        ("ok 12, it rains", AckReply("12", "it rains")),
        ("ok 12 we're at the fence", AckReply("12", "we're at the fence")),
        ("ack 12 back in 20 min", AckReply("12", "back in 20 min")),
        ("ack 12 at gate 14", AckReply("12", "at gate 14")),
        ("ok 12, give me 20 minutes", AckReply("12", "give me 20 minutes")),
        ("ok 12, give me 20 -minutes", AckReply("12", "give me 20 -minutes")),
        ("ack 12, be there at 10:30", AckReply("12", "be there at 10:30")),
        ("12 on my way!", AckReply("12", "on my way")),
        ("ack 12 no fire", AckReply("12", "no fire")),
        ("ack 12 called 911", AckReply("12", "called 911")),
        ("ack", AckReply("")),
        ("Ok.", AckReply("")),
        ("ok thanks", AckReply("")),
    ],
)
def test_answers_that_acknowledge(text: str, reply: AckReply) -> None:
    assert read_ack_reply(text) == reply


@pytest.mark.parametrize(
    "text",
    [
        "(12)", "[12]", '"12"', "“12”", "«12»", "'12'", "‘12’", "it’s code 12", "<12>", "*12*", '"ok 12"', "12.",
        "12)", "ok, 12", "ok. 12.",
        "12 thanks", "thanks 12", "hi 12 please", "my code is 12", "the code is 12.", "alarm 12", "reply 12",
        "Code: 12\nSent from my iPhone", "12\n-- \nJohn Smith\n+1 201 555 0101", "12\n- John",
        "ok 12\n\nGet Outlook for iOS",
        "\u200e12\u200f", "\u202a12\u202c", "\ufeff12", "12\u2060", "１２", "١٢", "𝟏𝟐", "ｏｋ　１２", "【12】",
        "ack\u00a012", "ok\u202812", "ack–12", "12 👍🏽", "👍 12", "12 ✅",
    ],
)  # fmt: skip
def test_answers_as_people_write_them(text: str) -> None:
    reply = read_ack_reply(text)
    assert reply is not None
    assert reply.code == "12"


@pytest.mark.parametrize(
    "text",
    [
        "", "hello", "7", "12345", "012", "ack me", "acknowledged", "okay", "back 12", "ack12th", "ack 12th",
        "10 minutes", "ok 10 minutes", "ack 10 min", "10\nminutes", "in 10", "I need 12 more", "ok 10 guards",
        "ok 12 of them",
        "12 pm", "12pm", "12 p.m.", "12:30", "7:30", "7 pm", "at 10", "10 o'clock", "12 May", "12 am", "24/7",
        "1630h",
        "7.50", "12.50", "12,50", "12€", "€12", "7 €", "$12", "ack $12", "10 EUR", "ok 10k", "12%", "12°", "10'",
        '10"', "-12",
        ".12", "ok -12", "<12", ">12", "10²", "12½", "①②", "1\u200b2", "1\ufe0f\u20e32\ufe0f\u20e3", "10th floor",
        "2026", "in 2026", "ack 1999", "911", "ack 911", "112", "call 911", "+12015550101", "201 555 0101",
        "2015550101",
        "12 13", "10 and 11", "ack 10 and 11", "ack 10 then 11", "ok 10 11", "10/11", "10-11", "10, 11", "ack 12, 13",
        "ack 12 or 13?", "not 12", "don't ack 12", "ack 12 not mine", "ack 12 no", "ok 12 sorry", "12?", "ok 12?",
        "👎 12",
        "Liked “Gate: Fault. Reply 10 to acknowledge.”", "Gate: Fault. Reply 10 to acknowledge.", "stop 12", "yes 12",
    ],
)  # fmt: skip
def test_answers_that_mean_something_else(text: str) -> None:
    assert read_ack_reply(text) is None


#: The driver's own replies: two automatic systems must not reply to each other forever.
@pytest.mark.parametrize(
    "text",
    [
        "Acknowledged: Gate, Fault.",
        "Acknowledged: 12 of 14 alarms. 2 over or acknowledged before.",
        "That alarm is over: Gate, Fault.",
        "Already acknowledged by Guard: Gate, Fault.",
        "No open alarm has the code 99.",
        "Which alarm? Answer with its code.",
        "No open alarm.",
        "1 open alarm. 10: Gate, Fault.",
        "2 open alarms. 10: Gate, Fault; 11: Dock, Fault.",
        "Not understood. Answer with a code alone, such as 10, or STATUS for the open alarms.",
        "Add your PIN behind the code.",
        "3 more alarms, first: Gate, Fault. Reply 17 to acknowledge all.",
    ],
)
def test_what_the_driver_answers_is_never_an_answer(text: str) -> None:
    assert read_ack_reply(text) is None
    assert not asks_for_status(text)


CODES = st.integers(10, 9999).filter(can_be_code).map(str)
INVISIBLE = st.text(st.sampled_from("\u200b\u200e\u200f\u202a\u202c\u2066\u2069\ufeff\ufe0f "), max_size=3)
WRAPPED = st.sampled_from(["{}", "({})", "[{}]", '"{}"', "“{}”", "«{}»", "#{}", "*{}*", "<{}>", "【{}】"])
AROUND = st.sampled_from(
    ["{}", "ok {}", "Ack: {}", "code {}", "{} thanks", "thanks, {}!", "{}.", "OK {} on my way",
     "{}\nSent from my iPhone",
     "{}\n-- \nGuard 7"]
)  # fmt: skip
DIGITS = st.sampled_from([0x30, 0xFF10, 0x660, 0x6F0, 0x966, 0x1D7CE])


@given(CODES, DIGITS, WRAPPED, AROUND, INVISIBLE, INVISIBLE)
def test_a_code_is_understood_however_it_is_written(
    code: str, zero: int, wrapped: str, around: str, before: str, after: str
) -> None:
    written = "".join(chr(zero + int(digit)) for digit in code)
    text = around.format(f"{before}{wrapped.format(written)}{after}")
    reply = read_ack_reply(text)
    assert reply is not None
    assert reply.code == code


#: What makes a number something other than a code, whatever surrounds it.
OTHERWISE = st.sampled_from(
    ["{}:30", "{} pm", "{}.50", "{},50", "{} €", "{}€", "€{}", "${}", "{} minutes", "{} min", "{} hours", "{}%",
     "{}°C", "{}th",
     "-{}", "+{}", "{}/11", "{}-11", "{} 11", "{} and 11", "{}, 11", "not {}", "don't {}", "in {}", "at {}", "{}?",
     "{} people",
     "1 {}", "{} 5", "0{}", "1{}555", "+1201555{}", "{}²", "{}½", "{}k", "{} km", "1\u200b{}"]
)  # fmt: skip


@given(
    CODES,
    OTHERWISE,
    st.sampled_from(["{}", "ok {}", "ack {}", "ok, {}", "{} thanks", "({})", "“{}”", "{}\nSent from my iPhone"]),
)
def test_what_is_no_code_is_never_one(code: str, otherwise: str, around: str) -> None:
    text = around.format(otherwise.format(code))
    assert read_ack_reply(text) is None, text


UNKNOWN = st.text(st.characters(categories=["L"]), min_size=2, max_size=12).filter(
    lambda word: word.casefold() not in " ".join((*LABELS, *WORDS_AFTER, *OPENERS)).split()
)


@given(UNKNOWN, CODES, st.sampled_from(["{word} {code}", "{code} {word}", "ok {code} {word}", "{word}, ok {code}"]))
def test_a_word_nobody_knows_makes_a_number_something_else(word: str, code: str, form: str) -> None:
    assert read_ack_reply(form.format(word=word, code=code)) is None


@given(st.text(max_size=40))
def test_a_code_is_always_one_that_can_be_given(text: str) -> None:
    reply = read_ack_reply(text)
    assert reply is None or reply.code == "" or (reply.code.isascii() and can_be_code(int(reply.code)))


@given(
    st.sampled_from(sorted(TWILIO_KEYWORDS)),
    st.sampled_from([str.upper, str.lower, str.title]),
    st.sampled_from(["", ".", "!", " "]),
)
def test_twilios_keywords_never_acknowledge(word: str, case: object, end: str) -> None:
    assert callable(case)
    assert read_ack_reply(f"{case(word)}{end}") is None
    assert belongs_to_twilio(f"{case(word)}{end}")


def test_none_of_our_words_is_twilios() -> None:
    assert not {word.upper() for word in (*ACKNOWLEDGE_WORDS, "status")} & TWILIO_KEYWORDS


@pytest.mark.parametrize("text", ["STATUS", "status?", "Status please", "\u200estatus.", "“STATUS”", "hi, status"])
def test_questions_for_the_status(text: str) -> None:
    assert asks_for_status(text)


@pytest.mark.parametrize("text", ["", "status of gate", "what is the status", "12", "statuses"])
def test_what_is_no_question_for_the_status(text: str) -> None:
    assert not asks_for_status(text)


@pytest.mark.parametrize(
    "piece", ["ok ", "the code is ", "thank you ", "ok code ", "ack 12 gate 12 ", '"', "((", "12 "]
)
def test_a_long_text_is_read_at_once(piece: str) -> None:
    long = piece * (1600 // len(piece))
    assert read_ack_reply(f"{long}12 x") is None or piece.startswith("ack")


def test_a_word_that_only_looks_like_one_of_twilios_is_not_twilios() -> None:
    assert belongs_to_twilio(" stop!.. ")
    assert not belongs_to_twilio("stopx")
