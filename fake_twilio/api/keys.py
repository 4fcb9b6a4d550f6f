"""The Key resource: API keys, whose secret is shown once.

Source: Twilio's API reference, Keys; responses seen on the wire.
"""

from typing import Any

from fake_twilio.api import responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.resource import Resource
from fake_twilio.errors import TwilioError
from fake_twilio.ids import is_sid
from fake_twilio.model.account import ApiKey
from fake_twilio.model.dates import rfc2822
from fake_twilio.web.response import Response


def key_document(_: ApiRequest, row: ApiKey) -> dict[str, Any]:
    """Return a key as shown after its creation, without the secret."""
    return {
        "sid": row.sid,
        "friendly_name": row.friendly_name or None,
        "date_created": rfc2822(row.created),
        "date_updated": rfc2822(row.updated),
    }


def _name(_: ApiRequest, __: str, value: str) -> str:
    """Return a name of at most 64 characters, else raise 70001: keys have their own error codes."""
    if len(value) > 64:
        raise TwilioError(70001)
    return value


class _Keys(Resource[ApiKey]):
    def find(self, request: ApiRequest) -> ApiKey:
        """Return the key that the path names.

        Raises:
            TwilioError: 70002 (not the SID of a key), 20404 (no such key in the account).
        """
        if not is_sid("SK", request.variables["sid"]):
            raise TwilioError(70002)
        return super().find(request)


KEYS = _Keys(lambda state: state.keys, key_document, key="keys", element="Key", fields={"FriendlyName": _name})


def create(request: ApiRequest) -> Response:
    """Create a standard key: 201, the only response that contains its secret."""
    now, ids = request.context.now(), request.context.ids
    name = _name(request, "FriendlyName", request.form.get("FriendlyName"))
    row = ApiKey(ids.sid("SK"), request.account.sid, ids.alphanumeric(32), name, now, now)
    request.context.state.keys.put(row)
    document = {**key_document(request, row), "secret": row.secret}
    return responses.resource(201, request.format, "Key", document=document)


ROUTES = KEYS.routes("/2010-04-01/Accounts/{account}/Keys", "keys", create=create, standard_key=False)
