"""Health and reset."""

from fake_twilio.control.request import ControlRequest
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route


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


def reset(request: ControlRequest) -> Response:
    """Reset to the seed."""
    request.context.reset()
    return Response(204)


ROUTES = (Route("GET", "/health", "control.health", health), Route("POST", "/reset", "control.reset", reset))
