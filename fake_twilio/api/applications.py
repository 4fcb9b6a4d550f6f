"""The Application resource.

Source: Twilio's API reference, Applications.
"""

from typing import Any

from fake_twilio.api import form_parsers
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.resource import Resource, by_name, shown
from fake_twilio.model.application import Application
from fake_twilio.model.dates import rfc2822
from fake_twilio.web.response import Response

_KEYS = (
    "account_sid", "api_version", "date_created", "date_updated", "friendly_name", "message_status_callback?", "sid",
    "sms_fallback_method", "sms_fallback_url?", "sms_method", "sms_status_callback?", "sms_url?", "status_callback?",
    "status_callback_method", "uri", "voice_caller_id_lookup", "voice_fallback_method", "voice_fallback_url?",
    "voice_method", "voice_url?", "public_application_connect_enabled",
)  # fmt: skip
_URLS = ("SmsStatusCallback", "MessageStatusCallback", "StatusCallback", "VoiceUrl", "VoiceFallbackUrl")
_METHODS = ("StatusCallbackMethod", "VoiceMethod", "VoiceFallbackMethod")
_FLAGS = ("VoiceCallerIdLookup", "PublicApplicationConnectEnabled")


def application_document(_: ApiRequest, row: Application) -> dict[str, Any]:
    """Return an application with every key in Twilio's response."""
    uri = f"/2010-04-01/Accounts/{row.account_sid}/Applications/{row.sid}.json"
    return shown(row, _KEYS, rfc2822, uri=uri)


APPLICATIONS = Resource(
    lambda state: state.applications,
    application_document,
    key="applications",
    element="Application",
    fields={
        **form_parsers.NAMED,
        **form_parsers.FOR_MESSAGES,
        **dict.fromkeys(_URLS, form_parsers.url),
        **dict.fromkeys(_METHODS, form_parsers.method),
        **dict.fromkeys(_FLAGS, form_parsers.flag),
    },
    filters={"FriendlyName": by_name},
)


def create(request: ApiRequest) -> Response:
    """Create an application: 201."""
    now = request.context.now()
    row = Application(request.context.ids.sid("AP"), request.account.sid, "Application", now, now)
    return APPLICATIONS.put(request, APPLICATIONS.configured(request, row), 201)


ROUTES = APPLICATIONS.routes("/2010-04-01/Accounts/{account}/Applications", "applications", create=create)
