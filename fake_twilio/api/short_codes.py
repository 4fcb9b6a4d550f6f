"""The ShortCode resource: the short codes that an account rents. They come from the seed; nobody rents one by API.

Source: Twilio's API reference, ShortCode.
"""

from dataclasses import replace
from typing import Any

from fake_twilio.api import form_parsers, paging, responses
from fake_twilio.api.available_phone_numbers import number_pattern
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.model.dates import rfc2822
from fake_twilio.model.short_code import ShortCode
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = "/2010-04-01/Accounts/{account}/SMS/ShortCodes"
_FILTERS = ("FriendlyName", "ShortCode")


def _document(row: ShortCode) -> dict[str, Any]:
    return {
        "sid": row.sid,
        "account_sid": row.account_sid,
        "friendly_name": row.friendly_name,
        "short_code": row.short_code,
        "date_created": rfc2822(row.created),
        "date_updated": rfc2822(row.updated),
        "api_version": row.api_version,
        "sms_url": row.sms_url or None,
        "sms_method": row.sms_method,
        "sms_fallback_url": row.sms_fallback_url or None,
        "sms_fallback_method": row.sms_fallback_method,
        "uri": f"/2010-04-01/Accounts/{row.account_sid}/SMS/ShortCodes/{row.sid}.json",
    }


def list_(request: ApiRequest) -> Response:
    """Show a page of the account's short codes, by name, and by a pattern such as ``12*5``."""
    name, pattern = request.query.get("FriendlyName"), request.query.get("ShortCode")
    fits = number_pattern(pattern)
    rows = [
        row
        for row in request.context.state.short_codes.of(request.account.sid)
        if (not name or row.friendly_name == name) and (not pattern or fits(row.short_code))
    ]
    return paging.page_of(request, rows, "short_codes", element="ShortCode", document=_document, filters=_FILTERS)


def fetch(request: ApiRequest) -> Response:
    """Show one short code."""
    return _answer(request, _find(request))


def update(request: ApiRequest) -> Response:
    """Change a short code's name, and what it calls when somebody texts it.

    Raises:
        TwilioError: 20002, 21402, 21403, 20001, 21406 (a fallback for a URL that is not there).
    """
    changes = form_parsers.read(request, {**form_parsers.NAMED, **form_parsers.FOR_MESSAGES})
    row = replace(_find(request), **changes, updated=request.context.now())
    if changes.get("sms_fallback_url") and not row.sms_url:
        raise TwilioError(21406)
    return _answer(request, request.context.state.short_codes.put(row))


def _answer(request: ApiRequest, row: ShortCode) -> Response:
    return responses.resource(200, request.format, "ShortCode", document=_document(row))


def _find(request: ApiRequest) -> ShortCode:
    return paging.found(request, request.context.state.short_codes.get(request.variables["sid"], request.account.sid))


ROUTES = (
    Route("GET", _BASE, "short_codes.list", list_),
    Route("GET", _BASE + "/{sid}", "short_codes.fetch", fetch),
    Route("POST", _BASE + "/{sid}", "short_codes.update", update),
)
