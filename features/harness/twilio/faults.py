"""Failures at Twilio and on the network: words of feature files, and the matching faults of the fake."""

from __future__ import annotations

UNKNOWN_CODE = 29999
"""A code that is not in the error catalog."""

LATE_S = 60.0
"""Seconds by which a late webhook is delayed."""

FAILURES = {"the connection is reset": "reset", "no response arrives": "hang"}
"""Failures of a response, and the matching faults of the fake."""

ACCOUNT_STATES = {"suspended": {"status": "suspended"}, "out of money": {"balance": "0"}}
"""States of an account, and the matching changes of the fake's account."""

WEBHOOK_FAULTS = {
    "never arrive": "drop",
    "arrive late": "delay",
    "arrive twice": "duplicate",
    "arrive out of order": "reorder",
    "arrive badly signed": "bad_signature",
}
"""Failures of webhooks, and the last part of the matching fault's name."""


def answer_effect(answer: str) -> dict[str, object]:
    """Return the fault for ``HTTP 503``, ``code 21610``, ``too many requests``, ``the wrong credentials``, …."""
    kind, _, number = answer.rpartition(" ")
    if answer == "too many requests":
        return {"type": "rate_limit"}
    if answer == "the wrong credentials":
        return _with_code(20003)
    if answer == "an unknown code":
        return {"type": "http_error", "status": 400, "code": UNKNOWN_CODE}
    return {"type": "http_error", "status": int(number)} if kind == "HTTP" else _with_code(int(number))


def _with_code(code: int) -> dict[str, object]:
    """Return an error with the HTTP status that belongs to the code."""
    from fake_twilio.errors import CATALOGUE  # late: it is large, and few scenarios need it

    return {"type": "http_error", "status": CATALOGUE[code].status or 400, "code": code}


def webhook_effect(family: str, fault: str) -> dict[str, object]:
    """Return the fault for webhooks of a family (``callback`` or ``inbound``), such as ``arrive twice``."""
    name = WEBHOOK_FAULTS[fault]
    return {"type": f"{family}_{name}"} | ({"seconds": LATE_S} if name == "delay" else {})
