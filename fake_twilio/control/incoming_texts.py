"""Incoming texts in bulk, from a CSV file in the body."""

from fake_twilio.control.request import MAX_BODY, ControlRequest, ProblemError
from fake_twilio.messages.incoming_texts import IncomingTextsError
from fake_twilio.web.body import BodyError, read_body
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route


async def plan(request: ControlRequest) -> Response:
    """Plan the texts of a CSV file (columns ``seconds``, ``from``, ``to``, ``body``): 201 with how many there are."""
    try:
        planned = request.backend.incoming_texts.plan(await read_body(request.raw, MAX_BODY))
    except BodyError as exc:
        raise ProblemError(exc.status, "Bad body", str(exc)) from None
    except IncomingTextsError as exc:
        raise ProblemError(400, "Bad body", str(exc), errors=exc.problems) from None
    return json_response(201, {"planned": planned})


ROUTES = (Route("POST", "/incoming-texts", "control.incoming_texts", plan),)
