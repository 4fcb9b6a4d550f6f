"""Authentication and authorization.

Credentials are HTTP Basic with account SID and auth token or API key SID and secret, or the token of an OAuth app.
"""

import base64
import binascii
import hmac
from collections.abc import Callable
from datetime import datetime

from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import GENERATIONS, TwilioError
from fake_twilio.ids import is_sid
from fake_twilio.model.account import Account, AccountStatus, Principal
from fake_twilio.model.oauth_app import app_of
from fake_twilio.state import State
from fake_twilio.web.router import Route

_CHALLENGE = (("WWW-Authenticate", 'Basic realm="Twilio API"'),)
_CACHED = 10_000
_SENDING = frozenset({"messages.create", "calls.create"})
_UNAPPROVED = (
    "Primary compliance profile is not approved. Please refer to documentation and complete the KYC process in Trust "
    "Hub to gain access."
)
_GUARDED = ("/2010-04-01/", "/v1/")
"""Prefixes of the API's paths."""


def authenticate(state: State, header: str | None, now: Callable[[], datetime]) -> Principal:
    """Return the principal for an Authorization header.

    Raises:
        TwilioError: 20003 if the header is missing or malformed, or the credentials are wrong.
    """
    if header is None:
        raise TwilioError(20003, text="Authentication Error - No credentials provided", headers=_CHALLENGE)
    principal = state.principals.get(header)
    if principal is None and header[:7].lower() == "bearer ":
        return _bearer(state, header[7:].strip(), now())
    if principal is None:
        principal = _check(state, header)
        if len(state.principals) >= _CACHED:
            state.principals.clear()
        state.principals[header] = principal
    return principal


def demand_credentials(request: ApiRequest) -> None:
    """Reject a request without credentials before checking anything else about its path, as seen since 2025.

    Raises:
        TwilioError: 20003 if the path belongs to the API and there is no Authorization header.
    """
    if (
        request.context.generation == GENERATIONS[0]
        and request.method != "OPTIONS"
        and request.path.startswith(_GUARDED)
        and "Authorization" not in request.raw.headers
    ):
        authenticate(request.context.state, None, request.context.now)


def authorize(request: ApiRequest, route: Route) -> None:
    """Find the account named in the path, and check that it is the caller's own account or a subaccount.

    Raises:
        TwilioError: 20404 for a malformed account SID, 20003 for an account that is not the caller's or is closed,
            20005 for a suspended account.
    """
    state = request.context.state
    sid = request.variables.get("account")
    if sid is not None and sid not in state.accounts and not is_sid("AC", sid):
        demand_credentials(request)
        raise TwilioError(20404, path=request.path)
    header = request.raw.headers.get("Authorization")
    if header is None and sid in state.accounts and _is_open(request):
        request.authenticated = principal = Principal(sid)
    else:
        request.authenticated = principal = authenticate(state, header, request.context.now)
    account = state.accounts.get(sid or principal.account_sid)
    if account is None or (account.sid != principal.account_sid and account.owner_sid != principal.account_sid):
        raise TwilioError(20003, headers=_CHALLENGE)
    request.account_in_path = account
    if account.test_credentials and not route.test_credentials:
        raise TwilioError(20008)
    if principal.key_sid and not principal.main_key and not route.standard_key:
        raise TwilioError(20003, headers=_CHALLENGE)
    if not account.active:
        _refuse_inactive(request, account)
    if account.profile:
        _check_profile(request, account)


def _is_open(request: ApiRequest) -> bool:
    """Return whether a request is for the content of a media item, which required no credentials around 2019.

    Source: Twilio's API reference, Media, of that time: anyone who knows the URL may fetch it.
    """
    return request.operation == "media.fetch" and not request.suffix and request.context.generation != GENERATIONS[0]


def _refuse_inactive(request: ApiRequest, account: Account) -> None:
    if (
        account.status is AccountStatus.CLOSED
        and request.authenticated
        and request.authenticated.account_sid == account.sid
    ):
        raise TwilioError(20003, headers=_CHALLENGE)
    if request.method != "GET" and not request.operation.startswith("accounts."):
        raise TwilioError(20005)


def _check_profile(request: ApiRequest, account: Account) -> None:
    """Check that a restricted account may do this; seen in 2026.

    Raises:
        TwilioError: 20003, with its own text, for what accounts without an approved profile, or free-units trials, may
            not do.
    """
    operation = request.operation
    if account.profile == "unapproved":
        if operation in _SENDING or (operation.startswith("incoming_phone_numbers.") and operation.endswith(".create")):
            raise TwilioError(20003, text=_UNAPPROVED, headers=_CHALLENGE)
    elif account.trial and (
        operation.startswith("available_phone_numbers.") or (operation == "media.fetch" and not request.suffix)
    ):
        raise TwilioError(20003, text="This feature is not available on a Trial account", headers=_CHALLENGE)


def _bearer(state: State, token: str, now: datetime) -> Principal:
    """Return the account of the app that an access token was issued to; not cached, because tokens expire."""
    app = app_of(token, state.oauth_apps.rows.get, now)
    if app is None:
        raise TwilioError(20003, headers=_CHALLENGE)
    return Principal(app.account_sid)


def _check(state: State, header: str) -> Principal:
    scheme, _, encoded = header.partition(" ")
    try:
        user, _, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError, ValueError):
        user, secret = "", ""
    if scheme.lower() != "basic" or user[:2] not in ("AC", "SK"):
        raise TwilioError(20003, text="Authentication Error - invalid username", headers=_CHALLENGE)
    account = state.accounts.get(user)
    if account is not None and any(
        token and hmac.compare_digest(token.encode(), secret.encode())
        for token in (account.auth_token, account.secondary_token)
    ):
        return Principal(account.sid)
    key = state.keys.rows.get(user)
    if key is not None and key.secret and hmac.compare_digest(key.secret.encode(), secret.encode()):
        return Principal(key.account_sid, key.sid, key.main)
    raise TwilioError(20003, headers=_CHALLENGE)
