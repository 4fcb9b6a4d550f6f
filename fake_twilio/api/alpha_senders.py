"""Alphanumeric senders in a messaging service's pool: for every country that accepts them, or for one country.

Source: Twilio's API reference, AlphaSender and DestinationAlphaSender resources of Messaging Services.
"""

import re
from functools import partial
from typing import Any

from fake_twilio.api.request import ApiRequest
from fake_twilio.api.resource import ProductResource
from fake_twilio.api.services import SERVICES
from fake_twilio.errors import TwilioError
from fake_twilio.model.addresses import is_alphanumeric
from fake_twilio.model.dates import iso_seconds
from fake_twilio.model.service import AlphaSender
from fake_twilio.web.response import Response

_COUNTRY = "[A-Z]{2}"
_ANYWHERE, _DESTINATION = "AlphaSenders", "DestinationAlphaSenders"


def _document(kind: str, request: ApiRequest, row: AlphaSender) -> dict[str, Any]:
    fields = {
        "sid": row.sid,
        "account_sid": row.account_sid,
        "service_sid": row.service_sid,
        "date_created": iso_seconds(row.created),
        "date_updated": iso_seconds(row.updated),
        "alpha_sender": row.alpha_sender,
        "capabilities": ["SMS"],
        "url": f"{request.origin}/v1/Services/{row.service_sid}/{kind}/{row.sid}",
    }
    return fields if kind == _ANYWHERE else {**fields, "iso_country_code": row.iso_country_code or None}


class _AlphaSenders(ProductResource[AlphaSender]):
    def find(self, request: ApiRequest) -> AlphaSender:
        """Return the sender of the service, both named in the path."""
        row = super().find(request)
        if row.service_sid != SERVICES.find(request).sid:
            raise self.missing(request)
        return row


_KINDS = {
    kind: _AlphaSenders(
        lambda state: state.alpha_senders, partial(_document, kind), key="alpha_senders", variable="sender"
    )
    for kind in (_ANYWHERE, _DESTINATION)
}


def create(request: ApiRequest, kind: str) -> Response:
    """Add an alphanumeric sender to the pool: 201.

    Raises:
        TwilioError: 21708 (no name), 21709 (not at most eleven letters, digits and spaces), 21267 (a trial account),
            20001 (not a country), 21710 (already in the pool).
    """
    service = SERVICES.find(request)
    name = request.form.get("AlphaSender")
    if not name:
        raise TwilioError(21708)
    if not is_alphanumeric(name):
        raise TwilioError(21709)
    if request.account.trial:
        raise TwilioError(21267, sender=name)
    country = request.form.get("IsoCountryCode").upper() if kind == _DESTINATION else ""
    if country and re.fullmatch(_COUNTRY, country) is None:
        raise TwilioError(20001, value="IsoCountryCode")
    if any(
        (row.alpha_sender, row.iso_country_code) == (name, country)
        for row in request.context.state.alpha_senders_of(service)
    ):
        raise TwilioError(21710)
    now = request.context.now()
    row = AlphaSender(request.context.ids.sid("AI"), request.account.sid, service.sid, name, country, now, now)
    return _KINDS[kind].put(request, row, 201)


def list_(request: ApiRequest, kind: str) -> Response:
    """Show a page of the pool's alphanumeric senders; destination senders can be filtered by ``IsoCountryCode``."""
    rows = request.context.state.alpha_senders_of(SERVICES.find(request))
    country = request.query.get("IsoCountryCode").upper() if kind == _DESTINATION else ""
    if country:
        rows = [row for row in rows if row.iso_country_code == country]
    return _KINDS[kind].page(request, rows, ("IsoCountryCode",) if kind == _DESTINATION else ())


ROUTES = tuple(
    route
    for kind, name in ((_ANYWHERE, "services.alpha_senders"), (_DESTINATION, "services.destination_alpha_senders"))
    for route in _KINDS[kind].routes(
        f"/v1/Services/{{service}}/{kind}",
        name,
        list=partial(list_, kind=kind),
        create=partial(create, kind=kind),
        update=None,
    )
)
