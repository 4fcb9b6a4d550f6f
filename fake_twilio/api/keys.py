"""The Key resource: API keys, whose secret is shown once.

Source: Twilio's API reference, Keys; answers seen on the wire.
"""

from dataclasses import replace
from typing import Any

from fake_twilio.api import form_parsers, paging, responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.ids import is_sid
from fake_twilio.model.account import ApiKey
from fake_twilio.model.dates import rfc2822
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = "/2010-04-01/Accounts/{account}/Keys"


def key_document(row: ApiKey) -> dict[str, Any]:
    """Return a key as it is shown after its creation, without the secret."""
    return {
        "sid": row.sid,
        "friendly_name": row.friendly_name or None,
        "date_created": rfc2822(row.created),
        "date_updated": rfc2822(row.updated),
    }


def create(request: ApiRequest) -> Response:
    """Make a standard key: 201, the only answer that holds its secret."""
    now, ids = request.context.now(), request.context.ids
    name = _name(request, "FriendlyName", request.form.get("FriendlyName"))
    row = request.context.state.keys.put(
        ApiKey(ids.sid("SK"), request.account.sid, ids.alphanumeric(32), name, now, now)
    )
    return responses.resource(201, request.format, "Key", document={**key_document(row), "secret": row.secret})


def list_(request: ApiRequest) -> Response:
    """Show a page of the account's keys."""
    return paging.page_of(
        request, request.context.state.keys.of(request.account.sid), "keys", element="Key", document=key_document
    )


def fetch(request: ApiRequest) -> Response:
    """Show one key."""
    return responses.resource(200, request.format, "Key", document=key_document(_find(request)))


def update(request: ApiRequest) -> Response:
    """Rename a key."""
    changes = form_parsers.read(request, {"FriendlyName": ("friendly_name", _name)})
    row = request.context.state.keys.put(replace(_find(request), **changes, updated=request.context.now()))
    return responses.resource(200, request.format, "Key", document=key_document(row))


def delete(request: ApiRequest) -> Response:
    """Revoke a key at once."""
    request.context.state.keys.remove(_find(request).sid)
    return Response(204)


def _name(_: ApiRequest, __: str, value: str) -> str:
    """Keep a name of at most 64 characters, else 70001: keys have their own codes for what is wrong."""
    if len(value) > 64:
        raise TwilioError(70001)
    return value


def _find(request: ApiRequest) -> ApiKey:
    """Return the key that the path names.

    Raises:
        TwilioError: 70002 (not the SID of a key), 20404 (none of the account's).
    """
    if not is_sid("SK", request.variables["sid"]):
        raise TwilioError(70002)
    return paging.found(request, request.context.state.keys.get(request.variables["sid"], request.account.sid))


ROUTES = (
    Route("GET", _BASE, "keys.list", list_, standard_key=False),
    Route("POST", _BASE, "keys.create", create, standard_key=False),
    Route("GET", _BASE + "/{sid}", "keys.fetch", fetch, standard_key=False),
    Route("POST", _BASE + "/{sid}", "keys.update", update, standard_key=False),
    Route("DELETE", _BASE + "/{sid}", "keys.delete", delete, standard_key=False),
)
