"""Accounts as seen and changed by the person running the fake: upgrade, balance, status, verified callers, webhooks."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import unquote

from fake_twilio.control.request import ControlRequest, ProblemError
from fake_twilio.model.account import Account, AccountStatus, AccountType, OutgoingCallerId
from fake_twilio.model.addresses import e164, friendly
from fake_twilio.model.incoming_phone_number import IncomingPhoneNumber
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route
from fake_twilio.webhooks.request import callable_url

FIRST_PAYMENT = Decimal("20.00")
"""Balance, in US dollars, after an upgrade without a given balance."""

_URLS = ("sms_url", "sms_fallback_url")
_METHODS = ("sms_method", "sms_fallback_method")
_NUMBER_KEYS = (
    "sid", "phone_number", "friendly_name", "sms_url", "sms_method", "sms_fallback_url", "sms_fallback_method",
)  # fmt: skip


def describe_account(request: ControlRequest, account: Account) -> dict[str, Any]:
    """Return an account with its senders and verified callers, without its secrets."""
    state = request.context.state
    return {
        "sid": account.sid,
        "friendly_name": account.friendly_name,
        "type": account.type,
        "status": account.status,
        "balance": str(state.balance(account)),
        "owner_sid": account.owner_sid,
        "verified": sorted(state.verified[account.sid]),
        "numbers": [{name: getattr(number, name) for name in _NUMBER_KEYS} for number in state.numbers.of(account.sid)],
        "short_codes": [row.short_code for row in state.short_codes.of(account.sid)],
        "channel_senders": [row.sender for row in state.channel_senders.of(account.sid)],
    }


def list_(request: ControlRequest) -> Response:
    """Show every account."""
    accounts = request.context.state.accounts.values()
    return json_response(200, {"accounts": [describe_account(request, account) for account in accounts]})


async def change(request: ControlRequest) -> Response:
    """Upgrade an account or turn it back into a trial, suspend it, set its balance."""
    account = _account(request)
    document = await request.json({"type": str, "status": str, "balance": str, "friendly_name": str})
    errors, changes = [], dict[str, Any]()
    for name, kind in (("type", AccountType), ("status", AccountStatus)):
        if name in document:
            try:
                changes[name] = kind(document[name])
            except ValueError:
                errors.append(f"{name}: {document[name]!r} is not one of {', '.join(kind)}")
    if "balance" in document:
        try:
            changes["balance"] = Decimal(document["balance"])
            if not changes["balance"].is_finite():
                raise InvalidOperation
        except InvalidOperation:
            errors.append(f"balance: {document['balance']!r} is not an amount such as '15.50'")
    if "friendly_name" in document:
        changes["friendly_name"] = document["friendly_name"][:64]
    if errors:
        raise ProblemError(400, "Bad body", "; ".join(errors), errors=errors)
    upgraded = account.trial and changes.get("type") is AccountType.FULL
    if upgraded and "balance" not in changes:
        # A trial's credit is not carried over; an upgrade includes a payment.
        changes["balance"] = FIRST_PAYMENT
        request.context.state.spent.pop(account.sid, None)
    elif "balance" in changes:
        # A balance counts from when it is set: earlier spending is ignored, and it is no longer topped up.
        changes["auto_recharge"] = False
        request.context.state.spent.pop(account.sid, None)
    status = changes.pop("status", None)
    changed = request.context.state.put_account(replace(account, **changes, updated=request.context.now()))
    if status is not None:
        changed = request.context.state.set_status(changed, status, request.context.now())
    return _changed(request, changed)


async def verify(request: ControlRequest) -> Response:
    """Make a number a verified caller of an account, as if its code had been entered."""
    account = _account(request)
    document = await request.json({"phone_number": str}, required=("phone_number",))
    number = _phone(document["phone_number"])
    context = request.context
    if number not in context.state.verified[account.sid]:
        now = context.now()
        context.state.callers.put(
            OutgoingCallerId(context.ids.sid("PN"), account.sid, number, friendly(number), now, now)
        )
    return _changed(request, account)


def forget(request: ControlRequest) -> Response:
    """Remove a verified caller from an account."""
    account = _account(request)
    number = _phone(unquote(request.variables["number"]))
    state = request.context.state
    caller = next((caller for caller in state.callers.of(account.sid) if caller.phone_number == number), None)
    if caller is None:
        raise ProblemError(404, "Not verified", f"{number} is not a verified caller of {account.sid}")
    state.callers.remove(caller.sid)
    return _changed(request, account)


async def change_number(request: ControlRequest) -> Response:
    """Change the URLs that a Twilio number calls for incoming messages."""
    account = _account(request)
    wanted = _phone(unquote(request.variables["number"]))
    state = request.context.state
    number = next((row for row in state.numbers.of(account.sid) if row.phone_number == wanted), None)
    if number is None:
        raise ProblemError(404, "No such number", f"{wanted} is not a number of {account.sid}")
    document = await request.json(dict.fromkeys((*_URLS, *_METHODS), str))
    errors = [
        f"{name}: {document[name]!r} is not an http or https address"
        for name in _URLS
        if document.get(name) and not callable_url(document[name])
    ]
    errors += [
        f"{name}: {document[name]!r} is not GET or POST"
        for name in _METHODS
        if name in document and document[name] not in ("GET", "POST")
    ]
    if errors:
        raise ProblemError(400, "Bad body", "; ".join(errors), errors=errors)
    changed: IncomingPhoneNumber = replace(number, **document, updated=request.context.now())
    state.numbers.put(changed)
    return _changed(request, account)


def _changed(request: ControlRequest, account: Account) -> Response:
    document = describe_account(request, account)
    request.context.events.publish("account", {"sid": account.sid})
    return json_response(200, document)


def _account(request: ControlRequest) -> Account:
    account = request.context.state.accounts.get(request.variables["account"])
    if account is None:
        known = ", ".join(request.context.state.accounts)
        raise ProblemError(404, "No such account", f"no account {request.variables['account']}; accounts: {known}")
    return account


def _phone(given: str) -> str:
    number = e164(given.strip())
    if number is None:
        raise ProblemError(400, "Not a phone number", f"{given!r} is not a number such as +12015550101")
    return number


ROUTES = (
    Route("GET", "/accounts", "control.accounts.list", list_),
    Route("POST", "/accounts/{account}", "control.accounts.change", change),
    Route("POST", "/accounts/{account}/verified", "control.accounts.verify", verify),
    Route("DELETE", "/accounts/{account}/verified/{number}", "control.accounts.forget", forget),
    Route("POST", "/accounts/{account}/numbers/{number}", "control.accounts.change_number", change_number),
)
