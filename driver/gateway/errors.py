"""Classification of Twilio's errors and of network errors as the driver's kinds of failure.

It follows Twilio's error catalogue: a 4xx response in Twilio's own format means that the message was not created, and a
429 is never processed. A 5xx response, a timeout, or a connection broken after the request was sent says nothing about
the message. Nor does a response in any other format, which may come from a proxy, a gateway or a login page.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from driver.domain.facts import CommReason
from driver.domain.send_result import Failure, FailureKind, Limit
from driver.domain.storable_text import storable_count, storable_text
from driver.gateway.request_failed import RequestFailedError
from driver.gateway.transport import Answer
from driver.ports.gateway import GatewayError

#: Codes that concern the account or its credentials, not the message.
ACCOUNT_CODES = frozenset({10001, 20003, 20005, 20006, 20008, 20010})
#: Codes of temporary rejections, whose requests wait: not processed, a full queue, a service that is not ready.
PASSING_CODES = {20422: Limit.ACCOUNT, 21611: Limit.SENDER, 21702: Limit.SENDER}
#: A 429 that lasts until the next day, so it is treated like other rejections.
DAILY_LIMIT = 63038
#: HTTP statuses: the credentials are rejected; a proxy requires credentials; too many requests.
UNAUTHORIZED, PROXY_AUTHENTICATION, TOO_MANY = 401, 407, 429
#: Maximum length of an error text that is stored.
MAX_DETAIL = 500
#: Longest pause, in seconds, that ``Retry-After`` may request.
MAX_RETRY_AFTER_S = 3600.0


@dataclass(frozen=True, slots=True)
class _Facts:
    """The facts in an error response; ``answered`` is whether it is in Twilio's own format."""

    status: int
    code: int | None
    words: str
    answered: bool

    @property
    def detail(self) -> str:
        code = f", error {self.code}" if self.code else ""
        return f"HTTP {self.status}{code}" + (f": {self.words}" if self.words else "")


def classify(exc: Exception, answer: Answer | None) -> Failure:
    """Return what a failed create means for the message; ``answer`` is Twilio's response, if there is one."""
    if isinstance(exc, RequestFailedError):
        kind = FailureKind.UNKNOWN if exc.sent else FailureKind.TRANSIENT
        return Failure(kind, exc.detail, transport=True)
    if answer is None:
        return Failure(FailureKind.UNKNOWN, f"Twilio's response could not be read ({type(exc).__name__})")
    facts = _facts(answer)
    failure = Failure(FailureKind.REFUSED, facts.detail, facts.status, facts.code, answered=facts.answered)
    if facts.status == TOO_MANY and facts.code != DAILY_LIMIT:
        return replace(_limited(failure, answer), limit=Limit.ACCOUNT)
    if facts.answered and facts.code in PASSING_CODES:
        return replace(_limited(failure, answer), limit=PASSING_CODES[facts.code])
    if facts.status == PROXY_AUTHENTICATION:
        detail = "HTTP 407: the proxy requires credentials; the request did not reach Twilio"
        return replace(failure, kind=FailureKind.TRANSIENT, detail=detail, transport=True)
    if facts.status == UNAUTHORIZED:
        return replace(failure, transport=True)
    if facts.answered and 400 <= facts.status < 500 and facts.status != 408:
        return replace(failure, transport=facts.code in ACCOUNT_CODES)
    if facts.status < 300:
        return replace(failure, kind=FailureKind.UNKNOWN, detail=f"HTTP {facts.status}, but the response is unreadable")
    detail = failure.detail if facts.answered else f"{failure.detail}, not in Twilio's format; it may come from a proxy"
    return replace(failure, kind=FailureKind.UNKNOWN, detail=detail, transport=True)


def gateway_error(exc: Exception, answer: Answer | None) -> GatewayError:
    """Return what a failed query (fetch, list) means for communication; its detail can be stored in the database."""
    if isinstance(exc, RequestFailedError):
        return GatewayError(storable_text(exc.detail)[:MAX_DETAIL], reason=exc.reason)
    if answer is None or answer.status < 400:
        return GatewayError("Twilio's response could not be read", reason=CommReason.UNREACHABLE)
    facts = _facts(answer)
    reason = CommReason.UNREACHABLE if facts.status >= 500 else None
    if facts.status in (UNAUTHORIZED, 403) or facts.code in ACCOUNT_CODES:
        reason = CommReason.AUTH_FAILED
    return GatewayError(storable_text(facts.detail)[:MAX_DETAIL], reason=reason, http_status=facts.status)


def too_many(answer: Answer | None) -> Failure | None:
    """Return the failure of a query that Twilio rejected because of too many requests, else None."""
    if answer is None or answer.status != TOO_MANY:
        return None
    facts = _facts(answer)
    return replace(_limited(Failure(FailureKind.REFUSED, facts.detail, TOO_MANY), answer), limit=Limit.ACCOUNT)


def _limited(failure: Failure, answer: Answer) -> Failure:
    return replace(
        failure,
        kind=FailureKind.TRANSIENT,
        retry_after_s=_seconds(answer.headers.get("Retry-After", "")),
        concurrent=_count(answer.headers.get("Twilio-Concurrent-Requests", "")),
    )


def _facts(answer: Answer) -> _Facts:
    """Parse an error of Twilio's 2010 API (``code``, ``message``) or of its newer APIs (``code``, ``title``)."""
    try:
        body: Any = json.loads(answer.text)
    except ValueError:
        body = None
    if not isinstance(body, Mapping):
        return _Facts(answer.status, None, "", answered=False)
    code = body.get("code")
    words = next((body[key] for key in ("message", "detail", "title") if isinstance(body.get(key), str)), None)
    answered = words is not None and any(isinstance(body.get(key), int) for key in ("code", "status"))
    known = storable_count(code) if isinstance(code, int) and code != answer.status else None
    # With code 0, Twilio rejects what a trial account may not request: not a real code, but its text says what to do.
    return _Facts(answer.status, known or None, words or "" if known is not None else "", answered)


def _seconds(text: str) -> float | None:
    return min(float(text), MAX_RETRY_AFTER_S) if text.isdecimal() and text.isascii() else None


def _count(text: str) -> int | None:
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 7 else None
