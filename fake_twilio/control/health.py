"""Health and reset."""

from fake_twilio.control.request import ControlCall
from fake_twilio.web.response import Reply, json_reply
from fake_twilio.web.router import Route


def health(call: ControlCall) -> Reply:
    """Say that the fake is ready, and what it is."""
    world = call.world
    return json_reply(
        200,
        {
            "status": "ok",
            "accounts": sorted(world.state.accounts),
            "messages": world.state.message_count,
            "pace": world.pace,
            "faults": sum(1 for _ in world.faults),
        },
    )


def reset(call: ControlCall) -> Reply:
    """Go back to the seed."""
    call.world.reset()
    return Reply(204)


ROUTES = (Route("GET", "/health", "control.health", health), Route("POST", "/reset", "control.reset", reset))
