"""How programs reach this fake: what `fake-twilio env` turns into variables."""

from fake_twilio.control.request import ControlRequest
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route


def show(request: ControlRequest) -> Response:
    """Give addresses, certificate files and the first account's credentials."""
    return json_response(200, request.context.ready())


ROUTES = (Route("GET", "/environment", "control.environment", show),)
