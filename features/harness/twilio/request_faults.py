"""How Twilio answers instead of doing what it is asked, in the words of feature files."""

from __future__ import annotations

UNKNOWN_CODE = 29999
"""A code that no catalogue of errors has."""


def effect(answer: str) -> dict[str, object]:
    """The fault behind `HTTP 503`, `code 21610`, `too many requests`, `the wrong credentials`, `an unknown code`."""
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
