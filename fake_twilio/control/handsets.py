"""Handsets: sending messages to Twilio numbers, singly or from a CSV file, and showing a handset's conversations."""

from fake_twilio.context import describe
from fake_twilio.control.request import MAX_BODY, ControlRequest, ProblemError
from fake_twilio.messages import incoming_texts
from fake_twilio.messages.handsets import UnknownNumberError
from fake_twilio.messages.incoming_texts import IncomingTextsError
from fake_twilio.web.body import BodyError, read_body
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route
from fake_twilio.webhooks.request import callable_url

MAX_MEDIA = 10


async def send(request: ControlRequest) -> Response:
    """Send a message to a Twilio number, a short code or a channel sender: 201 with the inbound message."""
    document = await request.json({"to": str, "body": str, "media_urls": list, "profile_name": str}, required=("to",))
    media_urls = document.get("media_urls", [])
    errors = [
        f"media_urls.{index}: {url!r} is not an http or https address"
        for index, url in enumerate(media_urls)
        if not isinstance(url, str) or not callable_url(url)
    ]
    if len(media_urls) > MAX_MEDIA:
        errors.append(f"media_urls: {len(media_urls)} URLs, but at most {MAX_MEDIA} are allowed")
    if errors:
        raise ProblemError(400, "Bad body", "; ".join(errors), errors=errors)
    try:
        message = request.backend.handsets.send(
            request.phone,
            document["to"],
            document.get("body", ""),
            media_urls=media_urls,
            profile_name=document.get("profile_name", ""),
        )
    except UnknownNumberError as exc:
        raise ProblemError(404, "No such Twilio number", str(exc)) from None
    return json_response(201, describe(message))


def conversation(request: ControlRequest) -> Response:
    """Show the messages on a handset, in both directions, in order."""
    messages = request.backend.handsets.conversation(request.phone)
    return json_response(200, {"messages": [describe(message) for message in messages]})


async def read(request: ControlRequest) -> Response:
    """Open the messages received over WhatsApp or RCS: 200 with those that are ``read`` from then on."""
    messages = request.backend.handsets.read(request.phone)
    return json_response(200, {"messages": [describe(message) for message in messages]})


async def plan(request: ControlRequest) -> Response:
    """Schedule the messages in a CSV file (columns ``seconds``, ``from``, ``to``, ``body``): 201 with their number."""
    try:
        planned = incoming_texts.plan(request.backend.handsets, await read_body(request.raw, MAX_BODY))
    except BodyError as exc:
        raise ProblemError(exc.status, "Bad body", str(exc)) from None
    except IncomingTextsError as exc:
        raise ProblemError(400, "Bad body", str(exc), errors=exc.problems) from None
    return json_response(201, {"planned": planned})


ROUTES = (
    Route("POST", "/handsets/{number}/read", "control.handsets.read", read),
    Route("POST", "/handsets/{number}/messages", "control.handsets.send", send),
    Route("GET", "/handsets/{number}/messages", "control.handsets.conversation", conversation),
    Route("POST", "/incoming-texts", "control.incoming_texts", plan),
)
