"""The clock: reading it, advancing a manual clock, and waiting until the fake is idle."""

import asyncio

from fake_twilio.clock import ManualClock, RealClock
from fake_twilio.control.request import ControlRequest, ProblemError
from fake_twilio.model.dates import iso_milliseconds
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route

MAX_WAIT_S = 600.0


def show(request: ControlRequest) -> Response:
    """Show the time, the type of clock, and when something is due next."""
    clock = request.context.clock
    match clock:
        case ManualClock():
            kind = "manual"
        case RealClock(speed=speed) if speed != 1.0:
            kind = f"x{speed:g}"
        case _:
            kind = "real"
    due = request.context.scheduler.next_due
    return json_response(
        200, {"kind": kind, "now": iso_milliseconds(clock.now()), "next_due": iso_milliseconds(due) if due else None}
    )


async def advance(request: ControlRequest) -> Response:
    """Advance a manual clock; respond once everything that became due has run, callbacks included."""
    clock = request.context.clock
    if not isinstance(clock, ManualClock):
        raise ProblemError(
            409, "The clock is not manual", "only a manual clock can be advanced: start the fake with --clock manual"
        )
    document = await request.json({"seconds": (int, float)}, required=("seconds",))
    seconds = float(document["seconds"])
    if not 0 <= seconds <= 10 * 365 * 86_400:
        raise ProblemError(400, "Bad body", f"seconds: {seconds:g} is not between 0 and ten years")
    await clock.advance(seconds)
    request.context.events.publish("clock", {"now": iso_milliseconds(clock.now())})
    return show(request)


async def idle(request: ControlRequest) -> Response:
    """Respond once no step, callback or webhook is due or in flight; 408 if that takes too long."""
    timeout = request.seconds("timeout", 5.0, MAX_WAIT_S)
    scheduler = request.context.scheduler
    try:
        async with asyncio.timeout(timeout):
            while await scheduler.wait_idle() or scheduler.next_due is not None:
                if scheduler.next_due is not None:
                    if isinstance(request.context.clock, ManualClock):
                        break
                    await request.context.clock.sleep_until(scheduler.next_due)
    except TimeoutError:
        raise ProblemError(408, "Still busy", f"something is still due or in flight after {timeout:g} s") from None
    due = scheduler.next_due
    return json_response(200, {"idle": due is None, "next_due": iso_milliseconds(due) if due else None})


ROUTES = (
    Route("GET", "/clock", "control.clock", show),
    Route("POST", "/clock/advance", "control.advance", advance),
    Route("GET", "/idle", "control.idle", idle),
)
