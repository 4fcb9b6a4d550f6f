"""The record of one command: who gave it, its state, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from driver.domain.commands import ExecutionState


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to hand a message to Twilio.

    ``outcome`` is ``accepted``, ``adopted`` or a ``FailureKind``; empty while in flight, or if a crash cut it short.
    """

    number: int
    at: datetime
    outcome: str = ""
    http_status: int | None = None
    code: int | None = None
    sid: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Execution:
    """One command being carried out; for a message that is sent, it is an ``OutboundMessage``.

    ``scope`` is ``asset`` or ``system``; ``asset_id`` is the system's own id for a command of the system. ``reason``
    is a sentence for people, ``result`` how a state command ended (``ok``, ``noop``, ``partial``, ``rejected``).
    """

    execution_id: str
    asset_id: str
    command: str
    created_at: datetime
    command_id: str = ""
    scope: str = "asset"
    parameters: Mapping[str, str] = field(default_factory=dict)
    user: str = ""
    workstation: str = ""
    state: ExecutionState = ExecutionState.ACCEPTED
    finished_at: datetime | None = None
    result: str = ""
    reason: str = ""
    message_sid: str = ""
    attempts: tuple[Attempt, ...] = ()
