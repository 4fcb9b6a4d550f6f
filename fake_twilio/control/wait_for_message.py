"""Waiting for a message by its content, never by a count."""

from heapq import merge, nsmallest
from itertools import takewhile

from fake_twilio.context import describe
from fake_twilio.control.request import ControlRequest, ProblemError
from fake_twilio.model.message import Message
from fake_twilio.model.patterns import PatternError, compiled
from fake_twilio.waiting import next_message
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route

MAX_WAIT_S = 600.0
NEAR_MISSES = 10


class Wanted:
    """The conditions that a caller waits for; empty conditions match everything.

    ``after`` is a cursor from an earlier response.
    """

    def __init__(
        self, to: str = "", sender: str = "", body: str = "", *, status: str = "", direction: str = "", after: int = 0
    ) -> None:
        self._exact = {"to": to, "sender": sender, "status": status, "direction": direction}
        self._body = compiled(body)
        self._after = after

    def newer(self, rows: dict[str, Message]) -> list[Message]:
        """Return one account's messages after the cursor, oldest first; ``rows`` are in order of creation."""
        after = self._after
        return [*takewhile(lambda row: row.number > after, reversed(rows.values()))][::-1]

    def misses(self, message: Message) -> list[str]:
        """Return the conditions that a message does not meet."""
        missed = [name for name, value in self._exact.items() if value and getattr(message, name) != value]
        if not self._body.search(message.body):
            missed.append("body")
        if message.number <= self._after:
            missed.append("after")
        return ["from" if name == "sender" else name for name in missed]


async def wait(request: ControlRequest) -> Response:
    """Respond as soon as a message matches; 408 with the near misses if none matches in time."""
    query = request.query
    timeout = request.seconds("timeout", 5.0, MAX_WAIT_S)
    after = request.whole_number("after", 0)
    try:
        wanted = Wanted(
            query.get("to"),
            query.get("from"),
            query.get("body"),
            status=query.get("status"),
            direction=query.get("direction"),
            after=after,
        )
    except PatternError as exc:
        raise ProblemError(400, "Bad query", f"body={query.get('body')!r} {exc}") from None
    message = await _first(request, wanted, timeout)
    return json_response(200, {"message": describe(message), "cursor": str(message.number)})


async def _first(request: ControlRequest, wanted: Wanted, timeout: float) -> Message:
    context = request.context
    logs = context.state.logs.values()
    for row in merge(*(wanted.newer(log.rows) for log in logs), key=lambda row: row.number):
        if not row.refused and not wanted.misses(row):
            return row
    message = await next_message(context, lambda row: not wanted.misses(row), timeout)
    if message is not None:
        return message
    near = nsmallest(NEAR_MISSES, context.state.messages(), key=lambda row: (len(wanted.misses(row)), -row.number))
    raise ProblemError(
        408,
        "No such message",
        f"no message matched within {timeout:g} s",
        near_misses=[{"message": describe(row), "misses": wanted.misses(row)} for row in near],
    )


ROUTES = (Route("GET", "/messages/wait", "control.messages.wait", wait),)
