"""The accounts, and the phone numbers behind the names in feature files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from harness.redaction import shortened

OPERATOR = {"user": "Olga", "workstation": "Desk 1"}
"""The operator who gives commands in every scenario."""


@dataclass(frozen=True)
class Account:
    """A Twilio account. ``type`` is "Full" or "Trial"; ``service`` is its messaging service, if any."""

    type: str
    sid: str
    auth_token: str
    numbers: tuple[str, ...]
    verified: tuple[str, ...] = ()
    service: str = ""
    oauth_client_id: str = ""
    oauth_client_secret: str = ""


class NotOnThisBackendError(AssertionError):
    """A scenario needs people or numbers that this backend does not have."""


@dataclass
class Personas:
    """Assigns a phone number to every name, constant within a scenario.

    Attributes:
        account: The account in use; the Full one by default.
        closed: Whether only numbers of the pools may be used, because others would really receive messages.
        verified_pool: Numbers for people whom a trial account may text.
        unverified_pool: Numbers for everybody else.
    """

    account: Account
    verified_pool: tuple[str, ...]
    unverified_pool: tuple[str, ...]
    closed: bool = False
    _numbers: dict[str, str] = field(default_factory=dict)

    def number(self, name: str, *, verified: bool = True) -> str:
        """Return a person's number, assigned at first mention; ``Twilio`` and numbers stand for themselves."""
        if (own := self.twilio_number(name)) != name:
            return own
        if re.match(r"\+?\d+$", name):
            if self.closed and name not in self.verified_pool:
                owned = ", ".join(map(shortened, self.verified_pool))
                raise NotOnThisBackendError(f"{shortened(name)} is unknown here; only {owned} may receive messages")
            return name
        if name not in self._numbers:
            pool = self.verified_pool if verified else self.unverified_pool
            free = [number for number in pool if number not in self._numbers.values()]
            if not free:
                raise NotOnThisBackendError(
                    f"no number left for {name!r}: this backend has {len(pool)} for such people"
                )
            self._numbers[name] = free[0]
        return self._numbers[name]

    def bind(self, name: str, number: str) -> None:
        """Bind this number to a name that has none yet."""
        self._numbers.setdefault(name, number)

    @property
    def people(self) -> Mapping[str, str]:
        """Return the numbers assigned so far, by name."""
        return self._numbers

    def twilio_number(self, text: str) -> str:
        """Return the sender by name: ``Twilio`` is the account's first number, ``Service`` its messaging service."""
        if text == "Service":
            if not self.account.service:
                raise NotOnThisBackendError(f"the {self.account.type} account has no messaging service")
            return self.account.service
        if found := re.fullmatch(r"Twilio(?: (\d))?", text):
            index = int(found[1] or 1) - 1
            if index >= len(self.account.numbers):
                raise NotOnThisBackendError(f"the {self.account.type} account has no number {text!r}")
            return self.account.numbers[index]
        return text

    def name(self, number: str) -> str:
        """Return the name behind a number, or the number itself."""
        if number in self.account.numbers:
            index = self.account.numbers.index(number)
            return "Twilio" if index == 0 else f"Twilio {index + 1}"
        if self.account.service and number == self.account.service:
            return "Service"
        return next((name for name, known in self._numbers.items() if known == number), number)


def asset_id(name: str) -> str:
    """Return the asset ID of a phone that feature files call by its caption: ``Guard desk`` is ``guard-desk``."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
