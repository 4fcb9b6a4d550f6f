"""The Account resource and its Balance.

Source: Twilio's API reference, Accounts and Balance.
"""

from typing import Any

from fake_twilio.api import lists, render
from fake_twilio.api.call import Call
from fake_twilio.model.account import Account
from fake_twilio.model.dates import rfc2822
from fake_twilio.web.reply import Reply
from fake_twilio.web.routes import Route

_LINKS = (
    ("available_phone_numbers", "AvailablePhoneNumbers"),
    ("calls", "Calls"),
    ("conferences", "Conferences"),
    ("incoming_phone_numbers", "IncomingPhoneNumbers"),
    ("notifications", "Notifications"),
    ("outgoing_caller_ids", "OutgoingCallerIds"),
    ("recordings", "Recordings"),
    ("transcriptions", "Transcriptions"),
    ("addresses", "Addresses"),
    ("signing_keys", "SigningKeys"),
    ("connect_apps", "ConnectApps"),
    ("sip", "SIP"),
    ("authorized_connect_apps", "AuthorizedConnectApps"),
    ("usage", "Usage"),
    ("keys", "Keys"),
    ("applications", "Applications"),
    ("short_codes", "SMS/ShortCodes"),
    ("queues", "Queues"),
    ("messages", "Messages"),
    ("balance", "Balance"),
)


def account_document(account: Account) -> dict[str, Any]:
    """Return an account with every key that Twilio sends."""
    base = f"/2010-04-01/Accounts/{account.sid}"
    return {
        "status": account.status.value,
        "date_updated": rfc2822(account.updated),
        "auth_token": account.auth_token,
        "friendly_name": account.friendly_name,
        "owner_account_sid": account.owner_sid,
        "uri": f"{base}.json",
        "sid": account.sid,
        "date_created": rfc2822(account.created),
        "type": account.type.value,
        "subresource_uris": {name: f"{base}/{path}.json" for name, path in _LINKS},
    }


def fetch(call: Call) -> Reply:
    """Show one account."""
    return render.resource(200, call.format, "Account", account_document(call.account))


def balance(call: Call) -> Reply:
    """Show what is left of an account's money."""
    account = call.account
    document = {"account_sid": account.sid, "balance": str(account.balance), "currency": "USD"}
    return render.resource(200, call.format, "Balance", document)


class _Row:
    """An account as a row of a list, which wants to know whose row it is."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.sid = account.sid
        self.account_sid = account.owner_sid


def list_(call: Call) -> Reply:
    """Show the account that asks and its subaccounts."""
    own = call.caller.account_sid
    query = call.query
    rows = [
        _Row(account)
        for account in call.world.state.accounts.values()
        if own in (account.sid, account.owner_sid)
        and query.get("FriendlyName", account.friendly_name) == account.friendly_name
        and query.get("Status", account.status) == account.status
    ]
    return lists.page_of(
        call, rows, "accounts", "Account", lambda row: account_document(row.account), ("FriendlyName", "Status")
    )


ROUTES = (
    Route("GET", "/2010-04-01/Accounts", "accounts.list", list_, standard_key=False),
    Route("GET", "/2010-04-01/Accounts/{account}", "accounts.fetch", fetch, standard_key=False),
    Route("GET", "/2010-04-01/Accounts/{account}/Balance", "balance.fetch", balance),
)
