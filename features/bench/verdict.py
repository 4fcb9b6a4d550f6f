"""What became of one scenario, as plain data: it travels between processes and is drawn in terminal and page alike."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

PASSED, FAILED, NOT_REACHED = "passed", "failed", "not reached"
MARKS = {PASSED: "✓", FAILED: "✗", NOT_REACHED: "·"}


@dataclass(frozen=True)
class StepVerdict:
    """One step as it was played. `table` is the step's data table ready to print, empty if it has none."""

    keyword: str
    text: str
    line: int
    outcome: str
    seconds: float = 0.0
    table: str = ""


@dataclass(frozen=True)
class Evidence:
    """What the sides have to say about a scenario.

    Attributes:
        timeline: Clock time, who did it to whom, and what, in order.
        log: The driver's last log lines.
        journal: What Twilio was asked and what it answered.
    """

    timeline: Sequence[Sequence[str]] = ()
    log: Sequence[str] = ()
    journal: Sequence[str] = ()


@dataclass(frozen=True)
class Verdict:
    """What became of one scenario: `outcome` is passed, failed or skipped."""

    node: str
    feature: str
    rule: str
    scenario: str
    case: str
    file: str
    line: int
    outcome: str
    seconds: float
    steps: Sequence[StepVerdict] = ()
    complaint: str = ""
    evidence: Evidence = field(default_factory=Evidence)
    options: Sequence[str] = ()

    @property
    def rerun(self) -> str:
        """The command that plays just this scenario."""
        return " ".join(["pytest", shlex.quote(self.node), *map(shlex.quote, self.options)])

    @property
    def title(self) -> str:
        """Feature, rule and scenario in one line."""
        name = f"{self.scenario} [{self.case}]" if self.case else self.scenario
        return " › ".join(part for part in (self.feature, self.rule, name) if part)

    def pack(self) -> dict[str, Any]:
        """The verdict as JSON-able data."""
        return asdict(self)

    @classmethod
    def unpack(cls, data: Mapping[str, Any]) -> Verdict:
        """The verdict behind packed data."""
        known = dict(data)
        known["steps"] = [StepVerdict(**step) for step in known["steps"]]
        known["evidence"] = Evidence(**known["evidence"])
        return cls(**known)
