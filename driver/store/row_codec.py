"""Turns records into rows and rows into records; one pair of functions a table, nothing implicit."""

from collections.abc import Mapping
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from driver.domain.asset import Asset
from driver.domain.commands import ExecutionState
from driver.domain.delivery import Attempt, OutboundMessage
from driver.domain.events import Event
from driver.domain.message_status import MessageStatus
from driver.ports.records import AuditEntry, Execution, MessageRow

Row = Mapping[str, Any]

_ASSET: Final = TypeAdapter(Asset)


def _text(value: object) -> str:
    return orjson.dumps(value).decode()


def execution_row(execution: Execution) -> dict[str, Any]:
    """Write an execution; an absent command id is NULL, so that only real ones are unique."""
    return {
        **_plain(execution),
        "command_id": execution.command_id or None,
        "parameters": _text(dict(execution.parameters)),
        "state": execution.state.value,
    }


def execution_record(row: Row) -> Execution:
    """Read an execution."""
    return Execution(
        **{
            **row,
            "command_id": row["command_id"] or "",
            "parameters": orjson.loads(row["parameters"]),
            "state": ExecutionState(row["state"]),
        }
    )


def outbox_row(message: OutboundMessage) -> dict[str, Any]:
    """Write a waiting message; its attempts have a table of their own."""
    row = {**_plain(message), "in_doubt": int(message.in_doubt)}
    del row["last"], row["failed_lookups"]
    row["sender"], row["recipient"] = row.pop("from_number"), row.pop("to_number")
    return row


def outbox_record(row: Row) -> OutboundMessage:
    """Read a waiting message."""
    plain = {**row, "in_doubt": bool(row["in_doubt"])}
    return OutboundMessage(from_number=plain.pop("sender"), to_number=plain.pop("recipient"), **plain)


def attempt_row(execution_id: str, attempt: Attempt) -> dict[str, Any]:
    """Write an attempt."""
    return {"execution_id": execution_id, **_plain(attempt)}


def attempt_record(row: Row) -> Attempt:
    """Read an attempt."""
    return Attempt(**{key: value for key, value in row.items() if key != "execution_id"})


def message_row(message: MessageRow) -> dict[str, Any]:
    """Write a message."""
    return {**_plain(message), "status": message.status.value, "media": _text(list(message.media))}


def message_record(row: Row) -> MessageRow:
    """Read a message."""
    return MessageRow(**{**row, "status": MessageStatus(row["status"]), "media": tuple(orjson.loads(row["media"]))})


def asset_row(asset: Asset) -> dict[str, Any]:
    """Write an asset's whole state as one JSON text."""
    return {"asset_id": asset.asset_id, "state": _ASSET.dump_json(asset).decode()}


def asset_record(row: Row) -> Asset:
    """Read an asset's state."""
    return _ASSET.validate_json(row["state"])


def event_row(event: Event) -> dict[str, Any]:
    """Write an event."""
    return {
        **_plain(event),
        "parameters": _text(dict(event.parameters)),
        "initial": _text(dict(event.initial)),
    }


def event_record(row: Row) -> Event:
    """Read an event."""
    return Event(**{**row, "parameters": orjson.loads(row["parameters"]), "initial": orjson.loads(row["initial"])})


def audit_row(entry: AuditEntry) -> dict[str, Any]:
    """Write a line of the audit; the database numbers it."""
    row = _plain(entry)
    del row["entry_id"]
    return row


def audit_record(row: Row) -> AuditEntry:
    """Read a line of the audit."""
    return AuditEntry(**row)


def _plain(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__slots__}
