"""Accounts and subaccounts, and their balance.

Source: Twilio's API reference, Accounts and Balance.
"""

from dataclasses import replace
from typing import Any

from fake_twilio.api import form_parsers, paging, responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.model.account import Account, AccountStatus
from fake_twilio.model.dates import rfc2822
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_LINKS = (
    "Addresses", "Applications", "AuthorizedConnectApps", "AvailablePhoneNumbers", "Balance", "Calls", "Conferences",
    "ConnectApps", "IncomingPhoneNumbers", "Keys", "Messages", "Notifications", "OutgoingCallerIds", "Queues",
    "Recordings", "SMS/ShortCodes", "SigningKeys", "SIP", "Transcriptions", "Usage",
)  # fmt: skip
TRIAL_SUBACCOUNTS, FULL_SUBACCOUNTS = 1, 1000
"""Maximum number of subaccounts per account."""


def account_document(account: Account) -> dict[str, Any]:
    """Return an account with every key in Twilio's response."""
    base = f"/2010-04-01/Accounts/{account.sid}"
    return {
        "auth_token": account.auth_token,
        "date_created": rfc2822(account.created),
        "date_updated": rfc2822(account.updated),
        "friendly_name": account.friendly_name,
        "owner_account_sid": account.owner_sid,
        "sid": account.sid,
        "status": account.status.value,
        "subresource_uris": {form_parsers.snake(path.removeprefix("SMS/")): f"{base}/{path}.json" for path in _LINKS},
        "type": account.type.value,
        "uri": f"{base}.json",
    }


def fetch(request: ApiRequest) -> Response:
    """Show one account."""
    return responses.resource(200, request.format, "Account", document=account_document(request.account))


def create(request: ApiRequest) -> Response:
    """Create a subaccount of the caller's account, named after the current minute if no name is given: 201."""
    state, now = request.context.state, request.context.now()
    parent = state.accounts[request.principal.account_sid]
    if parent.owner_sid != parent.sid:
        raise TwilioError(21101)
    owned = sum(row.owner_sid == parent.sid and row.sid != parent.sid for row in state.accounts.values())
    if owned >= (TRIAL_SUBACCOUNTS if parent.trial else FULL_SUBACCOUNTS):
        raise TwilioError(21480)
    # Seen on the wire: ``2014-10-03 09:48 am``, ``2011-02-10 16:19 pm``.
    minute = f"{now:%Y-%m-%d %H:%M} {'am' if now.hour < 12 else 'pm'}"
    name = (
        form_parsers.name(request, "FriendlyName", request.form.get("FriendlyName"))
        or f"SubAccount Created at {minute}"
    )
    account = replace(
        parent,
        sid=request.context.ids.sid("AC"),
        auth_token=request.context.ids.hexadecimal(32),
        secondary_token="",
        friendly_name=name,
        created=now,
        updated=now,
        owner_sid=parent.sid,
        status=AccountStatus.ACTIVE,
    )
    return responses.resource(201, request.format, "Account", document=account_document(state.put_account(account)))


def update(request: ApiRequest) -> Response:
    """Rename an account; or suspend, reactivate or close a subaccount, which requires the credentials of its owner.

    Source: Twilio's documentation of subaccounts.

    Raises:
        TwilioError: 20002 or 21475 (invalid name or status), 21479 (permanently closed), 21477 or 20006 (the caller's
            own status), 21476 (the owner is not active).
    """
    state, now = request.context.state, request.context.now()
    changes = form_parsers.read(request, {"FriendlyName": form_parsers.name, "Status": _status})
    status = changes.get("status")
    if status is not None and request.account.status is AccountStatus.CLOSED:
        raise TwilioError(21479)
    if status not in (None, request.account.status):
        _check_status(request, status)
    account = state.put_account(replace(request.account, **changes, updated=now))
    if status is not None:
        account = state.set_status(account, status, now)
    return responses.resource(200, request.format, "Account", document=account_document(account))


def _check_status(request: ApiRequest, status: AccountStatus) -> None:
    """Check that the caller may change the status of an account.

    Raises:
        TwilioError: as for ``update``.
    """
    account = request.account
    if request.principal.account_sid == account.sid:
        raise TwilioError(21477 if account.owner_sid == account.sid else 20006)
    owner = request.context.state.accounts[account.owner_sid]
    if status is AccountStatus.ACTIVE and owner.status is not AccountStatus.ACTIVE:
        raise TwilioError(21476)


def balance(request: ApiRequest) -> Response:
    """Show an account's balance; subaccounts have no balance of their own."""
    account = request.account
    if account.owner_sid != account.sid:
        raise TwilioError(20404, path=request.path)
    left = request.context.state.balance(account)
    document = {"account_sid": account.sid, "balance": f"{left:f}", "currency": "USD"}
    return responses.resource(200, request.format, "Balance", document=document)


def list_(request: ApiRequest) -> Response:
    """Show the caller's account and its subaccounts."""
    own = request.principal.account_sid
    name, status = request.query.get("FriendlyName"), request.query.get("Status")
    rows = [
        account
        for account in request.context.state.accounts.values()
        if own in (account.sid, account.owner_sid)
        and (not name or account.friendly_name == name)
        and (not status or account.status == status)
    ]
    return paging.page_of(
        request, rows, "accounts", element="Account", document=account_document, filters=("FriendlyName", "Status")
    )


def _status(_: ApiRequest, __: str, value: str) -> AccountStatus:
    try:
        # The specification's samples reactivate an account with a number.
        return AccountStatus.ACTIVE if value == "1" else AccountStatus(value)
    except ValueError:
        raise TwilioError(21475) from None


_BASE = "/2010-04-01/Accounts"
ROUTES = (
    Route("GET", _BASE, "accounts.list", list_, standard_key=False),
    Route("POST", _BASE, "accounts.create", create, standard_key=False),
    Route("GET", _BASE + "/{account}", "accounts.fetch", fetch, standard_key=False),
    Route("POST", _BASE + "/{account}", "accounts.update", update, standard_key=False),
    Route("GET", _BASE + "/{account}/Balance", "balance.fetch", balance),
)
