"""What one transaction writes: the rows of every table, each at most once.

There may be thousands of them when all phones change, so they are kept as records and converted to rows in batches.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from driver.domain.asset import Asset
from driver.domain.events import Event
from driver.domain.execution import Execution
from driver.domain.message import Message
from driver.ports.store import AnswerRequest, AuditEntry, DropAsset, Forget, SetMark, Write


@dataclass(slots=True)
class TransactionRows:
    """The records of one transaction by their keys, later ones replacing earlier ones; None deletes a row."""

    executions: dict[str, Execution] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    assets: dict[str, Asset | None] = field(default_factory=dict)
    marks: dict[str, SetMark | None] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    audit: list[AuditEntry] = field(default_factory=list)
    forget: list[Forget] = field(default_factory=list)
    answers: dict[str, Mapping[str, Any] | None] = field(default_factory=dict)

    def add(self, write: Write) -> None:
        """Add one write."""
        match write:
            case Execution() as execution:
                self.executions[execution.execution_id] = execution
            case Message() as message:
                self.messages[message.sid] = message
            case Asset() as asset:
                self.assets[asset.asset_id] = asset
            case DropAsset(asset_id):
                self.assets[asset_id] = None
            case SetMark(name, value):
                self.marks[name] = write if value else None
            case Event() as event:
                self.events.append(event)
            case AuditEntry() as entry:
                self.audit.append(entry)
            case Forget():
                self.forget.append(write)
            case AnswerRequest(request_id, answer):
                self.answers[request_id] = answer
