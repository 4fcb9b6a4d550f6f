"""The SharedKeys resource: keys for signing webhooks, whose secret is shown once.

Source: Twilio's documentation, "Sign webhooks with shared keys"; twilio-python 9.13, ``webhooks.v1.shared_key``.
"""

from dataclasses import replace
from typing import Any

from fake_twilio.api import responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.webhook_documents import BASE, MAX_NAME, WebhooksResource, bounded, given, new_id, refused
from fake_twilio.model.dates import iso_seconds
from fake_twilio.model.webhook_rule import SharedKey
from fake_twilio.seed.validators import text
from fake_twilio.web.response import Response

_NAME = {"friendlyName": bounded(MAX_NAME)}


def key_document(_: ApiRequest, row: SharedKey) -> dict[str, Any]:
    """Return a key as shown after its creation, without the secret."""
    return {
        "id": row.sid,
        "friendlyName": row.friendly_name,
        "createdAt": iso_seconds(row.created),
        "updatedAt": iso_seconds(row.updated),
    }


KEYS = WebhooksResource(lambda state: state.shared_keys, key_document, key="sharedKeys", variable="id")


def create(request: ApiRequest) -> Response:
    """Create a key: 201, the only response that contains its secret.

    Twilio's page on error 59000 mentions a ``type``, but its SDK does not; here it is accepted and ignored.
    """
    values = given(request, _NAME | {"type": text})
    now = request.context.now()
    secret = request.context.ids.alphanumeric(43)
    sid, name = new_id(request, "sharedkey"), values.get("friendlyName", "")
    row = request.context.state.shared_keys.put(SharedKey(sid, request.account.sid, secret, name, now, now))
    return Response(201, responses.json_bytes({**key_document(request, row), "secret": secret}))


def patch(request: ApiRequest) -> Response:
    """Rename a key."""
    row, values = KEYS.find(request), given(request, _NAME)
    name = values.get("friendlyName", row.friendly_name)
    return KEYS.put(request, replace(row, friendly_name=name, updated=request.context.now()))


def delete(request: ApiRequest) -> Response:
    """Delete a key that no setting uses.

    Raises:
        TwilioError: 59000 if a setting uses it.
    """
    row = KEYS.find(request)
    if any(setting.key_sid == row.sid for setting in request.context.state.delivery_settings.of(request.account.sid)):
        raise refused(59000, f"{row.sid} is used by a Setting", 409)
    return KEYS.delete(request)


ROUTES = KEYS.routes(f"{BASE}/SharedKeys", "webhooks.shared_keys", create=create, update=patch, delete=delete)
