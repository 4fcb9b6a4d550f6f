"""Rotation of the auth token, in the v1 accounts API.

Source: Twilio's API reference, AuthTokens.
"""

from dataclasses import replace

from fake_twilio.api import form_parsers, responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.model.account import Account
from fake_twilio.model.dates import iso_seconds
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route


def create_secondary(request: ApiRequest) -> Response:
    """Create a second auth token, valid alongside the first: 201. Webhooks are still signed with the first."""
    account, now = _rotating(request), request.context.now()
    if account.secondary_token:
        raise TwilioError(20409)
    token = request.context.ids.hexadecimal(32)
    request.context.state.put_account(replace(account, secondary_token=token, updated=now))
    document = {
        "account_sid": account.sid,
        "date_created": iso_seconds(now),
        "date_updated": iso_seconds(now),
        "secondary_auth_token": token,
        "url": f"{request.origin}/v1/AuthTokens/Secondary",
    }
    return Response(201, responses.json_bytes(document))


def delete_secondary(request: ApiRequest) -> Response:
    """Delete the second auth token."""
    account = _rotating(request)
    if not account.secondary_token:
        raise TwilioError(20404, path=request.path)
    request.context.state.put_account(replace(account, secondary_token="", updated=request.context.now()))
    return Response(204)


def promote(request: ApiRequest) -> Response:
    """Make the second token the only one; the old one is invalid immediately."""
    account, now = _rotating(request), request.context.now()
    if not account.secondary_token:
        raise TwilioError(20404, path=request.path)
    promoted = replace(account, auth_token=account.secondary_token, secondary_token="", updated=now)
    request.context.state.put_account(promoted)
    document = {
        "account_sid": account.sid,
        "auth_token": promoted.auth_token,
        "date_created": iso_seconds(account.created),
        "date_updated": iso_seconds(now),
        "url": f"{request.origin}/v1/AuthTokens/Promote",
    }
    return Response(200, responses.json_bytes(document))


def _rotating(request: ApiRequest) -> Account:
    """Return the caller's own account; the fake sends no emails that ``SuppressEmailNotification`` could suppress.

    Raises:
        TwilioError: 20001 if that parameter is neither true nor false.
    """
    form_parsers.flag(request, "SuppressEmailNotification", request.form.get("SuppressEmailNotification"))
    return request.context.state.accounts[request.principal.account_sid]


ROUTES = (
    Route("POST", "/v1/AuthTokens/Secondary", "auth_tokens.secondary.create", create_secondary, standard_key=False),
    Route("DELETE", "/v1/AuthTokens/Secondary", "auth_tokens.secondary.delete", delete_secondary, standard_key=False),
    Route("POST", "/v1/AuthTokens/Promote", "auth_tokens.promote", promote, standard_key=False),
)
