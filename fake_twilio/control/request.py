"""One request to the control API, and its errors: RFC 9457 problems."""

import re
from functools import cached_property
from typing import Any
from urllib.parse import unquote

from aiohttp import web

from fake_twilio.backend import Backend
from fake_twilio.context import Context
from fake_twilio.model.addresses import e164
from fake_twilio.seed.text_files import decoded
from fake_twilio.web import json_text
from fake_twilio.web.body import BodyError, read_body
from fake_twilio.web.forms import Form, decode
from fake_twilio.web.response import Response

MAX_BODY = 67_108_864
"""Maximum number of bytes in a body; snapshots are the largest."""
MAX_DIGITS = 15
MAX_NUMBER = 10**MAX_DIGITS - 1
"""Largest integer in a query."""


_SECONDS = r"[0-9]{1,15}(\.[0-9]{1,15})?"


class ProblemError(Exception):
    """The control API rejects a request; ``errors`` has an entry for each problem."""

    def __init__(
        self, status: int, title: str, detail: str = "", *, errors: list[str] | None = None, **more: Any
    ) -> None:
        super().__init__(detail or title)
        self.status = status
        self.document: dict[str, Any] = {"type": "about:blank", "title": title, "status": status}
        if detail:
            self.document["detail"] = detail
        if errors:
            self.document["errors"] = errors
        self.document.update(more)

    def response(self) -> Response:
        """Return the problem as a response."""
        return Response(self.status, json_text.dumps(self.document), "application/problem+json")


class ControlRequest:
    """A request, for handlers of the control API."""

    def __init__(self, backend: Backend, request: web.BaseRequest, query: str) -> None:
        self.backend = backend
        self.context: Context = backend.context
        self.raw = request
        self.method = request.method
        self.raw_query = query
        self.variables: dict[str, str] = {}

    @cached_property
    def query(self) -> Form:
        """The decoded query string."""
        return decode(self.raw_query.encode("utf-8", "surrogateescape"))

    def seconds(self, name: str, default: float, most: float) -> float:
        """Return a number of seconds from the query.

        Raises:
            ProblemError: 400 if it is not a number between 0 and ``most``.
        """
        text = self.query.get(name)
        if not text:
            return default
        if not re.fullmatch(_SECONDS, text) or float(text) > most:
            detail = f"{name}={text[:40]!r} is not a number of seconds between 0 and {most:g}"
            raise ProblemError(400, "Bad query", detail)
        return float(text)

    def whole_number(self, name: str, default: int, least: int = 0, *, most: int = MAX_NUMBER) -> int:
        """Return an integer from the query.

        Raises:
            ProblemError: 400 if it is not an integer between ``least`` and ``most``.
        """
        text = self.query.get(name)
        if not text:
            return default
        if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS and least <= int(text) <= most):
            detail = f"{name}={text[:40]!r} is not a whole number between {least} and {most}"
            raise ProblemError(400, "Bad query", detail)
        return int(text)

    @property
    def phone(self) -> str:
        """The phone number in the path, in E.164 format; its ``+`` may be omitted.

        Raises:
            ProblemError: 400 if it is not a phone number.
        """
        given = unquote(self.variables["number"]).strip()
        number = e164(given if given.startswith("+") else f"+{given}")
        if number is None:
            raise ProblemError(400, "Not a phone number", f"{given!r} is not a number such as +12015550101")
        return number

    async def json(self, shape: dict[str, type | tuple[type, ...]], required: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the JSON object in the body, whose members have the types in ``shape``.

        Raises:
            ProblemError: 400, naming every member that is unknown, missing or of the wrong type.
        """
        document = await self.document()
        if not isinstance(document, dict):
            raise ProblemError(400, "Bad body", "the body is not a JSON object")
        errors = [f"{name}: unknown key; known keys: {', '.join(shape)}" for name in document if name not in shape]
        errors += [f"{name}: is missing" for name in required if name not in document]
        errors += [
            f"{name}: {document[name]!r} is not {_kind(kind)}"
            for name, kind in shape.items()
            if name in document
            and (not isinstance(document[name], kind) or (isinstance(document[name], bool) and kind is not bool))
        ]
        if errors:
            raise ProblemError(400, "Bad body", "; ".join(errors), errors=errors)
        return document

    async def document(self) -> Any:
        """Return the decoded JSON body; an empty body is an empty object.

        Raises:
            ProblemError: 400 if it is not JSON or cannot be read, 413 if it is too long.
        """
        try:
            body = await read_body(self.raw, MAX_BODY)
        except BodyError as exc:
            raise ProblemError(exc.status, "Bad body", str(exc)) from None
        if not body.strip():
            return {}
        try:
            return json_text.loads(decoded(body))
        except ValueError as exc:
            raise ProblemError(400, "Bad body", f"the body is not JSON: {exc}") from None


_KINDS = {
    str: "a string",
    int: "a whole number",
    float: "a number",
    dict: "an object",
    list: "a list",
    bool: "true or false",
}


def _kind(kind: type | tuple[type, ...]) -> str:
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return _KINDS[float] if kinds == (int, float) else " or ".join(_KINDS[one] for one in kinds)
