"""The Rules resource of the Webhooks API, and the Operations that its changes create.

Source: Twilio's documentation of webhook rules and operations; twilio-python 9.13, ``webhooks.v1.rule``.
"""

from dataclasses import replace
from typing import Any

from fake_twilio.api import responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.webhook_documents import (
    BASE,
    MAX_DESCRIPTION,
    MAX_NAME,
    MAX_URL,
    WebhooksResource,
    bounded,
    given,
    new_id,
    refused,
)
from fake_twilio.model.dates import iso_seconds
from fake_twilio.model.webhook_rule import BASIC, DEFAULT, EXACT, PREFIX, RuleOperation, Share, WebhookRule
from fake_twilio.seed.validators import between, list_of, one_of, table, text
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_OPERATION = BASE + "/Operations"
_SHAPE = {
    "friendlyName": bounded(MAX_NAME),
    "description": bounded(MAX_DESCRIPTION),
    "matchType": one_of(EXACT, PREFIX, DEFAULT),
    "value": bounded(MAX_URL),
    "prefix": bounded(MAX_URL),
    "settings": list_of(table(dict, {"settingId": text, "percentage": between(1, 100)}, ("settingId",))),
}
_URL_OF = {EXACT: "value", PREFIX: "prefix"}
MAX_SHARES = 2
"""Number of settings between which a rule can split its webhooks."""


def rule_document(_: ApiRequest, row: WebhookRule) -> dict[str, Any]:
    """Return a rule as shown."""
    url = {_URL_OF[row.match_type]: row.url} if row.match_type in _URL_OF else {}
    return {
        "id": row.sid,
        "friendlyName": row.friendly_name,
        "description": row.description,
        "matchType": row.match_type,
        **url,
        "settings": [{"settingId": share.setting_sid, "percentage": share.percentage} for share in row.shares],
        "createdAt": iso_seconds(row.created),
        "updatedAt": iso_seconds(row.updated),
    }


def _operation_document(request: ApiRequest, row: RuleOperation) -> dict[str, Any]:
    return {
        "id": row.sid,
        "statusUrl": f"{request.origin}{_OPERATION}/{row.sid}",
        "status": "COMPLETED",
        "resourceId": row.rule_sid,
        "createdAt": iso_seconds(row.created),
        "completedAt": iso_seconds(row.created),
        "retentionPeriod": "P7D",
    }


RULES = WebhooksResource(lambda state: state.webhook_rules, rule_document, key="rules", variable="id")
OPERATIONS = WebhooksResource(lambda state: state.rule_operations, _operation_document, key="operations", variable="id")


def create(request: ApiRequest) -> Response:
    """Create a rule: 202 with the operation that applies it."""
    values = given(request, _SHAPE, ("matchType", "settings"))
    now = request.context.now()
    row = WebhookRule(
        sid=new_id(request, "rule"),
        account_sid=request.account.sid,
        match_type=values["matchType"],
        url=_url(values["matchType"], values, ""),
        shares=_shares(values["settings"]),
        friendly_name=values.get("friendlyName", ""),
        description=values.get("description", ""),
        created=now,
        updated=now,
    )
    return _accepted(request, row)


def patch(request: ApiRequest) -> Response:
    """Change a rule: 202; omitted values stay unchanged."""
    row, values = RULES.find(request), given(request, _SHAPE)
    match_type = values.get("matchType", row.match_type)
    changed = replace(
        row,
        match_type=match_type,
        url=_url(match_type, values, row.url if match_type == row.match_type else ""),
        shares=_shares(values["settings"]) if "settings" in values else row.shares,
        friendly_name=values.get("friendlyName", row.friendly_name),
        description=values.get("description", row.description),
        updated=request.context.now(),
    )
    return _accepted(request, changed)


def _url(match_type: str, values: dict[str, Any], before: str) -> str:
    """Return the URL or prefix of a rule; the default rule has none."""
    name = _URL_OF.get(match_type)
    if name is None:
        return ""
    url: str = values.get(name, before)
    if not url or url.endswith("/") != (match_type == PREFIX):
        raise refused(59000, f"{name}: is required, and must {'' if match_type == PREFIX else 'not '}end with a /")
    return url


def _shares(settings: tuple[dict[str, Any], ...]) -> tuple[Share, ...]:
    shares = tuple(Share(each["settingId"], each.get("percentage", 100)) for each in settings)
    if not 1 <= len(shares) <= MAX_SHARES or sum(share.percentage for share in shares) != 100:
        raise refused(59000, f"settings: expected one or {MAX_SHARES}, whose percentages sum to 100")
    return shares


def _accepted(request: ApiRequest, row: WebhookRule) -> Response:
    """Store a rule that is consistent with the other rules and the account's settings."""
    state = request.context.state
    for share in row.shares:
        setting = state.delivery_settings.get(share.setting_sid, row.account_sid)
        if setting is None:
            raise refused(59000, "settings: is not one of the account's Settings")
        if row.match_type == DEFAULT and setting.auth.scheme == BASIC:
            raise refused(59202, "the default rule cannot use Basic authentication")
    for other in state.webhook_rules.of(row.account_sid):
        if other.sid != row.sid and (other.match_type, other.url) == (row.match_type, row.url):
            raise refused(59103, f"{other.sid} matches the same URLs")
    state.webhook_rules.put(row)
    return _operation(request, row, {"rule": rule_document(request, row)})


def _operation(request: ApiRequest, row: WebhookRule, more: dict[str, Any]) -> Response:
    operation = RuleOperation(new_id(request, "operation"), row.account_sid, row.sid, request.context.now())
    request.context.state.rule_operations.put(operation)
    document = _operation_document(request, operation)
    headers = (("Operation-Id", operation.sid), ("Location", document["statusUrl"]), ("Retry-After", "1"))
    return Response(202, responses.json_bytes({"operation": document, **more}), headers=headers)


def delete(request: ApiRequest) -> Response:
    """Delete a rule: 202."""
    row = RULES.find(request)
    request.context.state.webhook_rules.remove(row.sid)
    return _operation(request, row, {})


ROUTES = (
    *RULES.routes(f"{BASE}/Rules", "webhooks.rules", create=create, update=patch, delete=delete),
    Route("GET", _OPERATION + "/{id}", "webhooks.operations.fetch", OPERATIONS.fetch),
)
