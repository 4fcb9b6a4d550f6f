"""Snapshots: saving and restoring the whole state."""

from fake_twilio.control.request import ControlRequest, ProblemError
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route


async def fetch(request: ControlRequest) -> Response:
    """Return the whole state, once nothing is in flight."""
    from fake_twilio.snapshot import take

    await request.context.scheduler.wait_idle()
    return json_response(200, take(request.context))


async def put(request: ControlRequest) -> Response:
    """Replace the whole state with a snapshot."""
    from fake_twilio.snapshot import SnapshotError, restore

    document = await request.document()
    try:
        restore(request.backend, document)
    except SnapshotError as exc:
        raise ProblemError(400, "Not a snapshot", str(exc), errors=exc.problems) from None
    return Response(204)


ROUTES = (
    Route("GET", "/snapshot", "control.snapshot.fetch", fetch),
    Route("PUT", "/snapshot", "control.snapshot.put", put),
)
