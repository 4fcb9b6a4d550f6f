"""Shared code for the Webhooks API: validated JSON, lists, and RFC 9457 errors.

Source: Twilio's documentation of the Webhooks configuration API and of errors 59000, 59103, 59202; twilio-python 9.13.
"""

import json
import re
from typing import Any, TypeVar

from fake_twilio.api import responses
from fake_twilio.api.request import ApiRequest
from fake_twilio.api.resource import ProductResource, Row
from fake_twilio.errors import TwilioError
from fake_twilio.model.webhook_rule import resource_id
from fake_twilio.seed.validators import Check, read
from fake_twilio.web.response import Response

BASE = "/v1/Webhooks"
MAX_NAME, MAX_DESCRIPTION, MAX_URL = 255, 1024, 2048

R = TypeVar("R", bound=Row)
_UUID7 = "(?i)[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def refused(code: int, detail: str, status: int | None = None) -> TwilioError:
    """Return the error for a rejected request, with what is wrong with it."""
    return TwilioError(code, status=status, text=detail, rfc9457=True)


def given(request: ApiRequest, shape: dict[str, Check], required: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the values of the JSON body; null counts as omitted.

    Raises:
        TwilioError: 59000 with every problem.
    """
    key = request.raw.headers.get("Idempotency-Key")
    if key is not None and not re.fullmatch(_UUID7, key):
        raise refused(59000, "Idempotency-Key: is not a UUIDv7")
    try:
        document = json.loads(request.body or b"{}")
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict):
        raise refused(59000, "the body is not a JSON object")
    problems: list[str] = []
    values = read(shape, _without_nulls(document), "", problems=problems)
    problems += [f"{name}: is missing" for name in required if name not in values]
    if problems:
        raise refused(59000, "; ".join(problems))
    return values


def bounded(most: int) -> Check:
    """Return a check for a string's length."""

    def check(value: Any, path: str, problems: list[str]) -> str:
        if isinstance(value, str) and len(value) <= most:
            return value
        problems.append(f"{path}: is not a string of at most {most} characters")
        return ""

    return check


def new_id(request: ApiRequest, kind: str) -> str:
    """Return the ID of a new resource."""
    return resource_id(kind, request.context.ids.uuid())


def _without_nulls(document: Any) -> Any:
    if isinstance(document, dict):
        return {name: _without_nulls(value) for name, value in document.items() if value is not None}
    return [_without_nulls(value) for value in document] if isinstance(document, list) else document


class WebhooksResource(ProductResource[R]):
    """A type of resource, in the format of the Webhooks API."""

    change = "PATCH"

    def missing(self, request: ApiRequest) -> TwilioError:
        """Return the error for a path that names no row."""
        return TwilioError(20404, path=request.path, rfc9457=True)

    def list_(self, request: ApiRequest) -> Response:
        """Show all of the account's rows on one page; Twilio keeps at most 50 of each kind."""
        rows = [self.document(request, row) for row in self.rows(request)]
        meta = {"key": self.key, "pageSize": max(50, len(rows)), "nextToken": None, "previousToken": None}
        return Response(200, responses.json_bytes({"meta": meta, self.key: rows}))
