"""The OutgoingCallerId resource: the numbers that an account verified.

Source: Twilio's API reference, OutgoingCallerIds.
"""

from typing import Any

from fake_twilio.api import lists, render
from fake_twilio.api.call import Call
from fake_twilio.model.account import CallerId
from fake_twilio.model.dates import rfc2822
from fake_twilio.web.reply import Reply
from fake_twilio.web.routes import Route

_BASE = "/2010-04-01/Accounts/{account}/OutgoingCallerIds"


def caller_document(row: CallerId) -> dict[str, Any]:
    """Return a verified caller with every key that Twilio sends."""
    return {
        "sid": row.sid,
        "date_created": rfc2822(row.created),
        "date_updated": rfc2822(row.updated),
        "friendly_name": row.friendly_name,
        "account_sid": row.account_sid,
        "phone_number": row.phone_number,
        "uri": f"/2010-04-01/Accounts/{row.account_sid}/OutgoingCallerIds/{row.sid}.json",
    }


def list_(call: Call) -> Reply:
    """Show a page of the account's verified callers."""
    query = call.query
    rows = [
        row
        for row in call.world.state.callers.of(call.account.sid)
        if query.get("PhoneNumber", row.phone_number) == row.phone_number
        and query.get("FriendlyName", row.friendly_name) == row.friendly_name
    ]
    filters = ("PhoneNumber", "FriendlyName")
    return lists.page_of(call, rows, "outgoing_caller_ids", "OutgoingCallerId", caller_document, filters)


def fetch(call: Call) -> Reply:
    """Show one verified caller."""
    row = lists.found(call, call.world.state.callers.get(call.variables["sid"], call.account.sid))
    return render.resource(200, call.format, "OutgoingCallerId", caller_document(row))


ROUTES = (
    Route("GET", _BASE, "outgoing_caller_ids.list", list_),
    Route("GET", _BASE + "/{sid}", "outgoing_caller_ids.fetch", fetch),
)
