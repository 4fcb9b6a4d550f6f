"""Guards what real texts cost: how many may be sent, to whom, and what the bill is."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass, field

from harness.redaction import shortened


class TooExpensiveError(AssertionError):
    """A text is refused: the budget is used up, or nobody allowed this recipient."""


@dataclass
class Budget:
    """Asked before each text. ``budget`` is the number of texts, ``recipients`` the only numbers they may go to.

    Attributes:
        run: The id of this run; every text carries it, so that nobody wonders where it came from.
    """

    budget: int
    recipients: Collection[str]
    run: str = field(default_factory=lambda: uuid.uuid4().hex[:6])
    texts: int = 0
    parts: int = 0

    def reserve(self, to: str, body: str) -> None:
        """Allow one text.

        Raises:
            TooExpensiveError: When it may not be sent.
        """
        if to not in self.recipients:
            allowed = ", ".join(map(shortened, sorted(self.recipients)))
            raise TooExpensiveError(f"a text to {shortened(to)} is refused: real texts only go to {allowed}")
        if self.texts >= self.budget:
            raise TooExpensiveError(f"the budget of {self.budget} texts is used up: allow more with --budget=N")
        self.texts += 1
        self.parts += parts(body)

    @property
    def bill(self) -> str:
        """What was spent, in one line."""
        return f"run {self.run}: {self.texts} of {self.budget} real texts sent, {self.parts} parts to be paid for"


def parts(body: str) -> int:
    """How many parts a text is billed as, at most: 153 characters each in the 7-bit alphabet, 67 in any other.

    An estimate to the high side for bills; the exact count is the driver's and Twilio's own affair.
    """
    plain = body.isascii()
    single, each = (160, 153) if plain else (70, 67)
    units = len(body) if plain else len(body.encode("utf-16-le")) // 2
    return 1 if units <= single else -(-units // each)
