"""Health, how programs reach this fake, and reset."""

import re

from fake_twilio.control.request import ControlRequest
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route

_ACCOUNT = r"AC[0-9a-f]{32}"


def health(request: ControlRequest) -> Response:
    """Report that the fake is ready, and describe it."""
    context = request.context
    return json_response(
        200,
        {
            "status": "ok",
            "accounts": sorted(context.state.accounts),
            "messages": context.state.message_count,
            "pace": context.pace,
            "faults": sum(1 for _ in context.faults),
        },
    )


def environment(request: ControlRequest) -> Response:
    """Show the fake's URLs, its certificate files, the first account's credentials, and the upstream Twilio.

    ``fake-twilio env`` turns them into variables.
    """
    context = request.context
    passed_on = next((entry.target for entry in reversed(context.requests.entries) if context.upstream), "")
    account = re.search(_ACCOUNT, passed_on)
    return json_response(
        200, {**context.ready(), "upstream": context.upstream, "upstream_account_sid": account[0] if account else None}
    )


def reset(request: ControlRequest) -> Response:
    """Reset to the seed."""
    request.context.reset()
    return Response(204)


ROUTES = (
    Route("GET", "/health", "control.health", health),
    Route("GET", "/environment", "control.environment", environment),
    Route("POST", "/reset", "control.reset", reset),
)
