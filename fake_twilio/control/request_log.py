"""The logs: every request answered, every webhook attempt made."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

from fake_twilio.control.request import MAX_NUMBER, ControlRequest, ProblemError
from fake_twilio.errors import CATALOGUE, title
from fake_twilio.model.alert import Alert
from fake_twilio.model.dates import iso_milliseconds
from fake_twilio.request_log import Exchange, Journal, T, WebhookAttempt
from fake_twilio.web import json_text
from fake_twilio.web.response import Response, json_response
from fake_twilio.web.router import Route
from fake_twilio.webhooks.signature import base_string


def requests(request: ControlRequest) -> Response:
    """Show the requests, filtered by operation, recipient and sender; ``since`` skips entries up to a number."""
    entries = [describe_request(entry) for entry in _recent(request, request.context.requests)]
    return json_response(200, {"requests": _filtered(request, entries), "dropped": request.context.requests.dropped})


def webhooks(request: ControlRequest) -> Response:
    """Show the webhook attempts, with the same filters."""
    found = _alerts(request)
    entries = [
        describe_webhook(entry, found.get(_key(entry), [])) for entry in _recent(request, request.context.webhooks)
    ]
    return json_response(200, {"webhooks": _filtered(request, entries), "dropped": request.context.webhooks.dropped})


def show_request(request: ControlRequest) -> Response:
    """Show one request by its number."""
    return json_response(200, describe_request(_one(request, request.context.requests)))


def show_webhook(request: ControlRequest) -> Response:
    """Show one webhook attempt by its number."""
    entry = _one(request, request.context.webhooks)
    return json_response(200, describe_webhook(entry, _alerts(request).get(_key(entry), [])))


def describe_request(entry: Exchange) -> dict[str, Any]:
    """Return a request and its response as plain values, without credentials."""
    body = entry.body.decode("utf-8", "replace")
    form = dict(parse_qsl(body, keep_blank_values=True))
    return {
        "number": entry.number,
        "at": iso_milliseconds(entry.at),
        "operation": entry.operation,
        "method": entry.method,
        "path": entry.target.partition("?")[0],
        "target": entry.target,
        "account_sid": entry.account_sid,
        "to": form.get("To", ""),
        "from": form.get("From", ""),
        "headers": {name.decode("latin-1"): value.decode("latin-1") for name, value in entry.headers},
        "body": body,
        "status": entry.status or None,
        "response": entry.response.decode("utf-8", "replace"),
        "response_type": entry.response_type,
        "request_id": entry.request_id,
        "fault": entry.fault or None,
        "why": _why(entry),
        "seconds": round(entry.seconds, 6),
        "messages_before": entry.messages_before,
    }


def _why(entry: Exchange) -> str | None:
    """Return the error code of a rejected request and when it occurs, or None if no rule of the fake rejected it."""
    if entry.status < 400 or entry.fault:
        return None
    try:
        code = json_text.loads(entry.response.decode("utf-8", "replace"))["code"]
    except (ValueError, TypeError, KeyError):
        return None
    row = CATALOGUE.get(code) if isinstance(code, int) else None
    return f"{code}: {row.when}" if row else None


def describe_webhook(entry: WebhookAttempt, alerts: Sequence[Alert] = ()) -> dict[str, Any]:
    """Return a webhook attempt as plain values, with the inputs of its signature and the alerts it raised."""
    sent = dict(entry.headers).get("X-Twilio-Signature", "")
    url = entry.signed_url or entry.url
    signed = [] if entry.method == "GET" else parse_qsl(entry.body, keep_blank_values=True)
    return {
        "number": entry.number,
        "at": iso_milliseconds(entry.at),
        "operation": entry.kind,
        "message_sid": entry.message_sid,
        "account_sid": entry.account_sid,
        "from": entry.sender,
        "to": entry.to,
        "event": entry.event or None,
        "method": entry.method,
        "url": entry.url,
        "headers": dict(entry.headers),
        "body": entry.body,
        "attempt": entry.attempt,
        "status": entry.status,
        "response": entry.response,
        "response_type": entry.response_type,
        "error": entry.error or None,
        "signature": {
            "sent": sent,
            "genuine": bool(sent) and not entry.forged,
            "base_string": base_string(url, signed),
        },
        "fault": entry.fault or None,
        "alerts": [
            {"sid": alert.sid, "code": alert.code, "level": alert.level, "text": title(alert.code)} for alert in alerts
        ],
        "seconds": round(entry.seconds, 6),
        "messages_before": entry.messages_before,
        "requests_before": entry.requests_before,
    }


_Call = tuple[str, str, str]


def _alerts(request: ControlRequest) -> dict[_Call, list[Alert]]:
    """Return the alerts, keyed by the call that caused them: message, URL and content."""
    found: dict[_Call, list[Alert]] = {}
    for alert in request.context.state.alerts:
        found.setdefault((alert.resource_sid, alert.request_url, alert.request_variables), []).append(alert)
    return found


def _key(entry: WebhookAttempt) -> _Call:
    return entry.message_sid, entry.url, entry.body


def _one(request: ControlRequest, journal: Journal[T]) -> T:
    number = request.variables["number"]
    entry = next((entry for entry in journal.entries if str(entry.number) == number), None)
    if entry is None:
        raise ProblemError(404, "No such entry", f"no entry {number} in the log: it never existed or was dropped")
    return entry


def _recent(request: ControlRequest, journal: Journal[T]) -> list[T]:
    """Return the newest ``limit`` entries after the one that ``since`` names."""
    entries = list(journal.since(request.whole_number("since", 0)))
    return entries[-request.whole_number("limit", MAX_NUMBER, 1) :]


def _filtered(request: ControlRequest, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    wanted = {name: request.query.get(name) for name in ("operation", "to", "from") if request.query.get(name)}
    return [entry for entry in entries if all(entry[name] == value for name, value in wanted.items())]


ROUTES = (
    Route("GET", "/requests", "control.requests", requests),
    Route("GET", "/requests/{number}", "control.request", show_request),
    Route("GET", "/webhooks", "control.webhooks", webhooks),
    Route("GET", "/webhooks/{number}", "control.webhook", show_webhook),
)
