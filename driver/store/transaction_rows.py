"""What one transaction writes: the rows of every table, each at most once.

What there may be thousands of at once, when all phones change, is kept as it is: rows are made of it in parts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Table

from driver.domain.asset import Asset
from driver.domain.events import Event
from driver.ports.store import (
    AnswerRequest,
    AppendAudit,
    AppendEvent,
    AuditEntry,
    DropAsset,
    Forget,
    PutExecution,
    PutMessage,
    SaveAsset,
    SetMark,
    Write,
)
from driver.store import row_codec, schema


@cache
def _key_of(table: Table) -> tuple[str, ...]:
    return tuple(column.name for column in table.primary_key)


@dataclass(slots=True)
class TransactionRows:
    """The rows of one transaction, later writes to the same key replacing earlier ones."""

    by_table: dict[Table, dict[tuple[Any, ...], dict[str, Any] | None]] = field(default_factory=dict)
    assets: dict[str, Asset | None] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    audit: list[AuditEntry] = field(default_factory=list)
    forget: list[Forget] = field(default_factory=list)
    answers: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)

    def put(self, table: Table, row: dict[str, Any]) -> None:
        """Write a row."""
        self.by_table.setdefault(table, {})[tuple(row[name] for name in _key_of(table))] = row

    def drop(self, table: Table, key: str) -> None:
        """Delete a row."""
        self.by_table.setdefault(table, {})[(key,)] = None

    def mark(self, name: str, value: str) -> None:
        """Write a mark, or delete it where there is no value."""
        if value:
            self.put(schema.marks, {"name": name, "value": value})
        else:
            self.drop(schema.marks, name)

    def add(self, write: Write) -> None:
        """Take one write."""
        match write:
            case PutExecution(execution):
                self.put(schema.executions, row_codec.execution_row(execution))
            case PutMessage(message):
                self.put(schema.messages, row_codec.message_row(message))
            case SaveAsset(asset):
                self.assets[asset.asset_id] = asset
            case DropAsset(asset_id):
                self.assets[asset_id] = None
            case AppendEvent(event):
                self.events.append(event)
            case AppendAudit(entry):
                self.audit.append(entry)
            case Forget():
                self.forget.append(write)
            case AnswerRequest(request_id, answer):
                self.answers[request_id] = answer
            case SetMark(name, value):
                self.mark(name, value)
