"""Messaging services, in the v1 product API.

Source: Twilio's API reference, Messaging Services.
"""

from typing import Any

from fake_twilio.api import form_parsers
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.resource import ProductResource
from fake_twilio.model.dates import iso_seconds
from fake_twilio.model.service import Service
from fake_twilio.web.response import Response
from fake_twilio.web.router import Route

_BASE = "/v1/Services"

USECASES = ("notifications", "marketing", "verification", "discussion", "poll", "undeclared")
"""Possible use cases of a service, as listed in the specification."""

_LINKS = {
    "phone_numbers": "PhoneNumbers",
    "short_codes": "ShortCodes",
    "alpha_senders": "AlphaSenders",
    "messages": "Messages",
    "us_app_to_person": "Compliance/Usa2p",
    "us_app_to_person_usecases": "Compliance/Usa2p/Usecases",
    "channel_senders": "ChannelSenders",
    "destination_alpha_senders": "DestinationAlphaSenders",
}


def service_document(request: ApiRequest, row: Service) -> dict[str, Any]:
    """Return a service with every key in Twilio's response; links use the origin that was called."""
    url = f"{request.origin}{_BASE}/{row.sid}"
    return {
        "account_sid": row.account_sid,
        "sid": row.sid,
        "date_created": iso_seconds(row.created),
        "date_updated": iso_seconds(row.updated),
        "friendly_name": row.friendly_name,
        "inbound_request_url": row.inbound_request_url or None,
        "inbound_method": row.inbound_method,
        "fallback_url": row.fallback_url or None,
        "fallback_method": row.fallback_method,
        "status_callback": row.status_callback or None,
        "sticky_sender": row.sticky_sender,
        "mms_converter": row.mms_converter,
        "smart_encoding": row.smart_encoding,
        "fallback_to_long_code": row.fallback_to_long_code,
        "scan_message_content": row.scan_message_content,
        "area_code_geomatch": row.area_code_geomatch,
        "validity_period": row.validity_period,
        "synchronous_validation": row.synchronous_validation,
        "usecase": row.usecase,
        "us_app_to_person_registered": row.us_app_to_person_registered,
        "use_inbound_webhook_on_number": row.use_inbound_webhook_on_number,
        "links": {name: f"{url}/{path}" for name, path in _LINKS.items()},
        "url": url,
    }


SERVICES = ProductResource(
    lambda state: state.services,
    service_document,
    key="services",
    variable="service",
    fields={
        "FriendlyName": ("friendly_name", form_parsers.name),
        "InboundRequestUrl": ("inbound_request_url", form_parsers.url),
        "InboundMethod": ("inbound_method", form_parsers.method),
        "FallbackUrl": ("fallback_url", form_parsers.url),
        "FallbackMethod": ("fallback_method", form_parsers.method),
        "StatusCallback": ("status_callback", form_parsers.url),
        "StickySender": ("sticky_sender", form_parsers.flag),
        "MmsConverter": ("mms_converter", form_parsers.flag),
        "SmartEncoding": ("smart_encoding", form_parsers.flag),
        "ScanMessageContent": ("scan_message_content", form_parsers.choice("inherit", "enable", "disable")),
        "FallbackToLongCode": ("fallback_to_long_code", form_parsers.flag),
        "AreaCodeGeomatch": ("area_code_geomatch", form_parsers.flag),
        "ValidityPeriod": ("validity_period", form_parsers.whole(1, 36_000, 21624)),
        "SynchronousValidation": ("synchronous_validation", form_parsers.flag),
        "Usecase": ("usecase", form_parsers.choice(*USECASES, code=21713)),
        "UseInboundWebhookOnNumber": ("use_inbound_webhook_on_number", form_parsers.flag),
    },
)


def create(request: ApiRequest) -> Response:
    """Create a service: 201."""
    form_parsers.required(request, "FriendlyName")
    now = request.context.now()
    row = Service(request.context.ids.sid("MG"), request.account.sid, "", now, now)
    return SERVICES.put(request, SERVICES.configured(request, row), 201)


ROUTES = (
    Route("GET", _BASE, "services.list", SERVICES.list_),
    Route("POST", _BASE, "services.create", create),
    Route("GET", _BASE + "/{service}", "services.fetch", SERVICES.fetch),
    Route("POST", _BASE + "/{service}", "services.update", SERVICES.update),
    Route("DELETE", _BASE + "/{service}", "services.delete", SERVICES.delete),
)
