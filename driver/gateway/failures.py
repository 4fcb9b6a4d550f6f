"""Twilio's errors and the network's, turned into the driver's kinds in one place.

The rows follow Twilio's error catalogue: a 4xx answer means the message was not created; 429 is never processed; a
5xx answer, a time-out or a broken connection after the request went out says nothing about it.
"""

import json

from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException

from driver.domain.facts import CommReason
from driver.domain.outcome import Failure, FailureKind
from driver.gateway.transport import CallFailedError
from driver.ports.gateway import GatewayError

#: Codes that speak about the account or its credentials, not about the message.
ACCOUNT_CODES = frozenset({10001, 20003, 20005, 20006, 20008, 20010})
#: Codes of refusals that pass by themselves: 20422 (not processed), 21611 (a full queue), 21702 (a service not ready).
PASSING_CODES = frozenset({20422, 21611, 21702})
#: A 429 that only the next day ends, so a refusal like others.
DAILY_LIMIT = 63038


def classify(trouble: Exception) -> Failure:
    """Say what a failed create means for the message."""
    if isinstance(trouble, CallFailedError):
        kind = FailureKind.UNKNOWN if trouble.sent else FailureKind.TRANSIENT
        return Failure(kind, trouble.detail, transport=True)
    status, code, words = _facts(trouble)
    if status is None:
        return Failure(FailureKind.UNKNOWN, f"Twilio's answer could not be read ({type(trouble).__name__})")
    detail = f"HTTP {status}" + (f", error {code}" if code else "") + (f": {words}" if words else "")
    if (status == 429 and code != DAILY_LIMIT) or code in PASSING_CODES:
        return Failure(FailureKind.TRANSIENT, detail, status, code)
    if status >= 500 or status == 408:
        return Failure(FailureKind.UNKNOWN, detail, status, code, transport=True)
    if status < 300:
        return Failure(FailureKind.UNKNOWN, f"HTTP {status}, but the answer could not be read", status)
    return Failure(FailureKind.REFUSED, detail, status, code, transport=status == 401 or code in ACCOUNT_CODES)


def gateway_error(trouble: Exception) -> GatewayError:
    """Say what a failed question (fetch, list) means for communication."""
    if isinstance(trouble, CallFailedError):
        return GatewayError(trouble.detail, reason=trouble.reason)
    status, code, words = _facts(trouble)
    if status is None:
        return GatewayError("Twilio's answer could not be read", reason=CommReason.UNREACHABLE)
    detail = f"HTTP {status}" + (f", error {code}" if code else "") + (f": {words}" if words else "")
    if status in (401, 403) or code in ACCOUNT_CODES:
        reason: CommReason | None = CommReason.AUTH_FAILED
    elif status >= 500:
        reason = CommReason.UNREACHABLE
    else:
        reason = None
    return GatewayError(detail, reason=reason, http_status=status, twilio_code=code)


def _facts(trouble: Exception) -> tuple[int | None, int | None, str]:
    """Return HTTP status, Twilio code and text of an SDK exception; never its ``str``, which holds the request."""
    if isinstance(trouble, TwilioRestException):
        words = trouble.msg.partition(": ")[2] or trouble.msg
        code = trouble.code if trouble.code != trouble.status else None
        return trouble.status, code, words if code else ""
    if isinstance(trouble, TwilioServiceException):
        return trouble.status, trouble.code, str(trouble.detail or trouble.title or "")
    if isinstance(trouble, TwilioException) and len(trouble.args) > 1:
        return _from_response(trouble.args[1])
    return None, None, ""


def _from_response(response: object) -> tuple[int | None, int | None, str]:
    """Read what the SDK only hands over as a whole response when a list fails."""
    status = getattr(response, "status_code", None)
    try:
        body = json.loads(getattr(response, "text", ""))
        return status, body.get("code"), str(body.get("message", ""))
    except (ValueError, AttributeError):
        return status, None, ""
