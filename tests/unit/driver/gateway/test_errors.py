"""What a response says about a message: only one from Twilio itself is conclusive."""

import pytest

from driver.domain.facts import CommReason
from driver.domain.send_result import FailureKind, Limit
from driver.gateway.errors import classify, gateway_error, too_many
from driver.gateway.request_failed import RequestFailedError
from driver.gateway.transport import Answer

BROKEN = ValueError("whatever the SDK raised")


def answer(status: int, text: str = "", **headers: str) -> Answer:
    return Answer(status, text, {name.replace("_", "-"): value for name, value in headers.items()})


def twilio(status: int, code: int | None, message: str = "words") -> Answer:
    return answer(status, f'{{"code":{code or "null"},"message":"{message}","status":{status}}}')


@pytest.mark.parametrize(
    ("came", "kind", "transport"),
    [
        (twilio(400, 21211), FailureKind.REFUSED, False),
        (twilio(404, 20404), FailureKind.REFUSED, False),
        (twilio(401, 20003), FailureKind.REFUSED, True),
        (twilio(403, 20008), FailureKind.REFUSED, True),
        (answer(401, "<html>"), FailureKind.REFUSED, True),
        (twilio(429, 63038), FailureKind.REFUSED, False),
        (twilio(429, 20429), FailureKind.TRANSIENT, False),
        (answer(429, "slow down"), FailureKind.TRANSIENT, False),
        (twilio(400, 21611), FailureKind.TRANSIENT, False),
        (answer(407), FailureKind.TRANSIENT, True),
        (twilio(408, None), FailureKind.UNKNOWN, True),
        (twilio(500, 20500), FailureKind.UNKNOWN, True),
        (twilio(504, 20504, ""), FailureKind.UNKNOWN, True),
        (answer(503, "<html>"), FailureKind.UNKNOWN, True),
        (answer(403, "<html>"), FailureKind.UNKNOWN, True),
        (answer(404, '{"message":"Forbidden"}'), FailureKind.UNKNOWN, True),
        (answer(400, "[]"), FailureKind.UNKNOWN, True),
        (answer(302, "", Location="https://login.example"), FailureKind.UNKNOWN, True),
        (answer(307, ""), FailureKind.UNKNOWN, True),
        (answer(201, "{"), FailureKind.UNKNOWN, False),
    ],
)
def test_what_an_answer_to_a_create_means(came: Answer, kind: FailureKind, transport: bool) -> None:
    failure = classify(BROKEN, came)
    assert (failure.kind, failure.transport, failure.http_status) == (kind, transport, came.status)


def test_only_errors_in_twilios_form_count_as_answered() -> None:
    assert classify(BROKEN, twilio(503, 20503)).answered
    assert not classify(BROKEN, answer(503, "<html>")).answered
    assert "it may come from a proxy" in classify(BROKEN, answer(502, "<html>")).detail
    assert classify(BROKEN, twilio(400, 21211, "no number")).detail == "HTTP 400, error 21211: no number"
    assert classify(BROKEN, answer(400, '{"code":20001,"title":"Bad","type":"x","status":400}')).code == 20001


def test_a_trials_error_without_a_code_says_what_it_is_about() -> None:
    """Code 0, which trial accounts of 2026 get for parameters that they may not use."""
    text = "Invalid or disallowed parameters provided"
    failure = classify(BROKEN, answer(400, f'{{"code":0,"message":"{text}","status":400}}'))
    assert (failure.kind, failure.detail, failure.code) == (FailureKind.REFUSED, f"HTTP 400: {text}", None)


@pytest.mark.parametrize(
    ("came", "limit"),
    [
        (twilio(429, 20429), Limit.ACCOUNT),
        (answer(429), Limit.ACCOUNT),
        (twilio(422, 20422), Limit.ACCOUNT),
        (twilio(400, 21611), Limit.SENDER),
        (twilio(400, 21702), Limit.SENDER),
        (twilio(429, 63038), None),
        (twilio(400, 21211), None),
    ],
)
def test_whose_requests_are_limited(came: Answer, limit: Limit | None) -> None:
    assert classify(BROKEN, came).limit is limit


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7.0), ("99999999", 3600.0), ("", None), ("soon", None), ("-1", None), ("٣", None)],
)
def test_how_long_to_wait(text: str, seconds: float | None) -> None:
    assert classify(BROKEN, answer(429, "", Retry_After=text)).retry_after_s == seconds


def test_how_many_requests_twilio_counted() -> None:
    assert classify(BROKEN, answer(429, "", Twilio_Concurrent_Requests="11")).concurrent == 11
    assert classify(BROKEN, answer(429, "", Twilio_Concurrent_Requests="many")).concurrent is None


def test_no_answer_at_all() -> None:
    sent = RequestFailedError("broke", sent=True, reason=CommReason.UNREACHABLE)
    unsent = RequestFailedError("refused", sent=False, reason=CommReason.UNREACHABLE)
    assert (classify(sent, None).kind, classify(unsent, None).kind) == (FailureKind.UNKNOWN, FailureKind.TRANSIENT)
    assert classify(BROKEN, None).kind is FailureKind.UNKNOWN
    assert gateway_error(unsent, None).reason is CommReason.UNREACHABLE


@pytest.mark.parametrize(
    ("came", "reason"),
    [
        (None, CommReason.UNREACHABLE),
        (answer(200, "{"), CommReason.UNREACHABLE),
        (answer(302), CommReason.UNREACHABLE),
        (twilio(401, 20003), CommReason.AUTH_FAILED),
        (answer(403), CommReason.AUTH_FAILED),
        (twilio(400, 20005), CommReason.AUTH_FAILED),
        (twilio(503, None), CommReason.UNREACHABLE),
        (twilio(404, 20404), None),
        (answer(429), None),
    ],
)
def test_what_a_failed_question_means(came: Answer | None, reason: CommReason | None) -> None:
    assert gateway_error(BROKEN, came).reason is reason


def test_which_questions_are_limited() -> None:
    refusal = too_many(answer(429, "", Retry_After="2"))
    assert refusal is not None
    assert (refusal.limit, refusal.retry_after_s) == (Limit.ACCOUNT, 2.0)
    assert too_many(None) is None
    assert too_many(answer(503)) is None
