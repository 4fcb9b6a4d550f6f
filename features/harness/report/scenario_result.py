"""The result of one scenario as plain data that is passed between processes and shown by all reports."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from harness.table_diff import gherkin

PASSED, FAILED, NOT_REACHED = "passed", "failed", "not reached"
MARKS = {PASSED: "✓", FAILED: "✗", NOT_REACHED: "·"}


@dataclass(frozen=True)
class StepResult:
    """One step that was run, with its data table (``rows``) or doc string."""

    keyword: str
    text: str
    line: int
    outcome: str
    seconds: float = 0.0
    rows: Sequence[Sequence[str]] = field(default_factory=list)
    docstring: str | None = None

    @property
    def below(self) -> str:
        """Return the step's table or doc string as Gherkin; empty if there is neither."""
        if self.rows:
            return gherkin(self.rows[0], self.rows[1:])
        if self.docstring is None:
            return ""
        return "\n".join(f"      {line}".rstrip() for line in ('"""', *self.docstring.splitlines(), '"""'))


@dataclass(frozen=True)
class Evidence:
    """What Twilio and the driver recorded during a scenario.

    Attributes:
        timeline: Clock time, actor and target, and action, in order.
        log: The driver's last log lines.
        journal: Requests to Twilio and the responses.
        pictures: Screenshots by page name, as ``data:`` URLs.
    """

    timeline: Sequence[Sequence[str]] = ()
    log: Sequence[str] = ()
    journal: Sequence[str] = ()
    pictures: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ScenarioResult:
    """The result of one scenario: ``outcome`` is passed, failed or skipped."""

    node: str
    feature: str
    rule: str
    scenario: str
    case: str
    file: str
    line: int
    outcome: str
    seconds: float
    steps: Sequence[StepResult] = ()
    failure: str = ""
    evidence: Evidence = field(default_factory=Evidence)
    options: Sequence[str] = ()
    keyword: str = "Scenario"
    description: str = ""
    tags: Sequence[str] = field(default_factory=list)

    @property
    def rerun(self) -> str:
        """Return the command that runs only this scenario."""
        return " ".join(["pytest", shlex.quote(self.node), *map(shlex.quote, self.options)])

    @property
    def title(self) -> str:
        """Return feature, rule and scenario in one line."""
        name = f"{self.scenario} [{self.case}]" if self.case else self.scenario
        return " › ".join(part for part in (self.feature, self.rule, name) if part)

    def pack(self) -> dict[str, Any]:
        """Return the result as JSON-serializable data."""
        return asdict(self)

    @classmethod
    def unpack(cls, data: Mapping[str, Any]) -> ScenarioResult:
        """Return the result from packed data."""
        known = dict(data)
        known["steps"] = [StepResult(**step) for step in known["steps"]]
        known["evidence"] = Evidence(**known["evidence"])
        return cls(**known)
