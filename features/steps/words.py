"""Words of feature files that stand for values: "twice" is 2, "never" is 0."""

from __future__ import annotations

import re
from collections.abc import Callable

import parse  # type: ignore[import-untyped]

_SPELT = {"never": 0, "once": 1, "twice": 2}


@parse.with_pattern(r"never|once|twice|\d+ times?|\d+ attempts?")
def times(text: str) -> int:
    """How often: never, once, twice, `3 times`, `2 attempts`."""
    return _SPELT[text] if text in _SPELT else int(re.split(r"\s", text)[0])


@parse.with_pattern(r"\d+(?:\.\d+)? (?:second|minute|hour|day)s?")
def duration(text: str) -> float:
    """How long, in seconds: `5 seconds`, `4.9 seconds`, `10 minutes`, `2 hours`."""
    number, unit = text.split()
    return float(number) * {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[unit.removesuffix("s")]


@parse.with_pattern(r"HTTP \d{3}(?:,? code \d+)?|code \d+|too many requests|the wrong credentials")
def trouble(text: str) -> dict[str, object]:
    """How Twilio answers instead of doing what it is asked: `HTTP 503`, `code 21610`, `HTTP 403 code 20005`, …"""
    if text == "too many requests":
        return {"type": "rate_limit"}
    if text == "the wrong credentials":
        return {"type": "http_error", "status": 401, "code": 20003}
    status, code = re.search(r"HTTP (\d+)", text), re.search(r"code (\d+)", text)
    effect: dict[str, object] = {"type": "http_error", "status": int(status[1]) if status else 400}
    return effect | ({"code": int(code[1])} if code else {})


@parse.with_pattern(r"is lost|never comes")
def accident(text: str) -> str:
    """What can happen to an answer: it is lost (the connection is reset), or it never comes."""
    return {"is lost": "reset", "never comes": "hang"}[text]


@parse.with_pattern(r"lost|doubled|out of order|badly signed")
def muddle(text: str) -> str:
    """What can happen to the calls that Twilio makes, as the last part of the fault's name."""
    return {"lost": "drop", "doubled": "duplicate", "out of order": "reorder", "badly signed": "bad_signature"}[text]


WORDS: dict[str, Callable[[str], object]] = {
    "Times": times,
    "Duration": duration,
    "Trouble": trouble,
    "Accident": accident,
    "Muddle": muddle,
}
"""What patterns may name after the colon, beside the types of the `parse` library."""


_OUT = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
_IN_OR_HELP = ("START", "YES", "UNSTOP", "HELP", "INFO")


def is_keyword(body: str) -> bool:
    """Whether a text is nothing but one of the words by which people opt out, opt in again or ask for help."""
    return body.strip().upper() in (*_OUT, *_IN_OR_HELP)
