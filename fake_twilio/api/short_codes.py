"""The ShortCode resource: an account's short codes. They come from the seed; the API cannot rent any.

Source: Twilio's API reference, ShortCode.
"""

from dataclasses import replace
from typing import Any

from fake_twilio.api import form_parsers
from fake_twilio.api.available_phone_numbers import number_pattern
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.resource import Resource
from fake_twilio.errors import TwilioError
from fake_twilio.model.dates import rfc2822
from fake_twilio.model.short_code import ShortCode
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = "/2010-04-01/Accounts/{account}/SMS/ShortCodes"


def _document(_: ApiRequest, row: ShortCode) -> dict[str, Any]:
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


SHORT_CODES = Resource(
    lambda state: state.short_codes,
    _document,
    key="short_codes",
    element="ShortCode",
    fields={**form_parsers.NAMED, **form_parsers.FOR_MESSAGES},
)


def list_(request: ApiRequest) -> Response:
    """Show a page of the account's short codes, filtered by name and by a pattern such as ``12*5``."""
    name, pattern = request.query.get("FriendlyName"), request.query.get("ShortCode")
    fits = number_pattern(pattern)
    rows = [
        row
        for row in SHORT_CODES.rows(request)
        if (not name or row.friendly_name == name) and (not pattern or fits(row.short_code))
    ]
    return SHORT_CODES.page(request, rows, ("FriendlyName", "ShortCode"))


def update(request: ApiRequest) -> Response:
    """Change a short code's name, and the URLs that it calls for incoming messages.

    Raises:
        TwilioError: 20002, 21402, 21403, 20001, 21406 (a fallback for a URL that is not set).
    """
    row = SHORT_CODES.configured(request, SHORT_CODES.find(request))
    if request.form.get("SmsFallbackUrl") and not row.sms_url:
        raise TwilioError(21406)
    return SHORT_CODES.put(request, replace(row, updated=request.context.now()))


ROUTES = (
    Route("GET", _BASE, "short_codes.list", list_),
    Route("GET", _BASE + "/{sid}", "short_codes.fetch", SHORT_CODES.fetch),
    Route("POST", _BASE + "/{sid}", "short_codes.update", update),
)
