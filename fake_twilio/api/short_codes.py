"""The ShortCode resource: an account's short codes. They come from the seed; the API cannot rent any.

Source: Twilio's API reference, ShortCode.
"""

from dataclasses import replace
from typing import Any

from fake_twilio.api import form_parsers
from fake_twilio.api.available_phone_numbers import number_pattern
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.resource import Resource, by_name, shown
from fake_twilio.errors import TwilioError
from fake_twilio.model.dates import rfc2822
from fake_twilio.model.short_code import ShortCode
from fake_twilio.web.response import Response

_BASE = "/2010-04-01/Accounts/{account}/SMS/ShortCodes"


_KEYS = (
    "sid", "account_sid", "friendly_name", "short_code", "date_created", "date_updated", "api_version", "sms_url?",
    "sms_method", "sms_fallback_url?", "sms_fallback_method", "uri",
)  # fmt: skip


def _document(_: ApiRequest, row: ShortCode) -> dict[str, Any]:
    uri = f"/2010-04-01/Accounts/{row.account_sid}/SMS/ShortCodes/{row.sid}.json"
    return shown(row, _KEYS, rfc2822, uri=uri)


SHORT_CODES = Resource(
    lambda state: state.short_codes,
    _document,
    key="short_codes",
    element="ShortCode",
    fields={**form_parsers.NAMED, **form_parsers.FOR_MESSAGES},
    # A pattern such as ``12*5`` selects short codes.
    filters={"FriendlyName": by_name, "ShortCode": lambda row, pattern: number_pattern(pattern)(row.short_code)},
)


def update(request: ApiRequest) -> Response:
    """Change a short code's name, and the URLs that it calls for incoming messages.

    Raises:
        TwilioError: 20002, 21402, 21403, 20001, 21406 (a fallback for a URL that is not set).
    """
    row = SHORT_CODES.configured(request, SHORT_CODES.find(request))
    if request.form.get("SmsFallbackUrl") and not row.sms_url:
        raise TwilioError(21406)
    return SHORT_CODES.put(request, replace(row, updated=request.context.now()))


ROUTES = SHORT_CODES.routes(_BASE, "short_codes", update=update, delete=None)
