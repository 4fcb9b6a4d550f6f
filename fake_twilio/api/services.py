"""Messaging services, in the v1 product API.

Source: Twilio's API reference, Messaging Services.
"""

from typing import Any

from fake_twilio.api import form_parsers
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.resource import ProductResource, shown
from fake_twilio.model.dates import iso_seconds
from fake_twilio.model.service import Service
from fake_twilio.web.response import Response

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


_KEYS = (
    "account_sid", "sid", "date_created", "date_updated", "friendly_name", "inbound_request_url?", "inbound_method",
    "fallback_url?", "fallback_method", "status_callback?", "sticky_sender", "mms_converter", "smart_encoding",
    "fallback_to_long_code", "scan_message_content", "area_code_geomatch", "validity_period", "synchronous_validation",
    "usecase", "us_app_to_person_registered", "use_inbound_webhook_on_number", "links", "url",
)  # fmt: skip
_FLAGS = (
    "StickySender", "MmsConverter", "SmartEncoding", "FallbackToLongCode", "AreaCodeGeomatch", "SynchronousValidation",
    "UseInboundWebhookOnNumber",
)  # fmt: skip


def service_document(request: ApiRequest, row: Service) -> dict[str, Any]:
    """Return a service with every key in Twilio's response; links use the origin that was called."""
    url = f"{request.origin}{_BASE}/{row.sid}"
    return shown(row, _KEYS, iso_seconds, links={name: f"{url}/{path}" for name, path in _LINKS.items()}, url=url)


SERVICES = ProductResource(
    lambda state: state.services,
    service_document,
    key="services",
    variable="service",
    fields={
        "FriendlyName": form_parsers.name,
        **dict.fromkeys(("InboundRequestUrl", "FallbackUrl", "StatusCallback"), form_parsers.url),
        **dict.fromkeys(("InboundMethod", "FallbackMethod"), form_parsers.method),
        **dict.fromkeys(_FLAGS, form_parsers.flag),
        "ScanMessageContent": form_parsers.choice("inherit", "enable", "disable"),
        "ValidityPeriod": form_parsers.whole(1, 36_000, 21624),
        "Usecase": form_parsers.choice(*USECASES, code=21713),
    },
)


def create(request: ApiRequest) -> Response:
    """Create a service: 201."""
    form_parsers.required(request, "FriendlyName")
    now = request.context.now()
    row = Service(request.context.ids.sid("MG"), request.account.sid, "", now, now)
    return SERVICES.put(request, SERVICES.configured(request, row), 201)


ROUTES = SERVICES.routes(_BASE, "services", create=create)
