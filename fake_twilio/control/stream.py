"""Server-sent events: every change as it happens, for the page and for scripts."""

from aiohttp import web

from fake_twilio.control.request import MAX_DIGITS, ControlRequest
from fake_twilio.web import json_text
from fake_twilio.web.router import Route


async def events(request: ControlRequest) -> web.StreamResponse:
    """Send events until the listener disconnects; ``Last-Event-ID`` replays missed events that are still buffered."""
    last = request.raw.headers.get("Last-Event-ID", "")
    # After reading the greeting, a listener misses nothing.
    known = last.isascii() and last.isdigit() and len(last) <= MAX_DIGITS
    since = int(last) if known else request.context.events.last
    response = web.StreamResponse(
        headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    )
    await response.prepare(request.raw)
    await response.write(b": hello\n\n")
    async for event in request.context.events.listen(since):
        data = json_text.dumps(event.data).decode()
        await response.write(f"id: {event.number}\nevent: {event.type}\ndata: {data}\n\n".encode())
    return response


ROUTES = (Route("GET", "/events", "control.events", events),)
