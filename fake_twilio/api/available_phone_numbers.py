"""AvailablePhoneNumbers: numbers that can be bought.

The fake offers numbers in the range reserved for fiction, 555-0100 to 555-0199. All of them support voice and
messaging but not fax, none requires an address, and each is located in the largest place of its area code.

Source: Twilio's API reference, AvailablePhoneNumbers.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache, partial
from itertools import islice
from typing import Any

from fake_twilio.api import form_parsers, responses
from fake_twilio.api.paging import page_size
from fake_twilio.api.request import ApiRequest
from fake_twilio.errors import GENERATIONS, TwilioError
from fake_twilio.model.addresses import e164, friendly
from fake_twilio.model.area_codes import AREA_CODES, TOLL_FREE
from fake_twilio.model.rate_centers import RateCenter, miles, rate_center, rate_centers
from fake_twilio.state import State
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

Fits = Callable[[str], bool]
"""Returns whether a number, or an area code's numbers, match a search."""

_BASE = "/2010-04-01/Accounts/{account}/AvailablePhoneNumbers"
_KINDS = ("Local", "TollFree", "Mobile", "National", "Voip", "SharedCost", "MachineToMachine")
_COUNTRIES = {"US": "United States", "CA": "Canada", "GB": "United Kingdom"}
_KNOWN = {"US": ("Local", "TollFree"), "CA": ("Local", "TollFree"), "GB": ("Local", "Mobile", "TollFree")}
"""The types of numbers in each country.

None are available in Great Britain: no number reserved for fiction is valid there.
"""

_CAPABILITIES = {"voice": True, "sms": True, "mms": True, "fax": False}
_ENABLED = {"VoiceEnabled": "voice", "SmsEnabled": "sms", "MmsEnabled": "mms", "FaxEnabled": "fax"}
_PLACES: dict[str, Callable[[RateCenter], str]] = {
    "InRegion": lambda here: here.region,
    "InLocality": lambda here: here.locality,
    "InRateCenter": lambda here: here.rate_center,
    "InLata": lambda here: here.lata,
    "InPostalCode": lambda here: here.postal_code,
}
"""Searches by the name of a place; each also accepts a phone number, which stands for its location."""

_FIT_ALL = ("Beta", "ExcludeAllAddressRequired", "ExcludeLocalAddressRequired", "ExcludeForeignAddressRequired")
"""Searches that exclude what no available number is: new to Twilio, or tied to an address."""

USUAL_MILES, MAX_MILES = 25, 500
"""Default search distance around a point."""

NOWHERE = RateCenter("-", "-", -90.0, 0.0)
"""Location of numbers without a place: the South Pole, far from every available number."""

_LAT_LONG = r"\s*(-?[0-9]{1,3}(?:\.[0-9]{1,10})?)\s*,\s*(-?[0-9]{1,3}(?:\.[0-9]{1,10})?)\s*"
_PATTERN = r"(?=.{2,16}$)\+?[0-9a-zA-Z*% ]*\$?"
_GAP = "[*][0-9a-zA-Z]"
_KEYPAD = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")


@lru_cache(64)
def number_pattern(pattern: str) -> Fits:
    """Return a predicate for numbers that contain a search pattern.

    Digits, letters as on a keypad, ``*`` for any one digit, ``%`` for any number of digits, ``+`` to anchor the
    beginning and ``$`` the end.
    """
    wanted = pattern.replace(" ", "").lower().translate(_KEYPAD)
    from_start, to_end = wanted.startswith("+"), wanted.endswith("$")
    written = wanted.removeprefix("+").removesuffix("$").split("%")
    parts = [re.escape(part).replace(r"\*", ".") for part in written]
    # The earliest match leaves the most room for what follows, so there is no backtracking.
    found = [f"(?>.*?{part})" for part in parts]
    if to_end:
        found[-1] = f".*{parts[-1]}"
    if from_start:
        found[0] = parts[0]
    match = re.compile("".join(found) + (r"\Z" if to_end else "")).match
    return lambda phone_number: match(phone_number.lstrip("+")) is not None


def capabilities(able: Mapping[str, bool | None], *, capitals: bool) -> dict[str, bool]:
    """Return a number's capabilities, with ``SMS`` and ``MMS`` in capitals or not; those that are None are omitted."""
    return {
        name.upper() if capitals and name in ("sms", "mms") else name: has
        for name, has in able.items()
        if has is not None
    }


def offers(state: State, country: str, kind: str = "Local", *, fits: Fits = lambda code: True) -> Iterator[str]:
    """Yield unassigned numbers, in numeric order; toll-free numbers are those of all of North America."""
    if kind not in _KNOWN.get(country, ()) or country == "GB":
        return
    for code, (code_country, _) in sorted(AREA_CODES.items()):
        free_of_charge = code in TOLL_FREE
        if free_of_charge is not (kind == "TollFree") or not (free_of_charge or code_country == country):
            continue
        if not fits(code):
            continue
        for last in range(100, 200):
            number = f"+1{code}5550{last}"
            if state.number(number) is None:
                yield number


def countries(request: ApiRequest) -> Response:
    """Show the countries with available numbers."""
    rows = [_country(request, code) for code in sorted(_COUNTRIES)]
    base = f"/2010-04-01/Accounts/{request.account.sid}/AvailablePhoneNumbers.json"
    return responses.page(request.format, "countries", "Country", rows=rows, envelope={"uri": base})


