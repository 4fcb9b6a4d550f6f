"""The SharedKeys resource: keys that webhooks are signed with, whose secret is shown once.

Source: Twilio's documentation, "Sign webhooks with shared keys"; twilio-python 9.13, ``webhooks.v1.shared_key``.
"""

from dataclasses import replace
from typing import Any

from fake_twilio.api.request import ApiRequest
from fake_twilio.api.webhook_documents import BASE, MAX_NAME, answer, bounded, found, given, listing, new_id, refused
from fake_twilio.model.dates import iso_seconds
from fake_twilio.model.webhook_rule import SharedKey
from fake_twilio.seed.validators import text
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = BASE + "/SharedKeys"
_NAME = {"friendlyName": bounded(MAX_NAME)}


def key_document(row: SharedKey) -> dict[str, Any]:
    """Return a key as it is shown after its creation, without the secret."""
    return {
        "id": row.sid,
        "friendlyName": row.friendly_name,
        "createdAt": iso_seconds(row.created),
        "updatedAt": iso_seconds(row.updated),
    }


def create(request: ApiRequest) -> Response:
    """Make a key: 201, the only answer that holds its secret.

    Twilio's page on error 59000 knows a ``type``, its SDK does not; here it may be given and does nothing.
    """
    values = given(request, _NAME | {"type": text})
    now = request.context.now()
    secret = request.context.ids.alphanumeric(43)
    sid, name = new_id(request, "sharedkey"), values.get("friendlyName", "")
    row = request.context.state.shared_keys.put(SharedKey(sid, request.account.sid, secret, name, now, now))
    return answer(201, {**key_document(row), "secret": secret})


def list_(request: ApiRequest) -> Response:
    """List the account's keys."""
    return listing(request, "sharedKeys", request.context.state.shared_keys, document=key_document)


def fetch(request: ApiRequest) -> Response:
    """Show a key."""
    return answer(200, key_document(found(request, request.context.state.shared_keys)))


def patch(request: ApiRequest) -> Response:
    """Rename a key."""
    keys = request.context.state.shared_keys
    row, values = found(request, keys), given(request, _NAME)
    name = values.get("friendlyName", row.friendly_name)
    return answer(200, key_document(keys.put(replace(row, friendly_name=name, updated=request.context.now()))))


def delete(request: ApiRequest) -> Response:
    """Remove a key that no setting uses.

    Raises:
        TwilioError: 59000 when one does.
    """
    state = request.context.state
    row = found(request, state.shared_keys)
    if any(setting.key_sid == row.sid for setting in state.delivery_settings.of(request.account.sid)):
        raise refused(59000, f"{row.sid} is used by a Setting", 409)
    state.shared_keys.remove(row.sid)
    return Response(204)


ROUTES = (
    Route("GET", _BASE, "webhooks.shared_keys.list", list_),
    Route("POST", _BASE, "webhooks.shared_keys.create", create),
    Route("GET", _BASE + "/{id}", "webhooks.shared_keys.fetch", fetch),
    Route("PATCH", _BASE + "/{id}", "webhooks.shared_keys.update", patch),
    Route("DELETE", _BASE + "/{id}", "webhooks.shared_keys.delete", delete),
)
