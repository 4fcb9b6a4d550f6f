"""Messages parked by a ``hold`` fault: listing and releasing them."""

from fake_twilio.context import describe
from fake_twilio.control.request import ControlRequest, ProblemError
from fake_twilio.faults.final_statuses import release_problems
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route


def list_(request: ControlRequest) -> Response:
    """Show the parked messages, oldest first."""
    state = request.context.state
    rows = [state.message(account_sid, sid) for sid, account_sid in state.held.items()]
    return json_response(200, {"held": [describe(row) for row in rows if row is not None]})


async def release(request: ControlRequest) -> Response:
    """Release a parked message, to continue normally if no status is given; return the message as it is afterwards."""
    sid = request.variables["sid"]
    document = await request.json({"status": str, "error_code": int})
    status, error_code = document.get("status", ""), document.get("error_code")
    errors = release_problems(status, error_code)
    if errors:
        raise ProblemError(400, "Bad body", "; ".join(errors), errors=errors)
    state = request.context.state
    account_sid = state.held.get(sid)
    message = state.message(account_sid, sid) if account_sid is not None else None
    if message is None:
        held = ", ".join(state.held) or "none"
        known = any(sid in log.rows for log in state.logs.values())
        title = "Not held" if known else "No such message"
        raise ProblemError(409 if known else 404, title, f"{sid} is not parked; parked messages: {held}")
    request.backend.carrier.release(message, status, error_code)
    await request.context.scheduler.wait_idle()
    return json_response(200, describe(state.message(message.account_sid, sid) or message))


ROUTES = (
    Route("GET", "/held", "control.held.list", list_),
    Route("POST", "/held/{sid}/release", "control.held.release", release),
)
