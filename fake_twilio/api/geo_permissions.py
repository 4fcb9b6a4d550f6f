"""Geographic permissions for messaging: the countries to which an account may send, in the v1 accounts API.

Source: Twilio's API reference, Messaging GeoPermissions.
"""

import json
import re
from dataclasses import replace

from fake_twilio.api import form_parsers, responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import TwilioError
from fake_twilio.model.area_codes import AREA_CODES
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_COUNTRY = "[A-Z]{2}"
_NORTH_AMERICA = frozenset(country for country, _ in AREA_CODES.values())


def permissions(request: ApiRequest) -> Response:
    """Show the countries to which the account may send; ``CountryCode`` selects one."""
    # Loaded on demand: the metadata takes longer to load than the whole fake.
    import phonenumbers

    known = sorted(phonenumbers.SUPPORTED_REGIONS | request.account.geo_permissions)
    wanted = request.query.get("CountryCode")
    rows = [
        {
            "country_code": code,
            "type": "country",
            "enabled": code in request.account.geo_permissions,
            "prefix": _prefix(code),
            "message": "",
        }
        for code in known
        if not wanted or code == wanted
    ]
    return Response(200, responses.json_bytes({"permissions": rows}))


def change_permissions(request: ApiRequest) -> Response:
    """Allow or forbid sending to the given countries; all of the changes are made, or none.

    Raises:
        TwilioError: 20001 (no country given, or one is not an object with ``country_code``, ``type`` and ``enabled``).
    """
    form_parsers.required(request, "Permissions")
    wanted = [_wanted(text) for text in request.form.all("Permissions")]
    countries = set(request.account.geo_permissions)
    for code, enabled in wanted:
        (countries.add if enabled else countries.discard)(code)
    state = request.context.state
    state.put_account(replace(request.account, geo_permissions=frozenset(countries), updated=request.context.now()))
    rows = [
        {"country_code": code, "type": "country", "enabled": enabled, "error_code": 0, "error_messages": []}
        for code, enabled in wanted
    ]
    return Response(200, responses.json_bytes({"permissions": rows}))


def _wanted(text: str) -> tuple[str, bool]:
    """Return the country that a permission names, and whether sending to it is allowed.

    Raises:
        TwilioError: 20001 if it is not a permission.
    """
    try:
        permission = json.loads(text)
    except (ValueError, RecursionError):
        permission = None
    match permission:
        case {"country_code": str(code), "type": "country", "enabled": bool(enabled)} if re.fullmatch(_COUNTRY, code):
            return code, enabled
    raise TwilioError(20001, value="Permissions")


def _prefix(country: str) -> str:
    """Return the calling prefix of a country, or an empty string if it is unknown."""
    if country in _NORTH_AMERICA:
        return "+1"
    import phonenumbers

    code = phonenumbers.country_code_for_region(country)
    return f"+{code}" if code else ""


ROUTES = (
    Route("GET", "/v1/Messaging/GeoPermissions", "geo_permissions.list", permissions),
    Route("PATCH", "/v1/Messaging/GeoPermissions", "geo_permissions.update", change_permissions),
)
