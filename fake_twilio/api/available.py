"""AvailablePhoneNumbers: numbers that can be bought.

The fake offers numbers of the range kept free for fiction, 555-0100 to 555-0199.

Source: Twilio's API reference, AvailablePhoneNumbers.
"""

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


def fits_pattern(phone_number: str, pattern: str) -> bool:
    """Tell whether a number contains the digits of a search pattern, in which `*` stands for any one digit."""
    wanted = pattern.replace(" ", "").lstrip("+")
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
        query = call.query
        found = offers(
            call.world.state, code, kind=kind, area_code=query.get("AreaCode"), region=query.get("InRegion").upper()
        )
        pattern = query.get("Contains")
        fitting = (number for number in found if not pattern or fits_pattern(number, pattern))
        rows = [_offer(number, code) for number in islice(fitting, _size(query.get("PageSize")))]
        uri = f"{call.path}?{call.raw_query}" if call.raw_query else call.path
        return render.page(call.format, "available_phone_numbers", "AvailablePhoneNumber", rows, {"uri": uri})

    return search


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
        "capabilities": {"voice": True, "sms": True, "mms": True, "fax": False},
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
