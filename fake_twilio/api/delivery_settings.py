"""The Settings resource of the Webhooks API: how webhooks are authenticated, signed and retried.

Source: Twilio's documentation of webhook settings; twilio-python 9.13, ``webhooks.v1.setting``.
"""

from dataclasses import replace
from typing import Any

from fake_twilio.api.form_parsers import snake
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.webhook_documents import (
    BASE,
    MAX_DESCRIPTION,
    MAX_NAME,
    WebhooksResource,
    bounded,
    given,
    new_id,
    refused,
)
from fake_twilio.model.dates import iso_seconds
from fake_twilio.model.webhook_rule import (
    ALGORITHMS,
    BASIC,
    CONDITIONS,
    DIGEST,
    MAX_RETRIES,
    MAX_TIMEOUT_MS,
    MAX_TOTAL_TIMEOUT_MS,
    NONE,
    OAUTH2,
    DeliverySetting,
    ListenerAuth,
    WebhookSetting,
)
from fake_twilio.seed.validators import between, list_of, one_of, secret, table, text
from fake_twilio.web.response import Response
from fake_twilio.webhooks.request import callable_url

_NAMES = {"friendlyName": bounded(MAX_NAME), "description": bounded(MAX_DESCRIPTION)}
_LOGIN = table(
    dict,
    {
        "scheme": one_of(NONE, BASIC, DIGEST, OAUTH2),
        "username": secret,
        "password": secret,
        "tokenUrl": text,
        "clientId": text,
        "clientSecret": secret,
        "scope": text,
        "audience": text,
        "clientCredentialsAuthMethod": one_of("CLIENT_SECRET_POST"),
    },
    ("scheme",),
)
_SHAPE = _NAMES | {
    "auth": table(dict, {"source": one_of("INLINE"), "value": _LOGIN}, ("source", "value")),
    "signature": table(
        dict, {"type": text, "sharedKeyId": text, "algorithm": one_of(*ALGORITHMS)}, ("sharedKeyId", "algorithm")
    ),
    "connection": table(
        dict,
        {
            "connectTimeoutMs": between(100, MAX_TIMEOUT_MS),
            "readTimeoutMs": between(100, MAX_TIMEOUT_MS),
            "totalTimeoutMs": between(100, MAX_TOTAL_TIMEOUT_MS),
            "retryPolicy": table(
                dict, {"retryCount": between(0, MAX_RETRIES), "retryOn": list_of(one_of(*CONDITIONS))}, ()
            ),
        },
        (),
    ),
}
_NEEDED: dict[str, tuple[str, ...]] = {
    BASIC: ("username", "password"),
    DIGEST: ("username", "password"),
    OAUTH2: ("tokenUrl", "clientId", "clientSecret"),
}


def setting_document(_: ApiRequest, row: DeliverySetting) -> dict[str, Any]:
    """Return a setting as shown, without passwords and secrets."""
    auth, connection = row.auth, row.connection
    names = ("scheme", "username", "tokenUrl", "clientId", "scope", "audience")
    login = {name: value for name in names if (value := getattr(auth, snake(name)))}
    signature = {"type": "SHARED_KEY", "sharedKeyId": row.key_sid, "algorithm": row.algorithm}
    return {
        "id": row.sid,
        "type": "CUSTOMER",
        "friendlyName": row.friendly_name,
        "description": row.description,
        "auth": {"source": "INLINE", "value": login},
        "signature": signature if row.key_sid else None,
        "connection": _connection_document(connection) if connection is not None else None,
        "edgeZones": None,
        "createdAt": iso_seconds(row.created),
        "updatedAt": iso_seconds(row.updated),
    }


def _connection_document(connection: WebhookSetting) -> dict[str, Any]:
    return {
        "connectTimeoutMs": connection.connect_timeout,
        "readTimeoutMs": connection.read_timeout,
        "totalTimeoutMs": connection.total_timeout,
        "retryPolicy": {"retryCount": connection.retry_count, "retryOn": list(connection.retry_on)},
    }


SETTINGS = WebhooksResource(lambda state: state.delivery_settings, setting_document, key="settings", variable="id")


def create(request: ApiRequest) -> Response:
    """Create a setting: 201; it has no effect until a rule applies it."""
    values = given(request, _SHAPE, ("auth",))
    state, now = request.context.state, request.context.now()
    signature = values.get("signature", {})
    key = signature.get("sharedKeyId", "")
    if key and state.shared_keys.get(key, request.account.sid) is None:
        raise refused(59000, "signature.sharedKeyId: is not one of the account's SharedKeys")
    row = DeliverySetting(
        sid=new_id(request, "setting"),
        account_sid=request.account.sid,
        friendly_name=values.get("friendlyName", ""),
        description=values.get("description", ""),
        created=now,
        updated=now,
        auth=_auth(values["auth"]["value"]),
        key_sid=key,
        algorithm=signature.get("algorithm", ""),
        connection=_connection(values["connection"]) if "connection" in values else None,
    )
    return SETTINGS.put(request, row, 201)


def _auth(login: dict[str, str]) -> ListenerAuth:
    missing = [f"auth.value.{name}: is missing" for name in _NEEDED.get(login["scheme"], ()) if not login.get(name)]
    if missing:
        raise refused(59000, "; ".join(missing))
    if login["scheme"] == OAUTH2 and not callable_url(login["tokenUrl"]):
        raise refused(59000, "auth.value.tokenUrl: is not a URL that can be called")
    # Twilio knows a single ``clientCredentialsAuthMethod``.
    return ListenerAuth(**{snake(name): text for name, text in login.items() if name != "clientCredentialsAuthMethod"})


def _connection(values: dict[str, Any]) -> WebhookSetting:
    policy, plain = values.get("retryPolicy", {}), WebhookSetting()
    return WebhookSetting(
        values.get("connectTimeoutMs", plain.connect_timeout),
        values.get("readTimeoutMs", plain.read_timeout),
        values.get("totalTimeoutMs", plain.total_timeout),
        policy.get("retryCount", plain.retry_count),
        policy.get("retryOn", plain.retry_on),
    )


def patch(request: ApiRequest) -> Response:
    """Change a setting's name or description; nothing else can be changed."""
    row, values = SETTINGS.find(request), given(request, _NAMES)
    changed = replace(
        row,
        friendly_name=values.get("friendlyName", row.friendly_name),
        description=values.get("description", row.description),
        updated=request.context.now(),
    )
    return SETTINGS.put(request, changed)


def delete(request: ApiRequest) -> Response:
    """Delete a setting that no rule applies.

    Raises:
        TwilioError: 59000 if a rule applies it.
    """
    row = SETTINGS.find(request)
    rules = request.context.state.webhook_rules.of(request.account.sid)
    if any(share.setting_sid == row.sid for rule in rules for share in rule.shares):
        raise refused(59000, f"{row.sid} is used by a Rule", 409)
    return SETTINGS.delete(request)


ROUTES = SETTINGS.routes(f"{BASE}/Settings", "webhooks.settings", create=create, update=patch, delete=delete)
