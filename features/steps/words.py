"""Words in feature files that stand for values: "twice" is 2, "10 minutes" is 600 seconds.

Matching ignores case, as in patterns of the ``parse`` library.
"""

from __future__ import annotations

from collections.abc import Callable

import parse  # type: ignore[import-untyped]

from gherkin_tools.vocabulary import word
from harness import vocabularies

_SPELT = {"once": 1, "twice": 2}


@parse.with_pattern(r"once|twice|\d+ times|1 attempt|\d+ attempts")
def times(text: str) -> int:
    """once, twice, ``3 times``, ``1 attempt``, ``2 attempts``."""
    first = text.lower().split()[0]
    return _SPELT[first] if first in _SPELT else int(first)


@parse.with_pattern(r"(?=[0.]*[1-9])\d+(?:\.\d+)? (?:second|minute|hour|day)s?")
def duration(text: str) -> float:
    """``5 seconds``, ``4.9 seconds``, ``10 minutes``, ``2 hours``, ``1 day``; never 0."""
    number, unit = text.lower().split()
    return float(number) * {"second": 1, "minute": 60, "hour": 3600, "day": 86400}[unit.removesuffix("s")]


@parse.with_pattern(r"message|0*[1-9]\d* messages")
def messages(text: str) -> int:
    """``message``, ``2 messages``; never 0."""
    first = text.split(maxsplit=1)[0]
    return int(first) if first.isdecimal() else 1


@parse.with_pattern(r"0*[1-9]\d*")
def count(text: str) -> int:
    """A whole number of at least 1."""
    return int(text)


@parse.with_pattern(r"pass|passes")
def verb(text: str) -> str:
    """``pass`` or ``passes``."""
    return text


WORDS: dict[str, Callable[[str], object]] = {
    "Times": times,
    "Duration": duration,
    "Messages": messages,
    "Pass": verb,
    "Answer": word(vocabularies.ANSWER),
    "Failure": word(vocabularies.FAILURE),
    "WebhookFault": word(vocabularies.WEBHOOK_FAULT),
    "Phone": word(vocabularies.PHONE),
    "Asset": word(vocabularies.ASSET),
    "Handset": word(vocabularies.HANDSET),
    "Sender": word(vocabularies.SENDER),
    "Status": word(vocabularies.STATUS),
    "Command": word(vocabularies.COMMAND),
    "Ending": word(vocabularies.ENDING, r"\w+"),
    "AlarmType": word(vocabularies.ALARM_TYPE),
    "Count": count,
    "Happens": word(vocabularies.HAPPENS),
    "DeliveryCode": word(vocabularies.DELIVERY_CODE, r"\d+"),
    "Actions": word(vocabularies.ACTIONS),
    "Event": word(vocabularies.EVENT),
    "MessageStatus": word(vocabularies.MESSAGE_STATUS, r"\w+"),
    "Unreported": word(vocabularies.UNREPORTED, r"\w+"),
    "Reported": word(vocabularies.REPORTED, r"\w+"),
    "Code": word(vocabularies.CODE, r"\d+"),
    "AccountState": word(vocabularies.ACCOUNT_STATE),
    "Reachability": word(vocabularies.REACHABILITY, "unreachable|reachable again"),
    "Room": word(vocabularies.ROOM, "is full|has room again"),
    "Stop": word(vocabularies.STOP, "stopped|restarted"),
    "Role": word(vocabularies.ACCESS_ROLE, r"\w+"),
    "AccountType": word(vocabularies.ACCOUNT_TYPE, r"\w+"),
    "TableKind": word(vocabularies.TABLE_KIND, r"\w+"),
    "Topic": word(vocabularies.TOPIC, r"\w+"),
}
"""Types that patterns name after the colon, besides those of the ``parse`` library."""


_OUT = ("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT")
_IN_OR_HELP = ("START", "YES", "UNSTOP", "HELP", "INFO")


def is_keyword(body: str) -> bool:
    """Return whether a message is only a keyword that opts out, opts in again or asks for help."""
    return body.strip().upper() in (*_OUT, *_IN_OR_HELP)
