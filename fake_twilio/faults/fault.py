"""A fault: what it matches, how often it applies, and its effect."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from fake_twilio.faults.base import Facts
from fake_twilio.faults.constructors import FaultConstructors
from fake_twilio.model.patterns import compiled

ORIGINS = {"delivery": "messages.create", "callback": "messages.create"}
"""The operation that triggers each of these events: a fault that matches the operation matches them too."""


class FaultError(ValueError):
    """The fault is invalid; ``problems`` holds one line per mistake, with its path."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Match:
    """What a fault applies to; an empty field matches everything. ``operation`` may contain ``*``.

    ``body`` is a regular expression in the syntax of ``fake_twilio.model.patterns``.
    """

    operation: str = "*"
    to: str = ""
    sender: str = ""
    account_sid: str = ""
    body: str = ""

    def fits(self, facts: Facts) -> bool:
        """Return whether these facts match."""
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
    """A failure to inject: ``Fault.http_error(503, times=2)``, with one constructor per effect, or from its parts.

    Args:
        effect: ``{"type": …}`` and the effect's further keys, as in the control API.
        match: ``operation``, ``to``, ``from``, ``account_sid``, ``body`` (regular expression); all optional.
        times: how often it applies; None means always.
        after: how many matches to skip first.
        probability: the chance that it applies to a match, 0 to 1.
    """

    effect: Mapping[str, Any]
    match: Mapping[str, Any] = field(default_factory=dict)
    times: int | None = 1
    after: int = 0
    probability: float = 1.0
