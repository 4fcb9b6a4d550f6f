"""A fault as somebody plants it: on which occasions, how often, and with what effect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from fake_twilio.faults.base import Facts
from fake_twilio.faults.constructors import FaultConstructors
from fake_twilio.model.patterns import compiled

ORIGINS = {"delivery": "messages.create", "callback": "messages.create"}
"""The operation that sets others off: what is matched against it means those too."""


class FaultError(ValueError):
    """A fault cannot be understood; ``problems`` holds one line for each mistake, with its path."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Match:
    """Which occasions a fault is meant for; an empty field fits everything. ``operation`` may hold ``*``.

    ``body`` is a regular expression, as ``fake_twilio.model.patterns`` reads them.
    """

    operation: str = "*"
    to: str = ""
    sender: str = ""
    account_sid: str = ""
    body: str = ""

    def fits(self, facts: Facts) -> bool:
        """Return whether an occasion is meant."""
        return (
            (
                self.operation == "*"
                or fnmatchcase(facts.operation, self.operation)
                or fnmatchcase(ORIGINS.get(facts.operation, ""), self.operation)
            )
            and (not self.to or self.to == facts.to)
            and (not self.sender or self.sender == facts.sender)
            and (not self.account_sid or self.account_sid == facts.account_sid)
            and (not self.body or compiled(self.body).search(facts.body))
        )


@dataclass(frozen=True)
class Fault(FaultConstructors):
    """A failure to plant: ``Fault.http_error(503, times=2)``, with one constructor for each effect, or by its parts.

    Args:
        effect: ``{"type": …}`` and the effect's further keys, as in the control API.
        match: ``operation``, ``to``, ``from``, ``account_sid``, ``body`` (regular expression); all optional.
        times: how often it applies; None for always.
        after: how many fitting occasions it lets pass first.
        probability: the chance that it applies on a fitting occasion, 0 to 1.
    """

    effect: Mapping[str, Any]
    match: Mapping[str, Any] = field(default_factory=dict)
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
