"""CallerIds/SmsVerifications: verifying a number by SMS instead of a call.

Source: Twilio's official SDK for Python 9.13, ``numbers.v1.sms_verifications`` and ``sms_verification_checks``, which
send JSON and read keys in camel case.
"""

import json
from typing import Any

from fake_twilio.api import form_parsers, responses
from fake_twilio.api.outgoing_caller_ids import may_be_verified
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.messages import sms_verifications
from fake_twilio.model.addresses import e164, friendly
from fake_twilio.model.dates import iso_seconds
from fake_twilio.model.sms_verification import SmsVerification
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = "/v1/CallerIds"


def create(request: ApiRequest) -> Response:
    """Send a code to a number: 201 with the attempts so far.

    Raises:
        TwilioError: 21401 (no number), 20002 (name too long), and as for ``may_be_verified``.
    """
    given = _given(request)
    number, name = _number(given), form_parsers.name(request, "FriendlyName", given.get("friendly_name", ""))
    may_be_verified(request, number)
    row = sms_verifications.send(request.context, request.account.sid, number, friendly_name=name or friendly(number))
    attempts = [{"attemptSid": each.sid, "channel": "sms", "time": iso_seconds(each.sent)} for each in row.attempts]
    return _answer({"to": number, "verificationSid": row.sid, "sendCodeAttempts": attempts})


def check(request: ApiRequest) -> Response:
    """Check a code: 201 with ``approved`` and the verified caller, or ``pending`` for a wrong code.

    Raises:
        TwilioError: 21401 (no number), 20001 (no code), 20002 (name too long), 20404 (no pending verification).
    """
    given = _given(request)
    number, name = _number(given), form_parsers.name(request, "FriendlyName", given.get("friendly_name", ""))
    code = given.get("verification_code", "").strip()
    if not code:
        raise TwilioError(20001, text="Missing required parameter verification_code in the post body")
    waiting = sms_verifications.waiting(request.context, request.account.sid, number)
    if waiting is None:
        raise TwilioError(20404, path=request.path)
    return _answer(_checked(sms_verifications.check(request.context, waiting, code, friendly_name=name)))


def _checked(row: SmsVerification) -> dict[str, Any]:
    return {
        "to": row.phone_number,
        "verificationSid": row.sid,
        "status": row.status,
        "callerIdSid": row.caller_sid or None,
    }


def _answer(document: dict[str, Any]) -> Response:
    return Response(201, responses.json_bytes(document))


def _given(request: ApiRequest) -> dict[str, str]:
    """Return the parameters, sent as JSON or as a form, by their names in JSON.

    Raises:
        TwilioError: 20001 if the body is neither.
    """
    if not request.raw.headers.get("Content-Type", "").startswith("application/json"):
        names = {
            "To": "to",
            "PhoneNumber": "to",
            "VerificationCode": "verification_code",
            "FriendlyName": "friendly_name",
        }
        return {names.get(name, name): value for name, value in request.form.pairs}
    try:
        document = json.loads(request.body)
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise TwilioError(20001, text="Invalid JSON in the post body")
    return {name: value for name, value in document.items() if isinstance(value, str)}


def _number(given: dict[str, str]) -> str:
    number = e164(given.get("to", ""))
    if number is None:
        raise TwilioError(21401, value=given.get("to", ""))
    return number


ROUTES = (
    Route("POST", f"{_BASE}/SmsVerifications", "sms_verifications.create", create),
    Route("POST", f"{_BASE}/SmsVerificationChecks", "sms_verification_checks.create", check),
)
