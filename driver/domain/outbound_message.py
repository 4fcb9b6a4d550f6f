"""A message on its way to Twilio: the record of its command, with everything needed to continue after a crash."""

from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from driver.domain.commands import MESSAGE_CONTENT, Command
from driver.domain.execution import Attempt, Execution
from driver.domain.send_result import FailureKind
from driver.domain.severity import PEOPLE_SEVERITY


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage(Execution):
    """A message and the execution of the command that sends it; it waits until the execution is final.

    ``attempts`` lists the attempts that were begun. ``in_doubt`` is set when an attempt starts and cleared when its
    outcome is certain: after a crash or an ambiguous response, the message may already exist at Twilio. ``lookups``
    counts the look-ups since then that did not find it, ``failed_lookups``, which is not stored, those that failed.
    ``first_at`` is Twilio's time when the first attempt began, so that setting this machine's clock cannot hide the
    message from a look-up. ``position`` is its place in the order of acceptance. A message with a lower ``severity``
    overtakes others that are waiting.
    """

    command: str = Command.SEND_MESSAGE.value
    from_number: str
    to_number: str
    due_at: datetime
    position: int = 0
    expires_at: datetime | None = None
    first_at: datetime | None = None
    in_doubt: bool = False
    lookups: int = 0
    failed_lookups: int = 0
    severity: int = PEOPLE_SEVERITY

    @classmethod
    def of(cls, execution: Execution, from_number: str, to_number: str, **more: Any) -> "OutboundMessage":
        """Return the message of a new execution; it is due immediately."""
        known = {each.name: getattr(execution, each.name) for each in fields(execution)}
        return cls(**known, from_number=from_number, to_number=to_number, due_at=execution.created_at, **more)

    @property
    def body(self) -> str:
        """The text to send."""
        return self.parameters.get(MESSAGE_CONTENT, "")

    @property
    def phone_id(self) -> str:
        """The phone asset that the message belongs to; empty for a message of the system command."""
        return self.asset_id if self.scope == "asset" else ""

    @property
    def last_attempt(self) -> Attempt:
        """The latest attempt; an empty one before the first."""
        return self.attempts[-1] if self.attempts else Attempt(0, self.created_at)

    @property
    def never_left(self) -> bool:
        """Whether nobody can have the message yet, so that its text may still change; look-ups compare the text."""
        return all(attempt.outcome in (FailureKind.TRANSIENT, FailureKind.REFUSED) for attempt in self.attempts)

    def with_body(self, body: str) -> "OutboundMessage":
        """Return the message with another text."""
        return replace(self, parameters={**self.parameters, MESSAGE_CONTENT: body})

    def life(self, now: datetime) -> timedelta | None:
        """Return how long the message remains useful; never longer than at first, however clocks are set."""
        return None if self.expires_at is None else self.expires_at - max(now, self.created_at)

    def too_old(self, now: datetime) -> bool:
        """Return whether the message is no longer useful, so that no attempt may start."""
        return self.expires_at is not None and now >= self.expires_at
