"""Calls with test credentials, for the magic numbers; no phone rings.

Accounts cannot make calls through the fake; it responds to them as to any unknown path.

Source: Twilio's API reference, Call; its documentation of test credentials.
"""

import logging
from typing import Any

from fake_twilio.api import responses
from fake_twilio.api.form_parsers import snake
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.model import magic_numbers
from fake_twilio.model.addresses import e164, friendly
from fake_twilio.model.dates import rfc2822
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = "/2010-04-01/Accounts/{account}/Calls"
_LINKS = (
    "Notifications", "Recordings", "Payments", "Events", "Siprec", "Streams", "Transcriptions",
    "UserDefinedMessageSubscriptions", "UserDefinedMessages",
)  # fmt: skip

_logger = logging.getLogger(__name__)


def create(request: ApiRequest) -> Response:
    """Return the call that test credentials would make: 201; it is not stored.

    Raises:
        TwilioError: 21201 (no To), 21217 (not a number), as for ``magic_numbers.check``, 573002 for a free-units
            trial that calls an unverified number, 20404 for an account.
    """
    account = request.account
    if account.trial and account.profile == "free-units":
        number = e164(request.form.get("To"))
        if number not in request.context.state.verified[account.sid]:
            raise TwilioError(573002)
    if not account.test_credentials:
        _logger.warning('operation_not_supported operation=calls.create hint="run fake-twilio coverage"')
        raise TwilioError(20404, path=request.path)
    given, sender = request.form.get("To"), request.form.get("From")
    if not given:
        raise TwilioError(21201)
    to = e164(given) or given
    magic_numbers.check(to, e164(sender) or sender, call=True)
    if not to.startswith("+1500555") and e164(given) is None:
        raise TwilioError(21217, to=to)
    return responses.resource(201, request.format, "Call", document=_document(request, to, magic_numbers.GOOD))


def _document(request: ApiRequest, to: str, sender: str) -> dict[str, Any]:
    sid, now = request.context.ids.sid("CA"), rfc2822(request.context.now())
    base = f"/2010-04-01/Accounts/{request.account.sid}/Calls/{sid}"
    unknown = (
        "answered_by", "caller_name", "duration", "end_time", "forwarded_from", "group_sid",
        "parent_call_sid", "phone_number_sid", "price", "start_time", "trunk_sid",
    )  # fmt: skip
    return {
        "sid": sid,
        "account_sid": request.account.sid,
        "api_version": "2010-04-01",
        "date_created": now,
        "date_updated": now,
        "direction": "outbound-api",
        "from": sender,
        "from_formatted": friendly(sender),
        "to": to,
        "to_formatted": friendly(to),
        "status": "queued",
        "price_unit": "USD",
        "queue_time": "0",
        **dict.fromkeys(unknown),
        "uri": f"{base}.json",
        "subresource_uris": {snake(path): f"{base}/{path}.json" for path in _LINKS},
    }


ROUTES = (Route("POST", _BASE, "calls.create", create, test_credentials=True),)
