"""Report on ``@verified-…`` tags: what has passed on the real Twilio, how long ago, and what never has."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gherkin_tools.gherkin_model import Document, Scenario
from gherkin_tools.step_definitions import Definitions
from harness.capabilities import Capability

STALE_AFTER_DAYS = 90
"""Days after which a verification is stale, because Twilio changes."""


@dataclass(frozen=True, order=True)
class Seen:
    """A scenario that passed on the real Twilio."""

    on: date
    path: Path
    line: int
    name: str

    def age(self, today: date) -> int:
        """Return the number of days since then."""
        return (today - self.on).days


def day_of(tag: str) -> date | None:
    """Return the date in a tag; None for any other tag and for dates that do not exist."""
    found = re.fullmatch(r"verified-(\d{4}-\d{2}-\d{2})", tag)
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return None


@dataclass(frozen=True)
class Report:
    """Verified scenarios, oldest first, and the number of scenarios that could be verified but never were."""

    seen: Sequence[Seen]
    never: int

    def lines(self, today: date, root: Path, stale_after: int = STALE_AFTER_DAYS) -> Iterator[str]:
        """Yield the report for the terminal."""
        stale = [one for one in self.seen if one.age(today) > stale_after]
        for one in stale:
            path = one.path.relative_to(root) if one.path.is_relative_to(root) else one.path
            yield f'{path}:{one.line}: "{one.name}" was last verified on {one.on}, {one.age(today)} days ago'
        yield (
            f"{len(self.seen)} scenarios were verified on the real Twilio, "
            f"{len(stale)} of them more than {stale_after} days ago; {self.never} more could be"
        )


def report(documents: Iterable[Document], definitions: Definitions, lacking: frozenset[Capability]) -> Report:
    """Build the report from the tags.

    Args:
        documents: The feature files.
        definitions: All step definitions.
        lacking: What the real Twilio cannot do; scenarios that need it do not count.
    """
    seen, never = [], 0
    for document in documents:
        for scenario in document.scenarios:
            days = [day for tag in scenario.tags if (day := day_of(tag))]
            if days:
                seen.append(Seen(max(days), document.path, scenario.line, scenario.name))
            elif _can_be(scenario, definitions, lacking):
                never += 1
    return Report(sorted(seen), never)


def _can_be(scenario: Scenario, definitions: Definitions, lacking: frozenset[Capability]) -> bool:
    """Return whether any row of a scenario can run on the real Twilio."""
    if {"fake-only", "manual", "magic"} & set(scenario.tags):
        return False
    for row in scenario.rows():
        steps = [(step, definitions.matching(step.kind, step.text)) for step in scenario.played(row)]
        if not any(one.needed_by(step.text) & lacking for step, meant in steps for one in meant):
            return True
    return False