def country(request: ApiRequest) -> Response:
    """Show the types of numbers in one country."""
    code = request.variables["country"]
    if code not in _COUNTRIES:
        raise TwilioError(20404, path=request.path)
    return responses.resource(200, request.format, "Country", document=_country(request, code))


def search(request: ApiRequest, kind: str) -> Response:
    """Show a page of the available numbers of one type that match a search."""
    code = request.variables["country"]
    if code not in _COUNTRIES or (kind == "Mobile" and kind not in _KNOWN[code]):
        raise TwilioError(20404, path=request.path)
    size, page = page_size(request.query.get("PageSize"), 30, least=0), request.query.get("Page")
    first = size * int(page[:6]) if page.isascii() and page.isdigit() else 0
    rows = [_offer(number, code) for number in islice(_fitting(request, code, kind), first, first + size)]
    uri = f"{request.path}?{request.raw_query}" if request.raw_query else request.path
    return responses.page(
        request.format, "available_phone_numbers", "AvailablePhoneNumber", rows=rows, envelope={"uri": uri}
    )


def _fitting(request: ApiRequest, country: str, kind: str) -> Iterator[str]:
    """Yield the available numbers that match a search.

    Raises:
        TwilioError: 20001 for an invalid boolean, and for a pattern that is too short, has invalid characters, or
            continues after a ``*``.
    """
    query = request.query
    asked = {name: form_parsers.asked(request, name) for name in (*_ENABLED, *_FIT_ALL)}
    pattern = query.get("Contains")
    # Twilio's reference allows ``*`` anywhere; in 2026, nothing may follow it.
    refused = request.context.generation == GENERATIONS[0] and re.search(_GAP, pattern) is not None
    if pattern and (refused or re.fullmatch(_PATTERN, pattern) is None):
        raise TwilioError(20001, text="Invalid Pattern Provided")
    if any(asked[name] not in (None, _CAPABILITIES[capability]) for name, capability in _ENABLED.items()):
        return iter(())
    found = offers(request.context.state, country, kind, fits=_where(request))
    return filter(number_pattern(pattern), found) if pattern else found


def _where(request: ApiRequest) -> Fits:
    """Return a predicate for the area codes that a search by location matches: one code, a named place, near a point.

    Raises:
        TwilioError: 20001 for an invalid point, and for a distance that is not between 1 and 500 miles.
    """
    query = request.query
    area_code = query.get("AreaCode")
    wanted = {name: query.get(name) for name in _PLACES if query.get(name)}
    called = {name: _PLACES[name](_place_of(text)) if e164(text) else text for name, text in wanted.items()}
    points = [_point(query.get("NearLatLong"))] if query.get("NearLatLong") else []
    near = query.get("NearNumber")
    if near:
        beside = _place_of(near)
        points.append((beside.latitude, beside.longitude))
    distance = query.get("Distance")
    radius = form_parsers.whole(1, MAX_MILES)(request, "Distance", distance) if distance else USUAL_MILES

    def fits(code: str) -> bool:
        if area_code not in ("", code):
            return False
        if not (called or points):
            return True
        here = rate_centers().get(code)
        return (
            here is not None
            and all(_PLACES[name](here).lower() == text.lower() for name, text in called.items())
            and all(miles(*point, here) <= radius for point in points)
        )

    return fits


def _place_of(number: str) -> RateCenter:
    """Return the location of a number; one far from all others if it is unknown."""
    return rate_center(e164(number) or "") or NOWHERE


def _point(text: str) -> tuple[float, float]:
    match = re.fullmatch(_LAT_LONG, text)
    if match is None or abs(float(match[1])) > 90 or abs(float(match[2])) > 180:
        raise TwilioError(20001, value="NearLatLong")
    return float(match[1]), float(match[2])


def _offer(number: str, iso_country: str) -> dict[str, Any]:
    here = rate_center(number)
    place = ("lata", "locality", "rate_center", "latitude", "longitude", "region", "postal_code")
    located = {name: getattr(here, name, None) or None for name in place}
    if here is not None:
        located |= {"latitude": f"{here.latitude:.6f}", "longitude": f"{here.longitude:.6f}"}
    return {
        "friendly_name": friendly(number),
        "phone_number": number,
        **located,
        "iso_country": iso_country,
        "address_requirements": "none",
        "beta": False,
        # Still capitals in 2026, unlike for numbers that an account owns: seen on the wire.
        "capabilities": capabilities(_CAPABILITIES, capitals=True),
    }


def _country(request: ApiRequest, code: str) -> dict[str, Any]:
    base = f"/2010-04-01/Accounts/{request.account.sid}/AvailablePhoneNumbers/{code}"
    names = {"Local": "local", "TollFree": "toll_free", "Mobile": "mobile"}
    return {
        "country_code": code,
        "country": _COUNTRIES[code],
        "uri": f"{base}.json",
        "beta": False,
        "subresource_uris": {names[kind]: f"{base}/{kind}.json" for kind in _KNOWN[code]},
    }


ROUTES = (
    Route("GET", _BASE, "available_phone_numbers.list", countries),
    Route("GET", _BASE + "/{country}", "available_phone_numbers.fetch", country),
    *(
        Route("GET", f"{_BASE}/{{country}}/{kind}", f"available_phone_numbers.{kind}.list", partial(search, kind=kind))
        for kind in _KINDS
    ),
)
