"""The IncomingPhoneNumber resource.

Source: Twilio's API reference, IncomingPhoneNumber.
"""

from dataclasses import asdict, replace
from functools import partial
from typing import Any

from fake_twilio.api import form_parsers
from fake_twilio.api.available_phone_numbers import capabilities, number_pattern
from fake_twilio.api.number_purchase import chosen, rented
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.resource import Resource, shown
from fake_twilio.errors import GENERATIONS, TwilioError
from fake_twilio.ids import is_sid
from fake_twilio.model import magic_numbers
from fake_twilio.model.account import AccountStatus
from fake_twilio.model.addresses import country, e164
from fake_twilio.model.dates import rfc2822
from fake_twilio.model.incoming_phone_number import ORIGINS, TYPES, IncomingPhoneNumber
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = "/2010-04-01/Accounts/{account}/IncomingPhoneNumbers"
_KEYS = (
    "sid", "account_sid", "friendly_name", "phone_number", "voice_url?", "voice_method", "voice_fallback_url",
    "voice_fallback_method", "voice_caller_id_lookup", "voice_application_sid", "voice_receive_mode", "date_created",
    "date_updated", "sms_url", "sms_method", "sms_fallback_url", "sms_fallback_method", "sms_application_sid",
    "address_requirements", "beta", "capabilities", "status_callback", "status_callback_method", "api_version",
    "trunk_sid?", "origin", "emergency_status", "emergency_address_sid?", "emergency_address_status", "address_sid?",
    "identity_sid?", "bundle_sid?", "status", "type", "uri", "subresource_uris",
)  # fmt: skip
_TEXTS = ("TrunkSid", "AddressSid", "IdentitySid", "BundleSid", "EmergencyAddressSid")


def number_document(request: ApiRequest, row: IncomingPhoneNumber) -> dict[str, Any]:
    """Return a number with every key in Twilio's response; unset values are empty for messaging and null for voice.

    Fax, and everything related to it, is absent from responses recorded in 2023; numbers in the United States were
    enabled for emergency calls there. The lists by type, such as ``…/IncomingPhoneNumbers/Local``, show no type.
    """
    base = f"/2010-04-01/Accounts/{row.account_sid}/IncomingPhoneNumbers/{row.sid}"
    old = request.context.generation != GENERATIONS[0]
    able = asdict(row.capabilities)
    ready = "Active" if country(row.phone_number) == "US" and not old else "Inactive"
    special = {
        "voice_fallback_url": row.voice_fallback_url or (None if old else ""),
        "capabilities": capabilities(able if old else {**able, "fax": None}, capitals=old),
        "emergency_status": row.emergency_status or ready,
        "status": "in-use",
        "uri": f"{base}.json",
        "subresource_uris": {"assigned_add_ons": f"{base}/AssignedAddOns.json"},
    }
    document = shown(row, _KEYS, rfc2822, **special)
    if not old:
        del document["voice_receive_mode"]
    if request.operation.count(".") > 1:
        del document["type"]
    return document


NUMBERS = Resource(
    lambda state: state.numbers,
    number_document,
    key="incoming_phone_numbers",
    element="IncomingPhoneNumber",
    fields={
        **form_parsers.NAMED,
        "SmsApplicationSid": form_parsers.application,
        **form_parsers.FOR_MESSAGES,
        **dict.fromkeys(("StatusCallback", "VoiceUrl", "VoiceFallbackUrl"), form_parsers.url),
        **dict.fromkeys(("StatusCallbackMethod", "VoiceMethod", "VoiceFallbackMethod"), form_parsers.method),
        "VoiceApplicationSid": form_parsers.application,
        "VoiceCallerIdLookup": form_parsers.flag,
        "VoiceReceiveMode": form_parsers.choice("voice", "fax"),
        **dict.fromkeys(_TEXTS, form_parsers.text),
        "EmergencyStatus": form_parsers.choice("Active", "Inactive"),
    },
)


