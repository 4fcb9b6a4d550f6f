"""Health and reset."""

from fake_twilio.control.request import ControlRequest
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route


def health(call: ControlRequest) -> Response:
    """Say that the fake is ready, and what it is."""
    world = call.world
    return json_response(
        200,
        {
            "status": "ok",
            "accounts": sorted(world.state.accounts),
            "messages": world.state.message_count,
            "pace": world.pace,
            "faults": sum(1 for _ in world.faults),
        },
    )


def reset(call: ControlRequest) -> Response:
    """Go back to the seed."""
    call.world.reset()
    return Response(204)


ROUTES = (Route("GET", "/health", "control.health", health), Route("POST", "/reset", "control.reset", reset))
