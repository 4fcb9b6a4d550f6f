"""Acknowledging an alarm by answering a message: which answers count, and the short codes of alarms."""

import re
from collections.abc import Collection
from dataclasses import dataclass

#: Words that Twilio itself takes as opting out, opting in, or asking for help (Twilio documentation, "Advanced
#: Opt-Out"). They never mean anything to the driver.
TWILIO_KEYWORDS = frozenset(
    ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "START", "YES", "UNSTOP", "HELP",
     "INFO")
)  # fmt: skip
#: What may stand before a code, or alone where only one alarm is open.
ACKNOWLEDGE_WORDS = ("ack", "acknowledge", "ok")

_VERB = "|".join(sorted(ACKNOWLEDGE_WORDS, key=len, reverse=True))
_CODE_ALONE = re.compile(r"#?(\d{2,4})[.!]?")
_WORD_ALONE = re.compile(rf"(?:{_VERB})[.!]?", re.IGNORECASE)
_WORD_AND_CODE = re.compile(rf"(?:{_VERB})[\s:#-]*(\d{{2,4}})(?:[\s.,:;!-]+(.*))?", re.IGNORECASE | re.DOTALL)

FIRST_CODE, LAST_CODE = 10, 9999
#: Codes that one phone can have at a time.
MAX_CODES = LAST_CODE - FIRST_CODE + 1


@dataclass(frozen=True, slots=True)
class AckReply:
    """An answer that acknowledges. An empty ``code`` means the only open alarm."""

    code: str
    comment: str = ""


def read_ack_reply(text: str) -> AckReply | None:
    """Return what a text acknowledges, or None if it means something else.

    A number alone is a code (``12``); with text around it, it only is one behind ``ack`` (``ack 12 on my way``), so
    that "10 minutes" acknowledges nothing.
    """
    plain = text.strip()
    if plain.upper().rstrip(".!") in TWILIO_KEYWORDS:
        return None
    if alone := _CODE_ALONE.fullmatch(plain):
        return AckReply(alone[1])
    if _WORD_ALONE.fullmatch(plain):
        return AckReply("")
    if both := _WORD_AND_CODE.fullmatch(plain):
        return AckReply(both[1], (both[2] or "").strip())
    return None


def next_code(last: str, taken: Collection[str]) -> str:
    """Return a code that is not taken, going round, so that a late answer seldom meets a newer alarm.

    Codes have two digits until those are all taken.
    """
    start = int(last) + 1 if last else FIRST_CODE
    for low, high in ((FIRST_CODE, 99), (100, LAST_CODE)):
        first = start if low <= start <= high else low
        for number in (*range(first, high + 1), *range(low, first)):
            if str(number) not in taken:
                return str(number)
    raise ValueError("every code is taken")
