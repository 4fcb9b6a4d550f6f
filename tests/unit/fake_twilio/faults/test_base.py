"""What every effect decides, and the values it refuses."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from fake_twilio.errors import CATALOGUE
from fake_twilio.faults.actions import (
    ChangeWebhook,
    CorruptResponse,
    Delay,
    Drop,
    EndMessage,
    Hang,
    HoldMessage,
    Lag,
    Refuse,
)
from fake_twilio.faults.base import Effect, effects

DAY = 86_400


HTML = "<html>\r\n<head><title>{0}</title></head>\r\n<body>\r\n<center><h1>{0}</h1></center>\r\n</body>\r\n</html>\r\n"


def made(type_: str, **values: Any) -> Effect:
    cls: Callable[..., Effect] = effects()[type_]
    return cls(**values)


def page(title: str, status: int) -> CorruptResponse:
    return CorruptResponse(status, HTML.format(title).encode(), "text/html")


@pytest.mark.parametrize(
    ("type_", "values", "body", "action"),
    [
        ("http_error", {"status": 503}, b"", Refuse(503, 20503, "")),
        ("http_error", {"status": 401}, b"", Refuse(401, 20003, "")),
        ("http_error", {"status": 418}, b"", Refuse(418, 20418, "Error")),
        (
            "http_error",
            {"status": 400, "code": 21610, "message": "no", "headers": {"A": "b"}, "rfc9457": True},
            b"",
            Refuse(400, 21610, "no", (("A", "b"),), rfc9457=True),
        ),
        ("rate_limit", {}, b"", Refuse(429, 20429, CATALOGUE[20429].text)),
        ("rate_limit", {"retry_after": 2.5}, b"", Refuse(429, 20429, CATALOGUE[20429].text, (("Retry-After", "2.5"),))),
        ("latency", {"seconds": 3}, b"", Delay(3)),
        ("list_lag", {"seconds": 3}, b"", Lag(3)),
        ("reset_before", {}, b"", Drop()),
        ("reset_after", {}, b"", Drop()),
        ("hang_before", {}, b"", Hang()),
        ("hang_after", {}, b"", Hang()),
        ("truncate", {}, b"123456789", CorruptResponse(cut=4)),
        ("truncate", {"keep": 7}, b"123456789", CorruptResponse(cut=7)),
        ("truncate", {"keep": 0}, b"123456789", CorruptResponse(cut=0)),
        ("truncate", {"keep": 99}, b"123456789", CorruptResponse(cut=8)),
        ("truncate", {"keep": 99}, b"", CorruptResponse(cut=0)),
        ("malformed_json", {}, b' {"a": {}} \n', CorruptResponse(body=b' {"a": {}')),
        ("malformed_json", {}, b"", CorruptResponse(body=b"{")),
        ("html_error", {}, b"", page("502 Bad Gateway", 502)),
        ("html_error", {"status": 599}, b"", page("599 Error", 599)),
        ("delivery", {}, b"", EndMessage("undelivered", 30003, 0)),
        ("delivery", {"status": "failed"}, b"", EndMessage("failed", 30008, 0)),
        ("delivery", {"status": "failed", "error_code": 1, "after": 4}, b"", EndMessage("failed", 1, 4)),
        ("delivery", {"status": "sent"}, b"", EndMessage("sent", None, 0)),
        ("hold", {}, b"", HoldMessage("queued")),
        ("hold", {"at": "sent"}, b"", HoldMessage("sent")),
        ("callback_drop", {}, b"", ChangeWebhook(drop=True)),
        ("callback_duplicate", {}, b"", ChangeWebhook(copies=1)),
        ("inbound_duplicate", {"times": 3}, b"", ChangeWebhook(copies=3)),
        ("callback_delay", {}, b"", ChangeWebhook(seconds=5)),
        ("inbound_delay", {"seconds": 9}, b"", ChangeWebhook(seconds=9)),
        ("callback_reorder", {}, b"", ChangeWebhook(behind=5)),
        ("inbound_bad_signature", {}, b"", ChangeWebhook(forged=True)),
    ],
)
def test_an_effect_decides(type_: str, values: dict[str, Any], body: bytes, action: object) -> None:
    assert made(type_, **values).decide(random.Random(1), body) == action


def test_jitter_only_adds() -> None:
    chance = random.Random(1)
    late = made("latency", seconds=3.0, jitter=2.0)
    delays = [late.decide(chance).seconds for _ in range(50)]
    assert all(3 <= seconds <= 5 for seconds in delays)
    assert max(delays) - min(delays) > 1


@pytest.mark.parametrize(
    ("type_", "values", "problems"),
    [
        ("http_error", {"status": 400}, []),
        ("http_error", {"status": 599, "headers": {"A": "b"}}, []),
        ("http_error", {"status": 399}, ["status: 399 is not between 400 and 599"]),
        ("http_error", {"status": 600}, ["status: 600 is not between 400 and 599"]),
        ("http_error", {"status": 400, "headers": {"A": "b\n"}}, ["headers: a header contains a line break"]),
        ("http_error", {"status": 400, "headers": {"A\r": "b"}}, ["headers: a header contains a line break"]),
        ("rate_limit", {"retry_after": 0}, []),
        ("rate_limit", {"retry_after": -1}, ["retry_after: -1 is negative"]),
        ("latency", {"seconds": 0, "jitter": DAY}, []),
        (
            "latency",
            {"seconds": -1, "jitter": DAY + 1},
            ["seconds: -1 is not between 0 and 86400", "jitter: 86401 is not between 0 and 86400"],
        ),
        ("list_lag", {"seconds": DAY}, []),
        ("list_lag", {"seconds": DAY + 1}, ["seconds: 86401 is not between 0 and 86400"]),
        ("truncate", {"keep": 0}, []),
        ("truncate", {"keep": -1}, ["keep: -1 is negative"]),
        ("html_error", {"status": 400}, []),
        ("html_error", {"status": 599}, []),
        ("html_error", {"status": 399}, ["status: 399 is not between 400 and 599"]),
        ("html_error", {"status": 600}, ["status: 600 is not between 400 and 599"]),
        ("delivery", {"status": "failed", "error_code": 1, "after": 864_000}, []),
        (
            "delivery",
            {"status": "sent", "error_code": 1},
            ["error_code: a message that ends as sent has no error code"],
        ),
        (
            "delivery",
            {"status": "lost", "error_code": 1, "after": -1},
            [
                "status: 'lost' is not one of delivered, undelivered, failed, sent, queued",
                "after: -1 is not between 0 and 864000 seconds",
            ],
        ),
        ("delivery", {"after": 864_001}, ["after: 864001 is not between 0 and 864000 seconds"]),
        ("hold", {"at": "sent"}, []),
        ("hold", {"at": "lost"}, ["at: 'lost' is not one of queued, sent"]),
        ("callback_drop", {"times": 1}, []),
        ("callback_drop", {"times": 0}, ["times: 0 is less than 1"]),
        ("callback_duplicate", {"times": 1}, []),
        ("callback_duplicate", {"times": 100}, []),
        ("callback_duplicate", {"times": 0}, ["times: 0 is not between 1 and 100"]),
        ("callback_duplicate", {"times": 101}, ["times: 101 is not between 1 and 100"]),
        ("callback_delay", {"seconds": 0}, []),
        ("callback_delay", {"seconds": DAY}, []),
        (
            "inbound_reorder",
            {"seconds": DAY + 1, "times": 0},
            ["seconds: 86401 is not between 0 and 86400", "times: 0 is less than 1"],
        ),
    ],
)
def test_values_that_cannot_be_are_named(type_: str, values: dict[str, Any], problems: list[str]) -> None:
    assert made(type_, **values).problems() == problems


def test_a_receipts_own_times_counts_before_the_faults() -> None:
    assert made("callback_drop", times=4).max_applied == 4
    assert made("hold").max_applied is None
