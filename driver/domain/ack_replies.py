"""Parsing of replies to alarm messages: an acknowledging code, a status request, or anything else.

Nothing is guessed. A reply acknowledges only if all of it is understood, or if it begins with an acknowledging word;
a time, an amount, a negation, a question or a second code rules that out.
"""

import re
from dataclasses import dataclass

from driver.domain.alarm_codes import can_be_code
from driver.domain.reply_normalization import plain

#: Words that Twilio handles itself, so the driver ignores them (Twilio documentation, "Advanced Opt-Out").
TWILIO_KEYWORDS = frozenset(
    ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "START", "YES", "UNSTOP", "HELP",
     "INFO")
)  # fmt: skip
#: Words that may precede a code, or stand alone if only one alarm is open.
ACKNOWLEDGE_WORDS = ("ack", "acknowledge", "ok")
#: Requests the open alarms and their codes.
STATUS = "STATUS"

#: Nouns that may label a code.
LABELS = ("code", "alarm", "number", "nr", "reply", "answer")
_THANKS = ("thanks", "thank you", "thank u", "thx", "ty", "tks", "cheers", "please", "pls")
_AGREED = ("okay", "acked", "acknowledged", "confirm", "confirmed", "roger", "copy", "copy that", "understood")
_GREETINGS = ("hi", "hello", "hey", "good morning", "good evening", "good night", "sir", "team")
_GOING = ("on my way", "on the way", "omw", "on it", "will do", "got it", "noted", "received")
#: Filler words allowed before and after a code; apart from them, only labels such as ``code`` are allowed.
WORDS_BEFORE = (*_THANKS, *_AGREED, *_GREETINGS, *ACKNOWLEDGE_WORDS)
WORDS_AFTER = (*WORDS_BEFORE, *_GOING)
#: First words of a comment that may follow ``ok CODE`` without a comma: before them, a number cannot be a quantity.
OPENERS = (*_THANKS, *_AGREED, *_GOING, "i", "i'm", "i'll", "we", "we're", "we'll")
#: Words that turn the number before them into a quantity, a time or a date.
_UNITS = (
    "minutes?", "mins?", "m", "hours?", "hrs?", "h", "seconds", "secs?", "s", "days?", "d", "weeks?", "months?",
    "years?", "yrs?", "am", "pm", "a\\.m", "p\\.m", "o'?clock", "noon", "uhr", "past", "to", "til+", "percent",
    "degrees?",
    "dollars?", "bucks", "euros?", "eur", "usd", "cad", "gbp", "pounds?", "quid", "cents?", "grand", "k", "km", "kms",
    "kilometers?", "kilometres?", "miles?", "mi", "meters?", "metres?", "feet", "foot", "ft", "inch(?:es)?", "yards?",
    "kg", "lbs?", "liters?", "litres?", "people", "persons?", "men", "women", "guys", "kids", "guards?", "officers?",
    "cars?", "trucks?", "units?", "times?", "more", "of", "others?", "alarms?", "st", "nd", "rd", "th",
    "floors?", "x", "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sept?", "oct", "nov", "dec",
)  # fmt: skip
#: Words after which a number is a place or a time, not a second code.
_PLACES = ("at", "in", "by", "eta", "gate", "door", "room", "floor")
#: Words that retract what precedes them.
_DENIALS = ("not", "never", "wrong", "wait", "sorry", "oops", "mistake", "undo", "cancel", "don't", "dont", "isn't")


def _one_of(words: tuple[str, ...]) -> str:
    """Return a pattern that matches any of several words, not followed by a letter."""
    return rf"(?:{'|'.join(sorted(words, key=len, reverse=True))})(?![^\W\d_])"


