"""Incoming texts by the list: a CSV file says who texts what, and when on the fake's clock."""

import csv
import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import NamedTuple

from fake_twilio.backend import Backend
from fake_twilio.control.request import MAX_BODY, ControlRequest, ProblemError
from fake_twilio.messages.handsets import UnknownNumberError
from fake_twilio.model.addresses import e164
from fake_twilio.web.body import BodyError, read_body
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route

COLUMNS = ("seconds", "from", "to", "body")
LONGEST_S = 366 * 86_400.0

_logger = logging.getLogger(__name__)


class IncomingText(NamedTuple):
    """A row: a person texts a Twilio number some seconds from now."""

    seconds: float
    sender: str
    to: str
    body: str


async def plan(request: ControlRequest) -> Response:
    """Plan the texts of a CSV file with the columns `seconds`, `from`, `to` and `body`: 201 with how many there are."""
    try:
        content = (await read_body(request.raw, MAX_BODY)).decode("utf-8-sig")
    except BodyError as exc:
        raise ProblemError(exc.status, "Bad body", str(exc)) from None
    except UnicodeDecodeError:
        raise ProblemError(400, "Bad body", "the file is not UTF-8") from None
    errors: list[str] = []
    texts = list(_read(content, errors))
    if errors:
        raise ProblemError(400, "Bad body", "; ".join(errors), errors)
    now = request.context.now()
    for text in texts:
        request.context.scheduler.at(now + timedelta(seconds=text.seconds), partial(_send, request.backend, text))
    return json_response(201, {"planned": len(texts)})


def _read(content: str, errors: list[str]) -> Iterator[IncomingText]:
    """Yield the rows; what is wrong is added to `errors`, with its line."""
    rows = csv.DictReader(content.splitlines(keepends=True))
    try:
        if sorted(rows.fieldnames or ()) != sorted(COLUMNS):
            errors.append(f"line 1: the columns are {', '.join(COLUMNS)}, not {', '.join(rows.fieldnames or ['none'])}")
            return
        for row in rows:
            seconds = -1.0
            with suppress(TypeError, ValueError):
                seconds = float(row["seconds"])
            sender = e164(row["from"] or "")
            if not 0 <= seconds <= LONGEST_S:
                errors.append(f"line {rows.line_num}: seconds: {row['seconds']!r} is not a number from 0 to a year")
            if sender is None:
                errors.append(f"line {rows.line_num}: from: {row['from']!r} is not a number such as +12015550101")
            else:
                yield IncomingText(seconds, sender, row["to"] or "", row["body"] or "")
    except csv.Error as exc:
        errors.append(f"line {rows.line_num}: {exc}")


def _send(backend: Backend, text: IncomingText) -> None:
    try:
        backend.handsets.send(text.sender, text.to, text.body)
    except UnknownNumberError as exc:
        # The number may have been released since the file was read.
        _logger.warning("a planned text was not sent: %s", exc)


ROUTES = (Route("POST", "/incoming-texts", "control.incoming_texts", plan),)
