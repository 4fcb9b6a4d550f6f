"""Who plays: the accounts, their numbers, and the telephone numbers behind the names that feature files use."""

from __future__ import annotations

import re
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Account:
    """A Twilio account the bench may use: `type` is "Full" or "Trial"."""

    type: str
    sid: str
    auth_token: str
    numbers: tuple[str, ...]
    verified: tuple[str, ...] = ()


@dataclass
class Cast:
    """Gives every name its telephone number, always the same within a scenario.

    Attributes:
        account: The account in use; a scenario that says nothing plays on the Full one.
        verified_pool: Numbers handed to people whom a trial account may text.
        unverified_pool: Numbers handed to everybody else.
    """

    account: Account
    verified_pool: tuple[str, ...]
    unverified_pool: tuple[str, ...]
    _numbers: dict[str, str] = field(default_factory=dict)

    def number(self, name: str, *, verified: bool = True) -> str:
        """The number of a person, handed out at the first mention; a text that is a number stays what it is."""
        if name.startswith("+"):
            return name
        if name not in self._numbers:
            pool = self.verified_pool if verified else self.unverified_pool
            self._numbers[name] = next(number for number in pool if number not in self._numbers.values())
        return self._numbers[name]

    def name(self, number: str) -> str:
        """The name behind a number, or the number itself."""
        if number in self.account.numbers:
            return "Twilio" if number == self.account.numbers[0] else number
        return next((name for name, known in self._numbers.items() if known == number), number)


def asset_id(name: str) -> str:
    """The asset id of a phone that feature files call by its caption: `Guard desk` is `guard-desk`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
