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
from fake_twilio.api.resource import Resource
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


def number_document(request: ApiRequest, row: IncomingPhoneNumber) -> dict[str, Any]:
    """Return a number with every key in Twilio's response; unset values are empty for messaging and null for voice.

    Fax, and everything related to it, is absent from responses recorded in 2023; numbers in the United States were
    enabled for emergency calls there. The lists by type, such as ``…/IncomingPhoneNumbers/Local``, show no type.
    """
    base = f"/2010-04-01/Accounts/{row.account_sid}/IncomingPhoneNumbers/{row.sid}"
    old = request.context.generation != GENERATIONS[0]
    able = asdict(row.capabilities)
    ready = "Active" if country(row.phone_number) == "US" and not old else "Inactive"
    document = {
        "sid": row.sid,
        "account_sid": row.account_sid,
        "friendly_name": row.friendly_name,
        "phone_number": row.phone_number,
        "voice_url": row.voice_url or None,
        "voice_method": row.voice_method,
        "voice_fallback_url": row.voice_fallback_url or (None if old else ""),
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
        "capabilities": capabilities(able if old else {**able, "fax": None}, capitals=old),
        "status_callback": row.status_callback,
        "status_callback_method": row.status_callback_method,
        "api_version": row.api_version,
        "trunk_sid": row.trunk_sid or None,
        "origin": row.origin,
        "emergency_status": row.emergency_status or ready,
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
        "SmsApplicationSid": ("sms_application_sid", form_parsers.application),
        **form_parsers.FOR_MESSAGES,
        "StatusCallback": ("status_callback", form_parsers.url),
        "StatusCallbackMethod": ("status_callback_method", form_parsers.method),
        "VoiceApplicationSid": ("voice_application_sid", form_parsers.application),
        "VoiceCallerIdLookup": ("voice_caller_id_lookup", form_parsers.flag),
        "VoiceUrl": ("voice_url", form_parsers.url),
        "VoiceMethod": ("voice_method", form_parsers.method),
        "VoiceFallbackUrl": ("voice_fallback_url", form_parsers.url),
        "VoiceFallbackMethod": ("voice_fallback_method", form_parsers.method),
        "VoiceReceiveMode": ("voice_receive_mode", form_parsers.choice("voice", "fax")),
        "TrunkSid": ("trunk_sid", form_parsers.text),
        "AddressSid": ("address_sid", form_parsers.text),
        "IdentitySid": ("identity_sid", form_parsers.text),
        "BundleSid": ("bundle_sid", form_parsers.text),
        "EmergencyStatus": ("emergency_status", form_parsers.choice("Active", "Inactive")),
        "EmergencyAddressSid": ("emergency_address_sid", form_parsers.text),
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
    Route("GET", _BASE, "incoming_phone_numbers.list", list_),
    Route("POST", _BASE, "incoming_phone_numbers.create", create, test_credentials=True),
    *(
        route
        for kind in TYPES
        for route in (
            Route("GET", f"{_BASE}/{kind}", f"incoming_phone_numbers.{kind}.list", partial(list_, kind=kind)),
            Route("POST", f"{_BASE}/{kind}", f"incoming_phone_numbers.{kind}.create", partial(create, kind=kind)),
        )
    ),
    Route("GET", _BASE + "/{sid}", "incoming_phone_numbers.fetch", NUMBERS.fetch),
    Route("POST", _BASE + "/{sid}", "incoming_phone_numbers.update", update),
    Route("DELETE", _BASE + "/{sid}", "incoming_phone_numbers.delete", NUMBERS.delete),
)
