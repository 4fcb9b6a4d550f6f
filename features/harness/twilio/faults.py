"""What can go wrong at Twilio and on the way, in the words of feature files, and the faults of the fake behind it."""

from __future__ import annotations

UNKNOWN_CODE = 29999
"""A code that no catalogue of errors has."""

LATE_S = 60.0
"""Seconds by which a late webhook comes later than others."""

FAILURES = {"the connection is reset": "reset", "no response arrives": "hang"}
"""What can happen to a response, and the fault of the fake that does it."""

ACCOUNT_STATES = {"suspended": {"status": "suspended"}, "out of money": {"balance": "0"}}
"""What an account can be, and the change of the fake's account that makes it so."""

WEBHOOK_FAULTS = {
    "never arrive": "drop",
    "arrive late": "delay",
    "arrive twice": "duplicate",
    "arrive out of order": "reorder",
    "arrive badly signed": "bad_signature",
}
"""What can happen to Twilio's webhooks, and the last part of the name of the fault that does it."""


def answer_effect(answer: str) -> dict[str, object]:
    """The fault behind ``HTTP 503``, ``code 21610``, ``too many requests``, ``the wrong credentials``, …."""
    kind, _, number = answer.rpartition(" ")
    if answer == "too many requests":
        return {"type": "rate_limit"}
    if answer == "the wrong credentials":
        return _with_code(20003)
    if answer == "an unknown code":
        return {"type": "http_error", "status": 400, "code": UNKNOWN_CODE}
    return {"type": "http_error", "status": int(number)} if kind == "HTTP" else _with_code(int(number))


def _with_code(code: int) -> dict[str, object]:
    """A refusal with the HTTP status that the code comes with."""
    from fake_twilio.errors import CATALOGUE  # late: it is large, and few scenarios need it

    return {"type": "http_error", "status": CATALOGUE[code].status or 400, "code": code}


def webhook_effect(family: str, fault: str) -> dict[str, object]:
    """The fault behind what happens to webhooks of a family (``callback`` or ``inbound``), such as ``arrive twice``."""
    name = WEBHOOK_FAULTS[fault]
    return {"type": f"{family}_{name}"} | ({"seconds": LATE_S} if name == "delay" else {})
