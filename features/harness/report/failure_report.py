"""A timeline of what happened in a scenario, at Twilio and in the driver, for reports on failures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs, urlsplit

from driver.api.frames import EventModel
from driver.domain.events import iso
from harness.personas import Personas
from harness.redaction import shortened
from harness.report.scenario_result import Evidence
from harness.table_diff import cell

Rows = Sequence[Mapping[str, Any]]

HARNESS_AGENT = "features-harness"
"""User agent of the harness's own requests to Twilio's public API, to tell them from the driver's."""


def evidence(
    requests: Rows,
    webhooks: Rows,
    texts: Rows,
    *,
    received: Rows,
    events: Sequence[EventModel],
    log: Rows,
    personas: Personas,
) -> Evidence:
    """Combine the records of Twilio and the driver. People are named; unknown phone numbers are shortened.

    Args:
        requests: Twilio's request log.
        webhooks: Twilio's log of webhook calls.
        texts: Messages that people wrote on their handsets.
        received: Messages that arrived on the handsets.
        events: The driver's events.
        log: The driver's debug log.
        personas: The owners of the numbers.
    """
    asked = [*_asked(requests, personas), *_called(webhooks)]
    everything = [*_written(texts, personas), *asked, *_received(received, personas), *_published(events, personas)]
    timeline = sorted(everything, key=lambda row: row[0])
    return Evidence(
        timeline=[[_clock(at), shortened(who), shortened(what)] for at, who, what in timeline],
        log=[shortened(_line(record)) for record in log],
        journal=[shortened(_exchange(request)) for request in requests],
    )


def _clock(at: str) -> str:
    """Return the time of day of an ISO 8601 timestamp."""
    return at.partition("T")[2].rstrip("Z") or at


def _asked(requests: Rows, personas: Personas) -> Iterable[tuple[str, str, str]]:
    for request in requests:
        target = urlsplit(str(request["target"])).path.rpartition("/")[2]
        form = parse_qs(str(request["body"]))
        text = f' "{form["Body"][0]}" to {personas.name(form["To"][0])}' if "Body" in form and "To" in form else ""
        fault = f" (fault {request['fault']})" if request["fault"] else ""
        answer = f"{request['status'] or 'no answer'}{fault}"
        agent = request.get("headers", {}).get("User-Agent")
        who = "harness" if agent == HARNESS_AGENT else "driver"
        yield str(request["at"]), f"{who} → Twilio", f"{request['method']} {target}{text} → {answer}"


def _called(webhooks: Rows) -> Iterable[tuple[str, str, str]]:
    for call in webhooks:
        answer = call["status"] or call["error"] or "no answer"
        yield str(call["at"]), "Twilio → driver", f"{call['operation']} {call['event'] or ''} → {answer}"


def _written(texts: Rows, personas: Personas) -> Iterable[tuple[str, str, str]]:
    for text in texts:
        yield str(text["at"]), f"{personas.name(str(text['from']))} → Twilio", f'texts "{text["body"]}"'


def _received(texts: Rows, personas: Personas) -> Iterable[tuple[str, str, str]]:
    for text in texts:
        at = str(text["date_sent"] or text["date_created"])
        yield at, f"Twilio → {personas.name(str(text['to']))}", f'{text["status"]} "{text["body"]}"'


def _published(events: Sequence[EventModel], personas: Personas) -> Iterable[tuple[str, str, str]]:
    for event in events:
        given = {name: value for name, value in event.parameters.items() if value not in ("", None)}
        shown = [f"{name}: {personas.name(cell(value))}" for name, value in given.items()]
        item = event.item_id.rpartition("/")[2]
        yield iso(event.observed_at), f"driver ({item})", f"{event.name} {', '.join(shown)}"


def _line(record: Mapping[str, Any]) -> str:
    known = {"timestamp", "at", "time", "level", "logger", "event"}
    more = " ".join(f"{key}={value}" for key, value in record.items() if key not in known and value not in ("", None))
    at = _clock(str(record.get("timestamp") or record.get("at") or record.get("time") or ""))
    return f"{at} {str(record.get('level', '')).upper():7} {record.get('event', '')} {more}".rstrip()


def _exchange(request: Mapping[str, Any]) -> str:
    head = f"{request['at']} {request['method']} {request['target']} {request['body']}".rstrip()
    return f"{head}\n  {request['status'] or 'no answer'} {request['response']}"
