"""Projections of both sides into the words of feature files: the actual rows for comparison with data tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from driver.api.alarm_models import AlarmModel
from driver.api.frames import EventModel
from driver.api.models import AssetModel, ExecutionModel, MessageModel
from harness.personas import Personas

Row = dict[str, object]
Rows = list[Row]


def _shown(item: object, columns: str) -> Row:
    """Return the columns named like the item's attributes: ``HTTP status`` is ``http_status``."""
    return {column: getattr(item, column.lower().replace(" ", "_")) for column in columns.split(", ")}


def assets(items: Sequence[AssetModel], system: str, at: Callable[[Sequence[str]], Sequence[str]]) -> Rows:
    """Asset (or ``System``), status, alarm, reason, awaiting, conditions, fault since, active and true states."""
    return [
        {
            "asset": "System" if item.asset_id == system else item.caption,
            **_shown(item, "status, reason, awaiting, active states, true states"),
            "alarm": alarm_word(item.alarms),
            "conditions": ", ".join(condition.cause for condition in item.facts.conditions) or None,
            "fault since": list(at([str(fault.since) for fault in item.facts.faults])),
        }
        for item in items
    ]


def alarm_word(alarms: Sequence[AlarmModel]) -> str | None:
    """Return an asset's alarms as one word: none, unacknowledged if any is, else acknowledged."""
    if not alarms:
        return None
    return "unacknowledged" if any(alarm.state == "Unacknowledged" for alarm in alarms) else "acknowledged"


def messages(rows: Sequence[Mapping[str, Any]], number: str, personas: Personas) -> Rows:
    """A handset's messages: way (``in`` for received ones), from, to, body, status.

    Numbers are shown as their owner's name.
    """
    return [
        {
            "way": "in" if row["to"] == number else "out",
            "from": personas.name(str(row["from"])),
            "to": personas.name(str(row["to"])),
            "body": row["body"],
            "status": row["status"],
        }
        for row in rows
    ]


def parameters(event: EventModel, personas: Personas) -> Rows:
    """An event's parameters: parameter, value. Numbers are shown as their owner's name."""
    return [{"parameter": name, "value": personas.name(str(value))} for name, value in event.parameters.items()]


def standing(execution: ExecutionModel) -> Row:
    """A command's state: state, result, reason, delivery, error code, and number of attempts."""
    shown = _shown(execution, "state, result, reason, delivery, error code")
    return {**shown, "attempts": len(execution.attempts)}


def event(published: EventModel, system: str) -> Row:
    """An event: its name, its asset, and one column per parameter."""
    asset = "System" if published.asset_id == system else published.initial["Name"]
    return {"event": published.name, "asset": asset, **published.parameters}


def attempts(execution: ExecutionModel, at: Callable[[Sequence[str]], Sequence[str]]) -> Rows:
    """A command's attempts: attempt, at (formatted by ``at``), outcome, HTTP status, code, sid."""
    moments = at([str(attempt.at) for attempt in execution.attempts])
    return [
        {"attempt": number, "at": moment, **_shown(attempt, "outcome, HTTP status, code, sid")}
        for number, (attempt, moment) in enumerate(zip(execution.attempts, moments, strict=True), 1)
    ]


def alarms(items: Sequence[AlarmModel], owners: Sequence[AssetModel], system: str) -> Rows:
    """The alarm grid: asset, type, state, active, masked, age, count, by, via, comment, severity and more."""
    names = {owner.asset_id: "System" if owner.asset_id == system else owner.caption for owner in owners}
    causes = {item.alarm_id: f"{names[item.asset_id]} {item.alarm_type}" for item in items}
    return [
        {
            "asset": names[item.asset_id],
            "type": item.alarm_type,
            **_shown(item, "state, count, comment, severity, reason"),
            "active": "yes" if item.active else "no",
            "masked": "yes" if item.masked else "no",
            "age": None if item.age is None else f"{item.age:g} s",
            "by": item.acknowledged_by,
            "via": item.acknowledged_via,
            "follows from": item.cause and causes[item.cause],
        }
        for item in items
    ]


def known_messages(items: Sequence[MessageModel], personas: Personas) -> Rows:
    """The driver's messages: direction, from, to, body, status, error code, asset, segments."""
    return [
        {
            **_shown(item, "direction, body, status, error code, segments"),
            "from": personas.name(item.from_number),
            "to": personas.name(item.to_number),
            "asset": item.asset_id,
        }
        for item in items
    ]


def dead_letters(items: Sequence[ExecutionModel]) -> Rows:
    """Dead letters: asset, body, state, reason, result."""
    return [
        {
            "asset": item.asset_id,
            "body": item.parameters.get("Message Content"),
            **_shown(item, "state, reason, result"),
        }
        for item in items
    ]


def sent(
    requests: Sequence[Mapping[str, Any]], personas: Personas, at: Callable[[Sequence[str]], Sequence[str]]
) -> Rows:
    """Requests to send: at (``at`` writes moments down), from, to, body, validity, HTTP status."""
    return [
        {
            "at": moment,
            "from": personas.name(request["from"]),
            "to": personas.name(request["to"]),
            "body": parse_qs(request["body"]).get("Body", [""])[0],
            "validity": parse_qs(request["body"]).get("ValidityPeriod", [""])[0],
            "HTTP status": request["status"],
        }
        for request, moment in zip(requests, at([each["at"] for each in requests]), strict=True)
    ]
