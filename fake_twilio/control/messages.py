"""Every message of every account, as the carrier sees it, and the phones that take part."""

from heapq import nlargest

from fake_twilio.context import describe
from fake_twilio.control.request import ControlRequest
from fake_twilio.model.addresses import channel
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route

MAX_MESSAGES = 5000
USUAL = 1000


def list_(request: ControlRequest) -> Response:
    """Show the newest messages, oldest first, at most ``limit``."""
    limit = request.whole_number("limit", USUAL, 1, most=MAX_MESSAGES)
    state = request.context.state
    newest = nlargest(limit, state.messages(), key=lambda row: row.number)
    total = sum(1 for _ in state.messages())
    return json_response(
        200,
        {
            "messages": [describe(row) for row in reversed(newest)],
            "total": total,
            "forgotten": request.context.forgotten,
        },
    )


def phones(request: ControlRequest) -> Response:
    """Show every phone that is verified or was ever part of a conversation, and its opt-outs."""
    state = request.context.state
    numbers = {number for verified in state.verified.values() for number in verified}
    for row in state.messages():
        numbers.add(channel((row.to if row.outbound else row.sender) or "")[1])
    numbers = {number for number in numbers if number.startswith("+") and number not in state.senders}
    called = {row.phone_number for row in state.validations if row.rings(request.context.now())}
    numbers |= called
    opted_out: dict[str, list[str]] = {}
    for pair in state.opted_out:
        scope, _, person = pair.partition(" ")
        opted_out.setdefault(person, []).append(scope)
    return json_response(
        200,
        {
            "handsets": [
                {"number": number, "opted_out_of": sorted(opted_out.get(number, [])), "called": number in called}
                for number in sorted(numbers)
            ]
        },
    )


ROUTES = (
    Route("GET", "/messages", "control.messages.list", list_),
    Route("GET", "/handsets", "control.handsets.list", phones),
)
