"""Cost control for real messages: how many may be sent and to whom, and the bill."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from harness.redaction import shortened


class TooExpensiveError(AssertionError):
    """A message is refused: the budget is used up, or the recipient is not allowed."""


@dataclass
class Budget:
    """Checked before each message. ``budget`` is the maximum number; ``recipients`` are the only allowed numbers.

    Attributes:
        run: The ID of this run; every message carries it, so that its origin is clear.
    """

    budget: int
    recipients: Collection[str]
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:6])
    texts: int = 0
    parts: int = 0

    def reserve(self, to: str, body: str) -> None:
        """Approve one message.

        Raises:
            TooExpensiveError: If it may not be sent.
        """
        if to not in self.recipients:
            allowed = ", ".join(map(shortened, sorted(self.recipients)))
            raise TooExpensiveError(f"message to {shortened(to)} refused: real messages only go to {allowed}")
        if self.texts >= self.budget:
            raise TooExpensiveError(f"the budget of {self.budget} messages is used up: increase it with --budget=N")
        self.texts += 1
        self.parts += parts(body)

    @property
    def bill(self) -> str:
        """Return the costs in one line."""
        return f"run {self.run}: {self.texts} of {self.budget} real messages sent, {self.parts} billable segments"


def parts(body: str) -> int:
    """Return the maximum number of billable segments: 153 characters each in the 7-bit alphabet, 67 in any other.

    This is a high estimate for bills; the driver and Twilio count exactly.
    """
    plain = body.isascii()
    single, each = (160, 153) if plain else (70, 67)
    units = len(body) if plain else len(body.encode("utf-16-le")) // 2
    return 1 if units <= single else -(-units // each)
