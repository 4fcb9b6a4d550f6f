"""Each constructor of a fault builds what the control API accepts, and rejects unknown parameters at once."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from fake_twilio import Fault

CASES: list[tuple[Callable[[], Fault], dict[str, Any]]] = [
    (lambda: Fault.http_error(503), {"type": "http_error", "status": 503}),
    (
        lambda: Fault.http_error(400, code=1, message="no", headers={"A": "b"}, rfc9457=True),
        {"type": "http_error", "status": 400, "code": 1, "message": "no", "headers": {"A": "b"}, "rfc9457": True},
    ),
    (Fault.rate_limit, {"type": "rate_limit"}),
    (lambda: Fault.rate_limit(2), {"type": "rate_limit", "retry_after": 2}),
    (lambda: Fault.latency(3, jitter=1), {"type": "latency", "seconds": 3, "jitter": 1}),
    (lambda: Fault.latency(3), {"type": "latency", "seconds": 3}),
    (lambda: Fault.list_lag(9), {"type": "list_lag", "seconds": 9}),
    (Fault.reset_before, {"type": "reset_before"}),
    (Fault.reset_after, {"type": "reset_after"}),
    (Fault.hang_before, {"type": "hang_before"}),
    (Fault.hang_after, {"type": "hang_after"}),
    (Fault.truncate, {"type": "truncate"}),
    (lambda: Fault.truncate(keep=7), {"type": "truncate", "keep": 7}),
    (Fault.malformed_json, {"type": "malformed_json"}),
    (lambda: Fault.html_error(504), {"type": "html_error", "status": 504}),
    (Fault.delivery, {"type": "delivery", "status": "undelivered"}),
    (
        lambda: Fault.delivery("failed", 30008, seconds=2),
        {"type": "delivery", "status": "failed", "error_code": 30008, "after": 2},
    ),
    (Fault.hold, {"type": "hold"}),
    (lambda: Fault.hold("sent"), {"type": "hold", "at": "sent"}),
    (Fault.callback_drop, {"type": "callback_drop"}),
    (lambda: Fault.callback_duplicate(2), {"type": "callback_duplicate", "times": 2}),
    (lambda: Fault.callback_delay(8), {"type": "callback_delay", "seconds": 8}),
    (lambda: Fault.callback_reorder(8), {"type": "callback_reorder", "seconds": 8}),
    (Fault.callback_bad_signature, {"type": "callback_bad_signature"}),
    (Fault.inbound_drop, {"type": "inbound_drop"}),
    (lambda: Fault.inbound_duplicate(2), {"type": "inbound_duplicate", "times": 2}),
    (lambda: Fault.inbound_delay(8), {"type": "inbound_delay", "seconds": 8}),
    (lambda: Fault.inbound_reorder(8), {"type": "inbound_reorder", "seconds": 8}),
    (Fault.inbound_bad_signature, {"type": "inbound_bad_signature"}),
]


@pytest.mark.parametrize(("make", "effect"), CASES)
def test_a_constructor_makes_its_effect(make: Callable[[], Fault], effect: dict[str, Any]) -> None:
    assert make() == Fault(effect)


def test_an_occasion_says_on_whose_messages_and_how_often() -> None:
    made = Fault.hang_before(
        operation="messages.*",
        to="+1",
        from_="+2",
        account_sid="AC1",
        body="fire",
        times=None,
        after=3,
        probability=0.5,
    )
    match = {"operation": "messages.*", "to": "+1", "from": "+2", "account_sid": "AC1", "body": "fire"}
    assert made == Fault({"type": "hang_before"}, match, times=None, after=3, probability=0.5)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("fire", "fire"),
        (re.compile("fire"), "fire"),
        (re.compile("fire", re.IGNORECASE), "(?i)fire"),
        (re.compile("fire", re.IGNORECASE | re.DOTALL | re.MULTILINE), "(?ims)fire"),
    ],
)
def test_a_compiled_expression_keeps_its_flags(body: str | re.Pattern[str], text: str) -> None:
    assert Fault.hold(body=body).match == {"body": text}


def test_a_keyword_that_is_not_known_is_named_with_those_that_are() -> None:
    wrong: dict[str, Any] = {"tmes": 2, "too": "x"}
    with pytest.raises(TypeError) as caught:
        Fault.latency(1, **wrong)
    assert str(caught.value) == (
        "Fault.latency() has no parameter 'tmes', 'too'; it has seconds, jitter, operation, to, from_, account_sid, "
        "body, times, after, probability"
    )
