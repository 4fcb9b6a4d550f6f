"""AvailablePhoneNumbers: numbers that can be bought.

The fake offers numbers of the range kept free for fiction, 555-0100 to 555-0199. All of them can talk and text, none
can fax, none asks for an address, and of their place only the state is known: a search for what they do not have finds
none.

Source: Twilio's API reference, AvailablePhoneNumbers.
"""

import re
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from fake_twilio.api import render
from fake_twilio.api.call import Call
from fake_twilio.errors import TwilioError
from fake_twilio.model.area_codes import AREA_CODES, TOLL_FREE
from fake_twilio.model.phone import friendly, state
from fake_twilio.state import State
from fake_twilio.web.reply import Reply
from fake_twilio.web.routes import Route

_BASE = "/2010-04-01/Accounts/{account}/AvailablePhoneNumbers"
_KINDS = ("Local", "TollFree", "Mobile", "National", "Voip", "SharedCost", "MachineToMachine")
_COUNTRIES = {"US": "United States", "CA": "Canada"}
_OFFERED = {"US": ("Local", "TollFree"), "CA": ("Local", "TollFree")}
DEFAULT_SIZE, LARGEST = 30, 1000
_CAPABILITIES = {"voice": True, "sms": True, "mms": True, "fax": False}
_ENABLED = {"VoiceEnabled": "voice", "SmsEnabled": "sms", "MmsEnabled": "mms", "FaxEnabled": "fax"}
_UNKNOWN_PLACE = ("InLocality", "InPostalCode", "InRateCenter", "InLata", "NearLatLong")
"""Searches by what no offer has."""

_FIT_ALL = ("Beta", "ExcludeAllAddressRequired", "ExcludeLocalAddressRequired", "ExcludeForeignAddressRequired")
"""Searches that leave out what no offer is: new to Twilio, or bound to an address."""

_PATTERN = re.compile(r"\+?[0-9a-zA-Z* ]*")
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")


def fits_pattern(phone_number: str, pattern: str) -> bool:
    """Tell whether a number contains a search pattern: digits, letters as on a keypad, `*` for any one digit."""
    wanted = pattern.replace(" ", "").lstrip("+").lower().translate(_KEYPAD)
    digits = phone_number.lstrip("+")
    return any(
        all(expected in ("*", actual) for expected, actual in zip(wanted, digits[start:], strict=False))
        for start in range(len(digits) - len(wanted) + 1)
    )


def offers(state_: State, country: str, *, kind: str = "Local", area_code: str = "", region: str = "") -> Iterator[str]:
    """Yield numbers that nobody has, in the order of their digits."""
    if kind not in _OFFERED.get(country, ()):
        return
    for code, (code_country, code_region) in sorted(AREA_CODES.items()):
        if code_country != country or (area_code and code != area_code) or (region and code_region != region):
            continue
        if (code in TOLL_FREE) is not (kind == "TollFree"):
            continue
        for last in range(100, 200):
            number = f"+1{code}5550{last}"
            if state_.number(number) is None:
                yield number


def countries(call: Call) -> Reply:
    """Show the countries in which numbers are on offer."""
    rows = [_country(call, code) for code in sorted(_COUNTRIES)]
    base = f"/2010-04-01/Accounts/{call.account.sid}/AvailablePhoneNumbers.json"
    return render.page(call.format, "countries", "Country", rows, {"uri": base})


def country(call: Call) -> Reply:
    """Show what is on offer in one country."""
    code = call.variables["country"]
    if code not in _COUNTRIES:
        raise TwilioError(20404, path=call.path)
    return render.resource(200, call.format, "Country", _country(call, code))


def _search(kind: str) -> Callable[[Call], Reply]:
    def search(call: Call) -> Reply:
        code = call.variables["country"]
        if code not in _COUNTRIES:
            raise TwilioError(20404, path=call.path)
        size = _size(call.query.get("PageSize"))
        rows = [_offer(number, code) for number in islice(_fitting(call, code, kind), size)]
        uri = f"{call.path}?{call.raw_query}" if call.raw_query else call.path
        return render.page(call.format, "available_phone_numbers", "AvailablePhoneNumber", rows, {"uri": uri})

    return search


def _fitting(call: Call, country: str, kind: str) -> Iterator[str]:
    """Yield the numbers on offer that a search asks for.

    Raises:
        TwilioError: 20001 for a yes or no that is neither, and for a pattern with other characters.
    """
    query = call.query
    asked = {name: _yes_or_no(name, query.get(name)) for name in (*_ENABLED, *_FIT_ALL)}
    pattern = query.get("Contains")
    if _PATTERN.fullmatch(pattern) is None:
        raise TwilioError(20001, value="Contains")
    if any(asked[name] not in (None, _CAPABILITIES[capability]) for name, capability in _ENABLED.items()):
        return iter(())
    if any(query.get(name) for name in _UNKNOWN_PLACE):
        return iter(())
    near = query.get("NearNumber")
    regions = {query.get("InRegion").upper(), (state(near) or near) if near else ""} - {""}
    if len(regions) > 1:
        return iter(())
    region = next(iter(regions), "")
    found = offers(call.world.state, country, kind=kind, area_code=query.get("AreaCode"), region=region)
    return (number for number in found if not pattern or fits_pattern(number, pattern))


def _yes_or_no(name: str, text: str) -> bool | None:
    if not text:
        return None
    if text.lower() not in ("true", "false"):
        raise TwilioError(20001, value=name)
    return text.lower() == "true"


def _size(text: str) -> int:
    if not text:
        return DEFAULT_SIZE
    if not (text.isascii() and text.isdigit()):
        raise TwilioError(20001, value="PageSize")
    if int(text[:9]) > LARGEST:
        raise TwilioError(20007)
    return int(text[:9])


def _offer(number: str, iso_country: str) -> dict[str, Any]:
    toll_free = number[2:5] in TOLL_FREE
    return {
        "friendly_name": friendly(number),
        "phone_number": number,
        "lata": None,
        "locality": None,
        "rate_center": None,
        "latitude": None,
        "longitude": None,
        "region": None if toll_free else state(number),
        "postal_code": None,
        "iso_country": iso_country,
        "address_requirements": "none",
        "beta": False,
        "capabilities": dict(_CAPABILITIES),
    }


def _country(call: Call, code: str) -> dict[str, Any]:
    base = f"/2010-04-01/Accounts/{call.account.sid}/AvailablePhoneNumbers/{code}"
    names = {"Local": "local", "TollFree": "toll_free"}
    return {
        "country_code": code,
        "country": _COUNTRIES[code],
        "uri": f"{base}.json",
        "beta": False,
        "subresource_uris": {names[kind]: f"{base}/{kind}.json" for kind in _OFFERED[code]},
    }


ROUTES = (
    Route("GET", _BASE, "available_phone_numbers.list", countries),
    Route("GET", _BASE + "/{country}", "available_phone_numbers.fetch", country),
    *(
        Route("GET", f"{_BASE}/{{country}}/{kind}", f"available_phone_numbers.{kind}.list", _search(kind))
        for kind in _KINDS
    ),
)
