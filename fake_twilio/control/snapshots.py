"""Snapshots: the whole state out, and in again."""

from fake_twilio.control.request import ControlCall, ProblemError
from fake_twilio.web.response import Reply, json_reply
from fake_twilio.web.router import Route


async def fetch(call: ControlCall) -> Reply:
    """Give the whole state, once nothing is in flight."""
    from fake_twilio.snapshot import take

    await call.world.agenda.settle()
    return json_reply(200, take(call.world))


async def put(call: ControlCall) -> Reply:
    """Put a snapshot in the place of everything there is."""
    from fake_twilio.snapshot import SnapshotError, restore

    document = await call.document()
    try:
        restore(call.network, document)
    except SnapshotError as error:
        raise ProblemError(400, "Not a snapshot", str(error), error.problems) from None
    return Reply(204)


ROUTES = (
    Route("GET", "/snapshot", "control.snapshot.fetch", fetch),
    Route("PUT", "/snapshot", "control.snapshot.put", put),
)
