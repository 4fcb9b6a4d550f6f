"""Verification calls from the phone's perspective: listing them, entering a code, or ending them without one."""

from typing import Any

from fake_twilio.control.request import ControlRequest, ProblemError
from fake_twilio.messages.verification_calls import VERIFIER, NoCallError, WrongCodeError
from fake_twilio.model.dates import iso_milliseconds
from fake_twilio.model.verification_call import VerificationCall
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route

ENDS = ("no-answer", "busy", "completed")
"""Final statuses of a call without a code: not answered, rejected, or answered and hung up."""


def describe_call(row: VerificationCall) -> dict[str, Any]:
    """Return a call as the phone's log shows it, with the code that it expects."""
    return {
        "call_sid": row.sid,
        "account_sid": row.account_sid,
        "from": VERIFIER,
        "to": row.phone_number,
        "extension": row.extension or None,
        "at": iso_milliseconds(row.due),
        "call_status": row.call_status or "in-progress",
        "validation_code": row.code,
        "outcome": row.outcome or None,
    }


def calls(request: ControlRequest) -> Response:
    """Show the calls that a phone received, oldest first."""
    rows = request.backend.verifications.calls_to(request.phone)
    return json_response(200, {"calls": [describe_call(row) for row in rows]})


async def enter(request: ControlRequest) -> Response:
    """Enter the code, which makes the number a verified caller of the requesting account."""
    phone = request.phone
    document = await request.json({"code": str}, required=("code",))
    try:
        caller = request.backend.verifications.enter(phone, document["code"].strip())
    except NoCallError as exc:
        raise ProblemError(404, "No call", str(exc)) from None
    except WrongCodeError as exc:
        raise ProblemError(409, "Wrong code", str(exc)) from None
    return json_response(
        201, {"sid": caller.sid, "account_sid": caller.account_sid, "phone_number": caller.phone_number}
    )


async def end(request: ControlRequest) -> Response:
    """End the calls ringing on a phone, without a code."""
    phone = request.phone
    document = await request.json({"call_status": str})
    call_status = document.get("call_status", ENDS[0])
    if call_status not in ENDS:
        raise ProblemError(400, "Bad body", f"call_status: {call_status!r} is not one of {', '.join(ENDS)}")
    try:
        rows = request.backend.verifications.end(phone, call_status)
    except NoCallError as exc:
        raise ProblemError(404, "No call", str(exc)) from None
    return json_response(200, {"calls": [describe_call(row) for row in rows]})


_BASE = "/handsets/{number}"

ROUTES = (
    Route("GET", f"{_BASE}/calls", "control.validations.list", calls),
    Route("POST", f"{_BASE}/validations", "control.validations.enter", enter),
    Route("POST", f"{_BASE}/calls/end", "control.validations.end", end),
)
