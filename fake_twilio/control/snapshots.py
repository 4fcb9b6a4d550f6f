"""Snapshots: the whole state out, and in again."""

from fake_twilio.control.request import ControlRequest, ProblemError
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route


async def fetch(call: ControlRequest) -> Response:
    """Give the whole state, once nothing is in flight."""
    from fake_twilio.snapshot import take

    await call.world.agenda.settle()
    return json_response(200, take(call.world))


async def put(call: ControlRequest) -> Response:
    """Put a snapshot in the place of everything there is."""
    from fake_twilio.snapshot import SnapshotError, restore

    document = await call.document()
    try:
        restore(call.network, document)
    except SnapshotError as error:
        raise ProblemError(400, "Not a snapshot", str(error), error.problems) from None
    return Response(204)


ROUTES = (
    Route("GET", "/snapshot", "control.snapshot.fetch", fetch),
    Route("PUT", "/snapshot", "control.snapshot.put", put),
)
