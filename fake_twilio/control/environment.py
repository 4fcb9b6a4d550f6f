"""How programs reach this fake: the data that ``fake-twilio env`` turns into variables."""

import re

from fake_twilio.control.request import ControlRequest
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route

_ACCOUNT = r"AC[0-9a-f]{32}"


def show(request: ControlRequest) -> Response:
    """Show the fake's URLs, its certificate files, the first account's credentials, and the upstream Twilio."""
    context = request.context
    passed_on = next((entry.target for entry in reversed(context.requests.entries) if context.upstream), "")
    account = re.search(_ACCOUNT, passed_on)
    return json_response(
        200, {**context.ready(), "upstream": context.upstream, "upstream_account_sid": account[0] if account else None}
    )


ROUTES = (Route("GET", "/environment", "control.environment", show),)
