"""Rotation of the auth token, and geographic permissions, on the v1 accounts API.

Source: Twilio's API reference, AuthTokens and Messaging GeoPermissions.
"""

import json
import re
from dataclasses import replace

from fake_twilio.api import fields, render
from fake_twilio.api.call import Call
from fake_twilio.errors import TwilioError
from fake_twilio.model.account import Account
from fake_twilio.model.area_codes import AREA_CODES
from fake_twilio.model.dates import iso_seconds
from fake_twilio.web.reply import Reply
from fake_twilio.web.routes import Route

_COUNTRY = re.compile("[A-Z]{2}")
_NORTH_AMERICA = frozenset(country for country, _ in AREA_CODES.values())


def create_secondary(call: Call) -> Reply:
    """Make a second auth token, valid beside the first: 201. Webhooks go on being signed with the first."""
    account, now = _rotating(call), call.world.now()
    if account.secondary_token:
        raise TwilioError(20409)
    token = call.world.ids.hexadecimal(32)
    call.world.state.put_account(replace(account, secondary_token=token, updated=now))
    document = {
        "account_sid": account.sid,
        "date_created": iso_seconds(now),
        "date_updated": iso_seconds(now),
        "secondary_auth_token": token,
        "url": f"{call.origin}/v1/AuthTokens/Secondary",
    }
    return Reply(201, render.json_bytes(document))


def delete_secondary(call: Call) -> Reply:
    """Drop the second auth token."""
    account = _rotating(call)
    if not account.secondary_token:
        raise TwilioError(20404, path=call.path)
    call.world.state.put_account(replace(account, secondary_token="", updated=call.world.now()))
    return Reply(204)


def promote(call: Call) -> Reply:
    """Make the second token the only one: the old one is dead at once."""
    account, now = _rotating(call), call.world.now()
    if not account.secondary_token:
        raise TwilioError(20404, path=call.path)
    promoted = replace(account, auth_token=account.secondary_token, secondary_token="", updated=now)
    call.world.state.put_account(promoted)
    document = {
        "account_sid": account.sid,
        "auth_token": promoted.auth_token,
        "date_created": iso_seconds(account.created),
        "date_updated": iso_seconds(now),
        "url": f"{call.origin}/v1/AuthTokens/Promote",
    }
    return Reply(200, render.json_bytes(document))


def permissions(call: Call) -> Reply:
    """Show to which countries the account may text; `CountryCode` leaves only one."""
    # Loaded when somebody asks: the metadata take longer to load than the whole fake.
    import phonenumbers

    known = sorted(phonenumbers.SUPPORTED_REGIONS | call.account.geo_permissions)
    wanted = call.query.get("CountryCode")
    rows = [
        {
            "country_code": code,
            "type": "country",
            "enabled": code in call.account.geo_permissions,
            "prefix": _prefix(code),
            "message": "",
        }
        for code in known
        if not wanted or code == wanted
    ]
    return Reply(200, render.json_bytes({"permissions": rows}))


def change_permissions(call: Call) -> Reply:
    """Let the account text other countries, or some no longer: all that are named, or none of them.

    Raises:
        TwilioError: 20001 (none is named, or one is not an object with `country_code`, `type` and `enabled`).
    """
    fields.required(call, "Permissions")
    wanted = [_wanted(text) for text in call.form.all("Permissions")]
    countries = set(call.account.geo_permissions)
    for code, enabled in wanted:
        (countries.add if enabled else countries.discard)(code)
    state = call.world.state
    state.put_account(replace(call.account, geo_permissions=frozenset(countries), updated=call.world.now()))
    rows = [
        {"country_code": code, "type": "country", "enabled": enabled, "error_code": 0, "error_messages": []}
        for code, enabled in wanted
    ]
    return Reply(200, render.json_bytes({"permissions": rows}))


def _wanted(text: str) -> tuple[str, bool]:
    """Return the country that a permission names, and whether it may be texted.

    Raises:
        TwilioError: 20001 when it is no permission.
    """
    try:
        permission = json.loads(text)
    except (ValueError, RecursionError):
        permission = None
    match permission:
        case {"country_code": str(code), "type": "country", "enabled": bool(enabled)} if _COUNTRY.fullmatch(code):
            return code, enabled
    raise TwilioError(20001, value="Permissions")


def _prefix(country: str) -> str:
    """Return what the numbers of a country begin with, empty for one that is not on the map."""
    if country in _NORTH_AMERICA:
        return "+1"
    import phonenumbers

    code = phonenumbers.country_code_for_region(country)
    return f"+{code}" if code else ""


def _rotating(call: Call) -> Account:
    """Return the caller's own account; the fake writes no mails that `SuppressEmailNotification` could suppress.

    Raises:
        TwilioError: 20001 when that is neither true nor false.
    """
    fields.flag(call, "SuppressEmailNotification", call.form.get("SuppressEmailNotification"))
    return call.world.state.accounts[call.caller.account_sid]


ROUTES = (
    Route("POST", "/v1/AuthTokens/Secondary", "auth_tokens.secondary.create", create_secondary, standard_key=False),
    Route("DELETE", "/v1/AuthTokens/Secondary", "auth_tokens.secondary.delete", delete_secondary, standard_key=False),
    Route("POST", "/v1/AuthTokens/Promote", "auth_tokens.promote", promote, standard_key=False),
    Route("GET", "/v1/Messaging/GeoPermissions", "geo_permissions.list", permissions),
    Route("PATCH", "/v1/Messaging/GeoPermissions", "geo_permissions.update", change_permissions),
)
