"""What the two sides say, in the words of feature files: the facts that data tables are held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bench.cast import Cast

Facts = list[dict[str, object]]


def assets(items: Sequence[Mapping[str, Any]], system: str) -> Facts:
    """Assets: asset, status, alarm, reason, active states, true states. The System asset is called `System`."""
    return [
        {
            "asset": "System" if item["assetId"] == system else item["caption"],
            "status": item["status"],
            "alarm": alarm_word(item["alarms"]),
            "reason": item["reason"],
            "active states": item["activeStates"],
            "true states": item["trueStates"],
        }
        for item in items
    ]


def alarm_word(alarms: Sequence[Mapping[str, Any]]) -> str | None:
    """An asset's alarms in one word: none, unacknowledged if any is, else acknowledged."""
    if not alarms:
        return None
    states = [str(alarm.get("state", "")).lower() for alarm in alarms]
    return "unacknowledged" if any(state.startswith("unack") for state in states) else "acknowledged"


def messages(rows: Sequence[Mapping[str, Any]], number: str, cast: Cast) -> Facts:
    """A handset's messages: way (`in` is what its owner received), from, to, body, status."""
    return [
        {
            "way": "in" if row["to"] == number else "out",
            "from": row["from"],
            "to": row["to"],
            "sender": cast.name(str(row["from"])),
            "body": row["body"],
            "status": row["status"],
        }
        for row in rows
    ]


def parameters(event: Mapping[str, Any], cast: Cast) -> Facts:
    """An event's parameters: parameter, value. Numbers are shown as the name of whose they are."""
    return [{"parameter": name, "value": cast.name(str(value))} for name, value in event["parameters"].items()]


def attempts(execution: Mapping[str, Any]) -> Facts:
    """A command's attempts: at, outcome, HTTP status, code, sid."""
    return [
        {
            "attempt": number,
            "at": attempt["at"],
            "outcome": attempt["outcome"],
            "HTTP status": attempt["httpStatus"],
            "code": attempt["code"],
            "sid": attempt["sid"],
        }
        for number, attempt in enumerate(execution["attempts"], 1)
    ]
