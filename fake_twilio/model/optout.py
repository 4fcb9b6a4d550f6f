"""Opt-out keywords, which stop, restart and explain messages, and Twilio's replies to them.

Source: Twilio's documentation of opt-out keywords for long codes and for toll-free numbers.
"""

from enum import StrEnum


class Keyword(StrEnum):
    """What a person asks for with a keyword."""

    STOP = "STOP"
    START = "START"
    HELP = "HELP"


_WORDS = {
    **dict.fromkeys(("STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT"), Keyword.STOP),
    **dict.fromkeys(("START", "YES", "UNSTOP"), Keyword.START),
    **dict.fromkeys(("HELP", "INFO"), Keyword.HELP),
}

REPLIES = {
    Keyword.STOP: "You have successfully been unsubscribed. You will not receive any more messages from this number. "
    "Reply START to resubscribe.",
    Keyword.START: "You have successfully been re-subscribed to messages from this number. Reply HELP for help. "
    "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
    Keyword.HELP: "Reply STOP to unsubscribe. Msg&Data Rates May Apply.",
}
"""Twilio's automatic replies."""


def keyword(body: str, *, toll_free: bool = False) -> Keyword | None:
    """Return the request that a message makes if it consists of a keyword and nothing else, in any case.

    Only START and UNSTOP restart a toll-free number.
    """
    word = body.strip().upper()
    return None if toll_free and word == "YES" else _WORDS.get(word)