def list_(request: ApiRequest, kind: str = "") -> Response:
    """Show a page of the account's numbers; ``kind`` selects one list, such as ``TollFree``.

    Raises:
        TwilioError: 20001 if ``Beta`` is neither true nor false, or ``Origin`` neither ``twilio`` nor ``hosted``.
    """
    query = request.query
    pattern, name, origin = query.get("PhoneNumber"), query.get("FriendlyName"), query.get("Origin")
    if origin not in ("", *ORIGINS):
        raise TwilioError(20001, value="Origin")
    without_beta = form_parsers.asked(request, "Beta") is False
    fits = number_pattern(pattern)
    rows = [
        row
        for row in NUMBERS.rows(request)
        if (not pattern or fits(row.phone_number))
        and (not name or row.friendly_name == name)
        and (not origin or row.origin == origin)
        and not (without_beta and row.beta)
        and (not kind or row.type == TYPES[kind])
    ]
    return NUMBERS.page(request, rows, ("FriendlyName", "Beta", "PhoneNumber", "Origin"))


def create(request: ApiRequest, kind: str = "") -> Response:
    """Buy a number: a specific one, or any in an area code; ``kind`` is the list that it must belong to. 201."""
    account, form = request.account, request.form
    wanted, area_code = form.get("PhoneNumber"), form.get("AreaCode")
    if account.test_credentials:
        bought = magic_numbers.check_purchase((e164(wanted) or wanted) if wanted else "", area_code)
        return NUMBERS.answer(request, rented(request, bought), 201)
    if account.trial and account.profile == "free-units":
        raise TwilioError(10002)
    if account.trial and request.context.state.numbers.of(account.sid):
        raise TwilioError(21404)
    row = _configured(request, rented(request, chosen(request, wanted, area_code, kind=kind)))
    return NUMBERS.put(request, row, 201)


def update(request: ApiRequest) -> Response:
    """Change a number's settings, and, with ``AccountSid``, the account that it belongs to.

    Raises:
        TwilioError: as for ``_configured`` and ``_receiving``.
    """
    row = NUMBERS.find(request)
    changed = _configured(request, replace(row, updated=request.context.now()))
    receiving = _receiving(request)
    if receiving != row.account_sid:
        # It leaves the account and everything tied to it there, including its place in a pool.
        request.context.state.numbers.remove(row.sid)
        changed = replace(changed, account_sid=receiving)
    return NUMBERS.put(request, changed)


def _receiving(request: ApiRequest) -> str:
    """Return the account that a number moves to; it can move between the caller's own account and its subaccounts.

    Raises:
        TwilioError: 21470 (no SID), 21471 (no such account), 21473 (an unrelated account), 21474 (the caller is a
            subaccount), 21472 (the account is not active).
    """
    sid = request.form.get("AccountSid") or request.account.sid
    if sid == request.account.sid:
        return sid
    accounts = request.context.state.accounts
    account = accounts.get(sid)
    if account is None:
        raise TwilioError(21471 if is_sid("AC", sid) else 21470)
    if account.owner_sid != request.account.owner_sid:
        raise TwilioError(21473)
    if request.principal.account_sid != account.owner_sid:
        raise TwilioError(21474)
    if account.status is not AccountStatus.ACTIVE:
        raise TwilioError(21472)
    return sid


def _configured(request: ApiRequest, row: IncomingPhoneNumber) -> IncomingPhoneNumber:
    """Return a number with the settings in the form.

    Raises:
        TwilioError: 21402, 21403, 21406, 21407, 21420, 20002.
    """
    following = NUMBERS.configured(request, row)
    if request.form.get("SmsFallbackUrl") and not (following.sms_url or following.sms_application_sid):
        raise TwilioError(21406)
    if request.form.get("SmsUrl") and not following.capabilities.sms:
        raise TwilioError(21407)
    return following


ROUTES = (
    *NUMBERS.routes(_BASE, "incoming_phone_numbers", list=list_, update=update),
    Route("POST", _BASE, "incoming_phone_numbers.create", create, test_credentials=True),
    *(
        route
        for kind in TYPES
        for route in (
            Route("GET", f"{_BASE}/{kind}", f"incoming_phone_numbers.{kind}.list", partial(list_, kind=kind)),
            Route("POST", f"{_BASE}/{kind}", f"incoming_phone_numbers.{kind}.create", partial(create, kind=kind)),
        )
    ),
)