_CONSENT = "👍👌✅✔🙏🏻🏼🏽🏾🏿"
_GAPS = f" .,:;!#-{_CONSENT}"
_GAP = f"[{re.escape(_GAPS)}]*"
_VERB = _one_of(ACKNOWLEDGE_WORDS)
#: Unambiguous, so that matching stays fast on long texts.
_LABEL = rf"(?:(?:the|my|it's|its)\s+)?{_one_of(LABELS)}(?:\s+is\b)?"
_BEFORE = rf"(?:{_one_of(WORDS_BEFORE)}|{_LABEL})"
_AFTER = _one_of(WORDS_AFTER)
#: A number, unless a sign before it makes it something else: ``-12``, ``.12``.
_CODE = r"(?<!\s[.,\-])(?P<code>[1-9]\d{1,3})(?!\d)"
_FLAGS = re.IGNORECASE
_WORD_ALONE = re.compile(rf"{_VERB}(?:{_GAP}{_AFTER})*{_GAP}", _FLAGS)
_WITH_CODE = re.compile(
    rf"(?:{_BEFORE}(?:{_GAP}{_BEFORE})*{_GAP}|[\s#{_CONSENT}]*){_CODE}{_GAP}(?P<comment>(?:{_AFTER}{_GAP})*)",
    _FLAGS,
)
_WITH_COMMENT = re.compile(
    rf"(?:{_BEFORE}{_GAP})*?(?P<verb>{_VERB})(?:{_GAP}{_LABEL})*{_GAP}{_CODE}(?P<gap>[\s.,:;!\-]+)(?P<comment>\S.*)",
    _FLAGS,
)
_STATUS = re.compile(
    rf"(?:{_one_of((*_THANKS, *_GREETINGS))}{_GAP})*{STATUS}(?:{_GAP}{_one_of(_THANKS)})?[\s.!?]*", _FLAGS
)
_UNIT_FIRST = re.compile(_one_of(_UNITS), _FLAGS)
_DENIAL_FIRST = re.compile(rf"{_one_of(_DENIALS)}|(?:no|nope)[\s.!]*$", _FLAGS)
_OPENER_FIRST = re.compile(_one_of(OPENERS), _FLAGS)
#: A number that could be a second code: not part of a time, an amount, a date or a longer number.
_BARE_NUMBER = re.compile(r"(?<![\w.,:/+$€£'\-])[1-9]\d{1,3}(?![\w:/%°€$£'\"]|[.,\-]\d)")
_PLACE_LAST = re.compile(rf"\b(?:{'|'.join(_PLACES)})\s+$", _FLAGS)


@dataclass(frozen=True, slots=True)
class AckReply:
    """A reply that acknowledges. An empty ``code`` means the only open alarm."""

    code: str
    comment: str = ""


def read_ack_reply(text: str) -> AckReply | None:
    """Return the acknowledgement that a text contains, or None if it means something else."""
    line = plain(text)
    if belongs_to_twilio(line):
        return None
    if _WORD_ALONE.fullmatch(line):
        return AckReply("")
    if found := _WITH_CODE.fullmatch(line):
        return AckReply(found["code"], found["comment"].rstrip(_GAPS)) if can_be_code(int(found["code"])) else None
    found = _WITH_COMMENT.fullmatch(line)
    if found is None or not can_be_code(int(found["code"])):
        return None
    comment = found["comment"]
    if not comment[0].isalpha() or _UNIT_FIRST.match(comment) or _DENIAL_FIRST.match(comment):
        return None
    sure = found["verb"].casefold() != "ok" or found["gap"].strip() or _OPENER_FIRST.match(comment)
    return AckReply(found["code"], comment) if sure and not _names_a_code(comment) else None


def asks_for_status(text: str) -> bool:
    """Return whether a text asks for the open alarms."""
    return _STATUS.fullmatch(plain(text)) is not None


def belongs_to_twilio(text: str) -> bool:
    """Return whether a text is one of the keywords that Twilio itself handles."""
    return plain(text).upper().rstrip(".! ") in TWILIO_KEYWORDS


def _names_a_code(comment: str) -> bool:
    """Return whether a comment contains a number that could also be a code."""
    return any(
        can_be_code(int(found[0]))
        and not _UNIT_FIRST.match(comment[found.end() :].lstrip(" -"))
        and not _PLACE_LAST.search(comment[: found.start()])
        for found in _BARE_NUMBER.finditer(comment)
    )
