"""The OutgoingCallerId resource: an account's verified callers, and the calls that verify numbers.

Source: Twilio's API reference, OutgoingCallerIds and ValidationRequests.
"""

import re
from datetime import timedelta
from typing import Any

from fake_twilio.api import form_parsers, responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.resource import Resource, by_name
from fake_twilio.errors import TwilioError
from fake_twilio.model import free_trial
from fake_twilio.model.account import OutgoingCallerId
from fake_twilio.model.addresses import e164, friendly
from fake_twilio.model.dates import rfc2822
from fake_twilio.model.verification_call import VerificationCall
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_DIALLED = r"[0-9#*wW]{0,32}"
"""An extension that can be dialed: digits, ``*``, ``#``, and ``w`` for a pause of half a second."""

_BASE = "/2010-04-01/Accounts/{account}/OutgoingCallerIds"


def caller_document(_: ApiRequest, row: OutgoingCallerId) -> dict[str, Any]:
    """Return a verified caller with every key in Twilio's response."""
    return {
        "sid": row.sid,
        "date_created": rfc2822(row.created),
        "date_updated": rfc2822(row.updated),
        "friendly_name": row.friendly_name,
        "account_sid": row.account_sid,
        "phone_number": row.phone_number,
        "uri": f"/2010-04-01/Accounts/{row.account_sid}/OutgoingCallerIds/{row.sid}.json",
    }


CALLERS = Resource(
    lambda state: state.callers,
    caller_document,
    key="outgoing_caller_ids",
    element="OutgoingCallerId",
    fields={"FriendlyName": form_parsers.name},
    filters={
        "PhoneNumber": lambda row, number: row.phone_number == (e164(number) or number),
        "FriendlyName": by_name,
    },
)


def validate(request: ApiRequest) -> Response:
    """Call a number to verify it; the code is entered there, during the call. 200 with the code to show the person.

    Raises:
        TwilioError: 21401 (no number), 20002 (name too long), 21454 (delay), 21609, 21403 (callback), 20001
            (extension), and as for ``may_be_verified``.
    """
    given = request.form.get("PhoneNumber")
    number = e164(given)
    if number is None:
        raise TwilioError(21401, value=given)
    may_be_verified(request, number)
    asked = form_parsers.read(request, _VALIDATION)
    now = request.context.now()
    row = VerificationCall(
        sid=request.context.ids.sid("CA"),
        account_sid=request.account.sid,
        phone_number=number,
        friendly_name=asked.pop("friendly_name", "") or friendly(number),
        code=request.context.ids.digits(6),
        created=now,
        due=now + timedelta(seconds=asked.pop("call_delay", 0)),
        **asked,
    )
    request.backend.verifications.call(row)
    document = {
        "account_sid": row.account_sid,
        "call_sid": row.sid,
        "friendly_name": row.friendly_name,
        "phone_number": row.phone_number,
        "validation_code": row.code,
    }
    return responses.resource(200, request.format, "ValidationRequest", document=document)


def _extension(_: ApiRequest, parameter: str, value: str) -> str:
    if re.fullmatch(_DIALLED, value) is None:
        raise TwilioError(20001, value=parameter)
    return value


def may_be_verified(request: ApiRequest, number: str) -> None:
    """Check that a number can become a verified caller.

    Raises:
        TwilioError: 21449 (a number of the account), 21450 (already verified), 21453 (verified by three other trials),
            20010 (the free-units trial already has five recipients).
    """
    state, account = request.context.state, request.account
    owned = state.number(number)
    if owned is not None and owned.account_sid == account.sid:
        raise TwilioError(21449)
    if number in state.verified[account.sid]:
        raise TwilioError(21450)
    if not account.trial:
        return
    elsewhere = sum(
        number in numbers
        for sid, numbers in state.verified.items()
        if sid != account.sid and sid in state.accounts and state.accounts[sid].trial
    )
    if elsewhere >= (3 if account.profile == "free-units" else 1):
        raise TwilioError(21453)
    if account.profile == "free-units" and len(state.verified[account.sid]) >= free_trial.RECIPIENTS:
        raise TwilioError(20010)


_VALIDATION: form_parsers.Fields = {
    "FriendlyName": form_parsers.name,
    "CallDelay": form_parsers.whole(0, 60, 21454),
    "Extension": _extension,
    "StatusCallback": form_parsers.callback,
    "StatusCallbackMethod": form_parsers.method,
}

ROUTES = (
    *CALLERS.routes(_BASE, "outgoing_caller_ids"),
    Route("POST", _BASE, "validation_requests.create", validate),
)
