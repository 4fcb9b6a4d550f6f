"""Numbers, short codes and channel senders in a messaging service's pool; one resource per type.

Source: Twilio's API reference, PhoneNumber, ShortCode and ChannelSender resources of Messaging Services.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from fake_twilio.api import form_parsers, paging, responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.services import SERVICES
from fake_twilio.errors import TwilioError
from fake_twilio.ids import is_sid
from fake_twilio.model.addresses import country
from fake_twilio.model.channel_sender import ChannelSender
from fake_twilio.model.dates import iso_seconds
from fake_twilio.model.incoming_phone_number import Capabilities, IncomingPhoneNumber
from fake_twilio.model.service import PoolMember, Service
from fake_twilio.model.short_code import ShortCode
from fake_twilio.records import dataclass
from fake_twilio.state import State
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = "/v1/Services/{service}"

POOL_LIMIT = 400
"""Maximum number of numbers and short codes in a pool. Source: Twilio's error catalog, 21714."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """One type of sender: path, SID prefix, key of lists, parameter with a SID, name of its operations."""

    path: str
    prefix: str
    key: str
    parameter: str
    operations: str
    document: Callable[[Any], dict[str, Any]]
    """Returns the additional keys of this type of sender."""

    service_key: str = "service_sid"


def _capabilities(able: Capabilities) -> list[str]:
    return [name for name, has in (("MMS", able.mms), ("SMS", able.sms), ("Voice", able.voice)) if has]


def _number(row: IncomingPhoneNumber) -> dict[str, Any]:
    return {
        "phone_number": row.phone_number,
        "country_code": country(row.phone_number),
        "capabilities": _capabilities(row.capabilities),
    }


def _short_code(row: ShortCode) -> dict[str, Any]:
    return {"short_code": row.short_code, "country_code": row.country, "capabilities": _capabilities(row.capabilities)}


def _channel_sender(row: ChannelSender) -> dict[str, Any]:
    return {"sender": row.sender, "sender_type": row.sender_type, "country_code": country(row.sender) or None}


_KINDS = (
    _Kind("PhoneNumbers", "PN", "phone_numbers", "PhoneNumberSid", "phone_numbers", _number),
    _Kind("ShortCodes", "SC", "short_codes", "ShortCodeSid", "short_codes", _short_code),
    _Kind("ChannelSenders", "XE", "senders", "Sid", "channel_senders", _channel_sender, "messaging_service_sid"),
)


def _document(request: ApiRequest, kind: _Kind, row: PoolMember) -> dict[str, Any]:
    """Return a pool's sender with every key in Twilio's response."""
    return {
        "sid": row.number_sid,
        "account_sid": row.account_sid,
        kind.service_key: row.service_sid,
        "date_created": iso_seconds(row.created),
        "date_updated": iso_seconds(row.updated),
        **kind.document(request.context.state.sender(row.number_sid)),
        "url": f"{request.origin}/v1/Services/{row.service_sid}/{kind.path}/{row.number_sid}",
    }


def create(request: ApiRequest, kind: _Kind) -> Response:
    """Add one of the account's senders to the pool: 201.

    Raises:
        TwilioError: 21421 (not the SID of a sender of this type), 20404 (not the account's), 21710 (already in the
            pool), 21712 (in another pool), 21715 (voice only), 21714 (the pool is full).
    """
    state, service = request.context.state, SERVICES.find(request)
    sid = form_parsers.required(request, kind.parameter)
    if not is_sid(kind.prefix, sid):
        raise TwilioError(21421, text="Phone Number is invalid")
    sender = state.sender(sid)
    if sender is None or sender.account_sid != request.account.sid:
        raise TwilioError(20404, path=request.path)
    holder = state.service_of_number.get(sid)
    if holder is not None:
        raise TwilioError(21710 if holder == service.sid else 21712)
    if isinstance(sender, IncomingPhoneNumber | ShortCode):
        _check_fits(state, service, sender)
    now = request.context.now()
    row = state.pool.put(PoolMember(service.sid, sid, request.account.sid, sender.phone_number, now, now))
    return Response(201, responses.json_bytes(_document(request, kind, row)))


def _check_fits(state: State, service: Service, sender: IncomingPhoneNumber | ShortCode) -> None:
    if not (sender.capabilities.sms or sender.capabilities.mms):
        raise TwilioError(21715)
    if sum(row.number_sid[:2] != "XE" for row in state.members(service)) >= POOL_LIMIT:
        raise TwilioError(21714)


def list_(request: ApiRequest, kind: _Kind) -> Response:
    """Show a page of the pool's senders of one type."""
    rows = [
        row for row in request.context.state.members(SERVICES.find(request)) if row.number_sid.startswith(kind.prefix)
    ]
    return paging.product_page_of(request, rows, kind.key, document=partial(_document, request, kind))


def fetch(request: ApiRequest, kind: _Kind) -> Response:
    """Show one sender of a pool."""
    return Response(200, responses.json_bytes(_document(request, kind, _find(request, kind))))


def delete(request: ApiRequest, kind: _Kind) -> Response:
    """Remove a sender from a pool; the account keeps it."""
    request.context.state.pool.remove(_find(request, kind).sid)
    return Response(204)


def _find(request: ApiRequest, kind: _Kind) -> PoolMember:
    sid = request.variables["number"]
    row = request.context.state.pool.get(f"{SERVICES.find(request).sid}/{sid}", request.account.sid)
    if row is None or not sid.startswith(kind.prefix):
        raise TwilioError(20404, path=request.path)
    return row


ROUTES = tuple(
    Route(
        method,
        f"/v1/Services/{{service}}/{kind.path}{path}",
        f"services.{kind.operations}.{name}",
        partial(handler, kind=kind),
    )
    for kind in _KINDS
    for method, path, name, handler in (
        ("GET", "", "list", list_),
        ("POST", "", "create", create),
        ("GET", "/{number}", "fetch", fetch),
        ("DELETE", "/{number}", "delete", delete),
    )
)
