"""Conversion between records and rows: one pair of functions per table, nothing implicit."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from driver.domain.asset import Asset
from driver.domain.commands import ExecutionState
from driver.domain.events import Event
from driver.domain.execution import Attempt, Execution
from driver.domain.message import Message
from driver.domain.message_status import MessageStatus
from driver.domain.outbound_message import OutboundMessage
from driver.ports.store import AuditEntry

Row = Mapping[str, Any]

_ASSET: Final = TypeAdapter(Asset)
_ATTEMPTS: Final = TypeAdapter(tuple[Attempt, ...])
#: Columns that are only used for executions of messages.
_OF_MESSAGES: Final = (
    {each.name for each in fields(OutboundMessage)} - {each.name for each in fields(Execution)} - {"failed_lookups"}
)


def _text(value: object) -> str:
    return orjson.dumps(value).decode()


def execution_row(execution: Execution) -> dict[str, Any]:
    """Return the row of an execution; an absent command id is NULL, so that only real ones must be unique."""
    row = {
        **dict.fromkeys(_OF_MESSAGES),
        **_plain(execution),
        "command_id": execution.command_id or None,
        "parameters": _text(dict(execution.parameters)),
        "state": execution.state.value,
        "attempts": _ATTEMPTS.dump_json(execution.attempts).decode(),
    }
    if isinstance(execution, OutboundMessage):
        row["in_doubt"] = int(execution.in_doubt)
        del row["failed_lookups"]
    return row


def execution_record(row: Row) -> Execution:
    """Return the execution of a row; one with numbers is that of a message."""
    plain = {
        **row,
        "command_id": row["command_id"] or "",
        "parameters": orjson.loads(row["parameters"]),
        "state": ExecutionState(row["state"]),
        "attempts": _ATTEMPTS.validate_json(row["attempts"]),
    }
    if row["from_number"] is not None:
        return OutboundMessage(**{**plain, "in_doubt": bool(row["in_doubt"])})
    return Execution(**{name: value for name, value in plain.items() if name not in _OF_MESSAGES})


def message_row(message: Message) -> dict[str, Any]:
    """Return the row of a message."""
    return {**_plain(message), "status": message.status.value, "media": _text(list(message.media))}


def message_record(row: Row) -> Message:
    """Return the message of a row."""
    return Message(**{**row, "status": MessageStatus(row["status"]), "media": tuple(orjson.loads(row["media"]))})


def asset_row(asset: Asset) -> dict[str, Any]:
    """Return the row of an asset, with its whole state as one JSON text."""
    return {"asset_id": asset.asset_id, "state": _ASSET.dump_json(asset).decode()}


def asset_record(row: Row) -> Asset:
    """Return the asset of a row; the format of older databases is also accepted."""
    return _ASSET.validate_json(row["state"].replace('"held_until":', '"startup_grace_until":'))


def event_row(event: Event) -> dict[str, Any]:
    """Return the row of an event."""
    return {**_plain(event), "parameters": _text(dict(event.parameters)), "initial": _text(dict(event.initial))}


def event_record(row: Row) -> Event:
    """Return the event of a row."""
    return Event(**{**row, "parameters": orjson.loads(row["parameters"]), "initial": orjson.loads(row["initial"])})


def audit_row(entry: AuditEntry) -> dict[str, Any]:
    """Return the row of an audit entry; the database numbers it."""
    row = _plain(entry)
    del row["entry_id"]
    return row


def audit_record(row: Row) -> AuditEntry:
    """Return the audit entry of a row."""
    return AuditEntry(**row)


def _plain(record: Any) -> dict[str, Any]:
    return {name: getattr(record, name) for name in record.__dataclass_fields__}  # ``fields`` takes longer
