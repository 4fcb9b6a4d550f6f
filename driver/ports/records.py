"""What the driver remembers: executions, messages and the audit, as frozen rows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from driver.domain.commands import ExecutionState
from driver.domain.message_status import MessageStatus


@dataclass(frozen=True, slots=True)
class Execution:
    """One command being carried out. ``asset_id`` is the system's own id for a command of the system.

    ``reason`` is a sentence for people, ``result`` what a state command came to (``ok``, ``noop``, ``partial``,
    ``rejected``).
    """

    execution_id: str
    command_id: str
    asset_id: str
    scope: str
    command: str
    parameters: Mapping[str, str]
    user: str
    workstation: str
    state: ExecutionState
    created_at: datetime
    finished_at: datetime | None = None
    result: str = ""
    reason: str = ""
    message_sid: str = ""


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A message as Twilio last told of it. ``execution_id`` and ``asset_id`` are empty for inbound ones."""

    sid: str
    direction: str
    source: str
    destination: str
    body: str
    status: MessageStatus
    created_at: datetime
    updated_at: datetime
    execution_id: str = ""
    asset_id: str = ""
    error_code: int | None = None
    segments: int | None = None
    media: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit, with the columns of the platform's operator activity report."""

    at: datetime
    device_type: str
    command_or_status: str
    action: str
    computer: str
    user_name: str
    location: str
    entry_id: int = 0
