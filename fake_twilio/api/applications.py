"""The Application resource.

Source: Twilio's API reference, Applications.
"""

from dataclasses import replace
from typing import Any

from fake_twilio.api import form_parsers, paging, responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.model.application import Application
from fake_twilio.model.dates import rfc2822
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = "/2010-04-01/Accounts/{account}/Applications"

_FIELDS: form_parsers.Fields = {
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
}


def application_document(row: Application) -> dict[str, Any]:
    """Return an application with every key that Twilio sends."""
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


def create(request: ApiRequest) -> Response:
    """Make an application: 201."""
    now = request.context.now()
    row = Application(request.context.ids.sid("AP"), request.account.sid, "Application", now, now)
    row = request.context.state.applications.put(replace(row, **form_parsers.read(request, _FIELDS)))
    return _answer(request, 201, row)


def list_(request: ApiRequest) -> Response:
    """Show a page of the account's applications."""
    name = request.query.get("FriendlyName")
    rows = [
        row
        for row in request.context.state.applications.of(request.account.sid)
        if not name or row.friendly_name == name
    ]
    return paging.page_of(
        request, rows, "applications", element="Application", document=application_document, filters=("FriendlyName",)
    )


def fetch(request: ApiRequest) -> Response:
    """Show one application."""
    return _answer(request, 200, _find(request))


def update(request: ApiRequest) -> Response:
    """Change an application."""
    row = replace(_find(request), **form_parsers.read(request, _FIELDS), updated=request.context.now())
    return _answer(request, 200, request.context.state.applications.put(row))


def delete(request: ApiRequest) -> Response:
    """Forget an application."""
    request.context.state.applications.remove(_find(request).sid)
    return Response(204)


def _find(request: ApiRequest) -> Application:
    return paging.found(request, request.context.state.applications.get(request.variables["sid"], request.account.sid))


def _answer(request: ApiRequest, status: int, row: Application) -> Response:
    return responses.resource(status, request.format, "Application", document=application_document(row))


ROUTES = (
    Route("GET", _BASE, "applications.list", list_),
    Route("POST", _BASE, "applications.create", create),
    Route("GET", _BASE + "/{sid}", "applications.fetch", fetch),
    Route("POST", _BASE + "/{sid}", "applications.update", update),
    Route("DELETE", _BASE + "/{sid}", "applications.delete", delete),
)
