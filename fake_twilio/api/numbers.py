"""The IncomingPhoneNumber resource.

Source: Twilio's API reference, IncomingPhoneNumber.
"""

from dataclasses import asdict
from typing import Any

from fake_twilio.api import lists, render
from fake_twilio.api.call import Call
from fake_twilio.model.dates import rfc2822
from fake_twilio.model.number import IncomingNumber
from fake_twilio.web.reply import Reply
from fake_twilio.web.routes import Route

_BASE = "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers"


def number_document(row: IncomingNumber) -> dict[str, Any]:
    """Return a number with every key that Twilio sends; what is unset is empty for texts and null for voice."""
    base = f"/2010-04-01/Accounts/{row.account_sid}/IncomingPhoneNumbers/{row.sid}"
    return {
        "sid": row.sid,
        "account_sid": row.account_sid,
        "friendly_name": row.friendly_name,
        "phone_number": row.phone_number,
        "voice_url": row.voice_url or None,
        "voice_method": row.voice_method,
        "voice_fallback_url": row.voice_fallback_url or None,
        "voice_fallback_method": row.voice_fallback_method,
        "voice_caller_id_lookup": row.voice_caller_id_lookup,
        "voice_application_sid": row.voice_application_sid,
        "voice_receive_mode": row.voice_receive_mode,
        "date_created": rfc2822(row.created),
        "date_updated": rfc2822(row.updated),
        "sms_url": row.sms_url,
        "sms_method": row.sms_method,
        "sms_fallback_url": row.sms_fallback_url,
        "sms_fallback_method": row.sms_fallback_method,
        "sms_application_sid": row.sms_application_sid,
        "address_requirements": row.address_requirements,
        "beta": row.beta,
        "capabilities": asdict(row.capabilities),
        "status_callback": row.status_callback,
        "status_callback_method": row.status_callback_method,
        "api_version": "2010-04-01",
        "trunk_sid": row.trunk_sid or None,
        "origin": row.origin,
        "emergency_status": row.emergency_status,
        "emergency_address_sid": row.emergency_address_sid or None,
        "emergency_address_status": row.emergency_address_status,
        "address_sid": row.address_sid or None,
        "identity_sid": row.identity_sid or None,
        "bundle_sid": row.bundle_sid or None,
        "status": "in-use",
        "type": row.type,
        "uri": f"{base}.json",
        "subresource_uris": {"assigned_add_ons": f"{base}/AssignedAddOns.json"},
    }


def fits_pattern(phone_number: str, pattern: str) -> bool:
    """Tell whether a number contains the digits of a search pattern, in which `*` stands for any one digit."""
    wanted = pattern.replace(" ", "").lstrip("+")
    digits = phone_number.lstrip("+")
    return any(
        all(expected in ("*", actual) for expected, actual in zip(wanted, digits[start:], strict=False))
        for start in range(len(digits) - len(wanted) + 1)
    )


def list_(call: Call) -> Reply:
    """Show a page of the account's numbers."""
    query = call.query
    pattern, name = query.get("PhoneNumber"), query.get("FriendlyName")
    rows = [
        row
        for row in call.world.state.numbers.of(call.account.sid)
        if (not pattern or fits_pattern(row.phone_number, pattern)) and (not name or row.friendly_name == name)
    ]
    filters = ("Beta", "FriendlyName", "PhoneNumber", "Origin")
    return lists.page_of(call, rows, "incoming_phone_numbers", "IncomingPhoneNumber", number_document, filters)


def fetch(call: Call) -> Reply:
    """Show one number."""
    row = lists.found(call, call.world.state.numbers.get(call.variables["sid"], call.account.sid))
    return render.resource(200, call.format, "IncomingPhoneNumber", number_document(row))


ROUTES = (
    Route("GET", _BASE, "incoming_phone_numbers.list", list_),
    Route("GET", _BASE + "/{sid}", "incoming_phone_numbers.fetch", fetch),
)
