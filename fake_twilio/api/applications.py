"""The Application resource.

Source: Twilio's API reference, Applications.
"""

from typing import Any

from fake_twilio.api import form_parsers
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.resource import Resource
from fake_twilio.model.application import Application
from fake_twilio.model.dates import rfc2822
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = "/2010-04-01/Accounts/{account}/Applications"


def application_document(_: ApiRequest, row: Application) -> dict[str, Any]:
    """Return an application with every key in Twilio's response."""
    return {
        "account_sid": row.account_sid,
        "api_version": row.api_version,
        "date_created": rfc2822(row.created),
        "date_updated": rfc2822(row.updated),
        "friendly_name": row.friendly_name,
        "message_status_callback": row.message_status_callback or None,
        "sid": row.sid,
        "sms_fallback_method": row.sms_fallback_method,
        "sms_fallback_url": row.sms_fallback_url or None,
        "sms_method": row.sms_method,
        "sms_status_callback": row.sms_status_callback or None,
        "sms_url": row.sms_url or None,
        "status_callback": row.status_callback or None,
        "status_callback_method": row.status_callback_method,
        "uri": f"/2010-04-01/Accounts/{row.account_sid}/Applications/{row.sid}.json",
        "voice_caller_id_lookup": row.voice_caller_id_lookup,
        "voice_fallback_method": row.voice_fallback_method,
        "voice_fallback_url": row.voice_fallback_url or None,
        "voice_method": row.voice_method,
        "voice_url": row.voice_url or None,
        "public_application_connect_enabled": row.public_application_connect_enabled,
    }


APPLICATIONS = Resource(
    lambda state: state.applications,
    application_document,
    key="applications",
    element="Application",
    fields={
        **form_parsers.NAMED,
        **form_parsers.FOR_MESSAGES,
        "SmsStatusCallback": ("sms_status_callback", form_parsers.url),
        "MessageStatusCallback": ("message_status_callback", form_parsers.url),
        "StatusCallback": ("status_callback", form_parsers.url),
        "StatusCallbackMethod": ("status_callback_method", form_parsers.method),
        "VoiceUrl": ("voice_url", form_parsers.url),
        "VoiceMethod": ("voice_method", form_parsers.method),
        "VoiceFallbackUrl": ("voice_fallback_url", form_parsers.url),
        "VoiceFallbackMethod": ("voice_fallback_method", form_parsers.method),
        "VoiceCallerIdLookup": ("voice_caller_id_lookup", form_parsers.flag),
        "PublicApplicationConnectEnabled": ("public_application_connect_enabled", form_parsers.flag),
    },
)


def create(request: ApiRequest) -> Response:
    """Create an application: 201."""
    now = request.context.now()
    row = Application(request.context.ids.sid("AP"), request.account.sid, "Application", now, now)
    return APPLICATIONS.put(request, APPLICATIONS.configured(request, row), 201)


def list_(request: ApiRequest) -> Response:
    """Show a page of the account's applications."""
    name = request.query.get("FriendlyName")
    rows = [row for row in APPLICATIONS.rows(request) if not name or row.friendly_name == name]
    return APPLICATIONS.page(request, rows, ("FriendlyName",))


ROUTES = (
    Route("GET", _BASE, "applications.list", list_),
    Route("POST", _BASE, "applications.create", create),
    Route("GET", _BASE + "/{sid}", "applications.fetch", APPLICATIONS.fetch),
    Route("POST", _BASE + "/{sid}", "applications.update", APPLICATIONS.update),
    Route("DELETE", _BASE + "/{sid}", "applications.delete", APPLICATIONS.delete),
)
