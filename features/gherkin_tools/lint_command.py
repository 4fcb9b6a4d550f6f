"""``pytest features --check`` and ``--fix``: lint or format feature files without running them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from gherkin_tools.gherkin_format import tidy
from gherkin_tools.gherkin_lint import LintFinding, lint_findings, unused
from gherkin_tools.gherkin_model import Document, UnreadableError, read
from gherkin_tools.step_definitions import Definitions
from harness.capabilities import Capability


class NothingThereError(Exception):
    """A command-line argument matches no feature file; the message says which one and why."""


@dataclass
class LintResult:
    """What ``check`` has read and found."""

    documents: list[Document] = field(default_factory=list)
    lint_findings: list[LintFinding] = field(default_factory=list)

    @property
    def scenarios(self) -> int:
        """Return the number of scenarios that are run; each row of an outline counts."""
        return sum(1 for document in self.documents for scenario in document.scenarios for _ in scenario.rows())

    def lines(self, root: Path) -> Iterator[str]:
        """Yield the findings as terminal lines."""
        for problem in self.lint_findings:
            yield problem.line_from(root)
        files = f"{len(self.documents)} feature files, {self.scenarios} scenarios"
        yield f"{files}: {len(self.lint_findings)} to fix" if self.lint_findings else f"{files}: all in order"


def feature_files(arguments: Iterable[str | Path]) -> list[Path]:
    """Return the feature files named by command-line arguments: files, folders, or scenarios (``FILE::NAME``).

    Raises:
        NothingThereError: If an argument matches no feature file.
    """
    found: dict[Path, None] = {}
    for argument in arguments:
        path = Path(str(argument).split("::", 1)[0]).resolve()
        if not path.exists():
            raise NothingThereError(f"{argument}: no such file or folder")
        named = [one for one in _at(path) if one.suffix == ".feature"]
        if not named:
            raise NothingThereError(f"{argument}: no feature files (*.feature) found")
        found |= dict.fromkeys(named)
    return list(found)


def _at(path: Path) -> list[Path]:
    return sorted(one for one in path.rglob("*.feature") if one.is_file()) if path.is_dir() else [path]


def check(
    paths: Sequence[Path],
    definitions: Definitions,
    *,
    today: date,
    suite: Path | None = None,
    lacking: frozenset[Capability] = frozenset(),
) -> LintResult:
    """Lint feature files.

    Args:
        paths: The feature files.
        definitions: All step definitions.
        today: The latest valid date of a ``@verified-…`` tag.
        suite: The folder of the whole suite. If ``paths`` are all of its files, unused steps are reported too.
        lacking: What the real Twilio cannot do.
    """
    checked = LintResult()
    for path in paths:
        try:
            checked.documents.append(read(path))
        except UnreadableError as exc:
            checked.lint_findings.append(LintFinding(exc.path, exc.line, exc.why))
    checked.lint_findings += lint_findings(checked.documents, definitions, lacking=lacking, today=today)
    if os.environ.get("CI"):
        checked.lint_findings += _unfinished(checked.documents)
    if suite is not None:
        checked.lint_findings += _misnamed(suite)
    if suite is not None and set(paths) == set(feature_files([suite])):
        for definition in unused(checked.documents, definitions):
            file, _, line = definition.place.rpartition(":")
            step = f"{definition.kind.title()} {definition.pattern}"
            text = f'no feature file uses the step "{step}": use it in a scenario, or remove it'
            checked.lint_findings.append(LintFinding(Path(file), int(line), text))
    return checked


def fix(paths: Iterable[Path]) -> list[Path]:
    """Align tables, strip trailing whitespace and byte order marks; return the changed files.

    Files that are not UTF-8 are left alone, because their encoding is unknown.
    """
    changed = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if (tidied := tidy(text)) != text:
            path.write_text(tidied, encoding="utf-8")
            changed.append(path)
    return changed


def unreadable(paths: Iterable[Path]) -> Iterator[LintFinding]:
    """Yield the first reason why each unreadable feature file cannot be read."""
    for path in paths:
        try:
            read(path)
        except UnreadableError as exc:
            yield LintFinding(exc.path, exc.line, exc.why)


def _misnamed(suite: Path) -> Iterator[LintFinding]:
    """Yield files that look like feature files but never run because of their extension."""
    for path in sorted(suite.rglob("*")):
        if path.suffix != ".feature" and _NEARLY.search(path.name) and path.is_file():
            yield LintFinding(path, 1, "this file never runs: rename it so that it ends in `.feature`")


_NEARLY = re.compile(r"\.(features?|gherkin)(\.txt|\.bak|~)?$", re.IGNORECASE)


def _unfinished(documents: Iterable[Document]) -> Iterator[LintFinding]:
    for document in documents:
        for scenario in document.scenarios:
            if "wip" in scenario.tags:
                text = f'"{scenario.name}" is work in progress (@wip): finish it before merging'
                yield LintFinding(document.path, scenario.line, text)
