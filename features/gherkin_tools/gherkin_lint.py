"""Lint rules for feature files; no scenario is run. Each rule is one function, and its message says what to do."""

from __future__ import annotations

import difflib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from gherkin_tools.gherkin_format import untidy_lines
from gherkin_tools.gherkin_model import Document, Scenario
from gherkin_tools.scenario_lint import step_problems
from gherkin_tools.step_definitions import KINDS, Definitions, StepDefinition
from gherkin_tools.tags import undeclared
from harness.capabilities import Capability
from harness.report.verification_report import day_of

MAX_STEPS = 7
MAX_BACKGROUND_STEPS = 3


@dataclass(frozen=True, order=True)
class LintFinding:
    """One finding: where, and what to fix."""

    path: Path
    line: int
    text: str

    def line_from(self, root: Path) -> str:
        """Return the finding as a terminal line, with its path relative to a folder."""
        path = self.path.relative_to(root) if self.path.is_relative_to(root) else self.path
        return f"{path}:{self.line}: {self.text}"


Rule = Callable[[Document, Definitions], Iterator[tuple[int, str]]]


def lint_findings(
    documents: Sequence[Document], definitions: Definitions, *, lacking: frozenset[Capability], today: date
) -> list[LintFinding]:
    """Return all findings in these feature files.

    Args:
        documents: The feature files.
        definitions: All step definitions.
        lacking: What the real Twilio cannot do. A scenario that needs none of it must not be ``@fake-only``.
        today: The latest valid date of a ``@verified-…`` tag.
    """
    found = {
        LintFinding(document.path, line, text)
        for document in documents
        for rule in (*RULES, _intent(lacking), _days(today))
        for line, text in rule(document, definitions)
    }
    return sorted(found | set(_said_twice(documents)) | set(_played_twice(documents)))


def unused(documents: Iterable[Document], definitions: Definitions) -> list[StepDefinition]:
    """Return the definitions that no feature file uses."""
    used = {
        definition.pattern
        for document in documents
        for scenario in document.scenarios
        for row in scenario.rows()
        for step in scenario.played(row)
        for definition in definitions.matching(step.kind, step.text)
    }
    return [one for one in definitions.all if one.pattern not in used]


def _steps_are_defined(document: Document, definitions: Definitions) -> Iterator[tuple[int, str]]:
    for scenario in document.scenarios:
        for row in scenario.rows():
            yield from step_problems(scenario.played(row), definitions)


def _is_described(document: Document, _: Definitions) -> Iterator[tuple[int, str]]:
    if not document.description:
        yield document.line, "describe under the Feature line, in up to three lines, who wants this, what and why"
    if not document.scenarios:
        yield document.line, "this feature has no scenario; add a line with `Scenario:` and a name"


def taken_for_prose(document: Document, definitions: Definitions) -> Iterator[tuple[int, str]]:
    """Yield description lines that were meant as steps or headings but start with no known keyword."""
    for line, text in document.prose:
        first, _, rest = text.rstrip(".").partition(" ")
        whole = f"{first} {rest}"
        if any(definitions.matching(kind, one) for kind in KINDS for one in (rest, whole)):
            known = first in ("Given", "When", "Then", "And", "But", "*")
            wrong = f"a step begins with Given, When, Then, And, But or *, not with {first!r}"
            said = "it is not under a `Scenario:` or `Background:`" if known else wrong
        elif heading := re.match(r"([^:]+):(?= |$)", text):
            near = difflib.get_close_matches(heading[1].title(), _HEADINGS, 1, 0.8)
            if not near:
                continue
            said = f"did you mean `{near[0]}:`?"
        else:
            continue
        yield line, f'"{text}" is read as a description and never run: {said}'


def begins_with_and(document: Document) -> Iterator[tuple[int, str]]:
    """Yield first steps that begin with And or But, although no step precedes them."""
    for steps in (*(steps for _, steps in document.backgrounds), *(one.steps for one in document.scenarios)):
        if steps and steps[0].keyword in ("And", "But", "*"):
            yield steps[0].line, f'"{steps[0].keyword} {steps[0].text}": a first step must be Given, When or Then'


_HEADINGS = ("Background", "Scenario", "Scenario Outline", "Example", "Examples", "Rule")


def _tables_are_aligned(document: Document, _: Definitions) -> Iterator[tuple[int, str]]:
    if lines := untidy_lines(document.text):
        yield lines[0], f"untidy lines ({len(lines)}): align them with `pytest features --fix`"


def _tells_one_story(document: Document, _: Definitions) -> Iterator[tuple[int, str]]:
    yield from begins_with_and(document)
    for line, steps in document.backgrounds:
        if len(steps) > MAX_BACKGROUND_STEPS:
            yield line, f"{len(steps)} steps in a background; combine more than {MAX_BACKGROUND_STEPS} into one Given"
        if any(step.kind != "given" for step in steps):
            yield line, "a background may only contain Given steps"
    for scenario in document.scenarios:
        yield from ((scenario.line, text) for text in _story(scenario))


def _story(scenario: Scenario) -> Iterator[str]:
    name, kinds = f'scenario "{scenario.name}"', [step.kind for step in scenario.steps]
    if not scenario.steps:
        yield f"{name} has no steps, so it always passes"
        return
    if "then" not in kinds:
        yield f"{name} has no Then, so it never fails"
    if kinds.count("when") > 1:
        yield f"{name} has more than one When: turn the others into Given, or split the scenario"
    if kinds != sorted(kinds, key=("given", "when", "then").index):
        yield f"{name} has steps out of order: use Given, then When, then Then"
    if len(scenario.steps) > MAX_STEPS:
        yield f"{name} has {len(scenario.steps)} steps; more than {MAX_STEPS} are hard to follow"


def _placeholders_fit(document: Document, _: Definitions) -> Iterator[tuple[int, str]]:
    for scenario in document.scenarios:
        if not scenario.outline:
            yield from _nothing_to_put_in(scenario)
            continue
        if not scenario.examples:
            yield scenario.line, f'outline "{scenario.name}" has no examples, so it never runs'
        played = {name for step in (*scenario.background, *scenario.steps) for name in step.placeholders}
        named = played | set(re.findall(r"<(.+?)>", scenario.name))
        seen: list[list[str]] = []
        for examples in scenario.examples:
            if not examples.rows:
                yield examples.line, f'outline "{scenario.name}" has no examples in this table'
            for context in examples.contexts():
                values = [context.get(name, "") for name in sorted(played)]
                if values in seen:
                    row = " | ".join(context.values())
                    yield examples.line, f"the row {row} repeats an earlier row and tests nothing new"
                seen.append(values)
            for name, count in Counter(examples.columns).items():
                if count > 1:
                    yield examples.line, f"the column {name} appears {count} times"
            for name in sorted(named - set(examples.columns)):
                yield examples.line, f"these examples have no column <{name}>"
            for name in sorted(set(examples.columns) - played - {"case"}):
                yield examples.line, f"column {name} is not used; a column that only labels its rows is named case"


def _nothing_to_put_in(scenario: Scenario) -> Iterator[tuple[int, str]]:
    """Yield names in angle brackets that stay unchanged because the scenario is not an outline."""
    for step in (*scenario.background, *scenario.steps):
        for name in sorted(step.placeholders):
            yield (
                step.line,
                f"<{name}> is not replaced: this is not a Scenario Outline with Examples",
            )


def _nobody_says_i(document: Document, _: Definitions) -> Iterator[tuple[int, str]]:
    for scenario in document.scenarios:
        for step in scenario.steps:
            unquoted = re.sub(r'"[^"]*"', "", step.text)
            if re.search(r"\b(I|I'm|my|me)\b", unquoted) and unquoted != "I pause here":
                yield step.line, f'"{step.text}": name the person instead of "I"'


def _tags_are_declared(document: Document, _: Definitions) -> Iterator[tuple[int, str]]:
    for scenario in document.scenarios:
        if names := undeclared(scenario.tags):
            yield scenario.line, f"undeclared tag @{', @'.join(names)} (features/gherkin_tools/tags.py lists them)"


def _days(today: date) -> Rule:
    """Return a rule that checks the dates of tags against the calendar."""

    def rule(document: Document, _: Definitions) -> Iterator[tuple[int, str]]:
        for scenario in document.scenarios:
            for tag in scenario.tags:
                if not tag.startswith("verified-") or undeclared([tag]):
                    continue
                if (day := day_of(tag)) is None:
                    yield scenario.line, f"@{tag}: no such date"
                elif day > today:
                    yield scenario.line, f"@{tag}: the date is in the future; today is {today}"

    return rule


def _intent(lacking: frozenset[Capability]) -> Rule:
    """Return a rule that checks ``@fake-only`` and ``@real-only`` against what the steps need."""

    def rule(document: Document, definitions: Definitions) -> Iterator[tuple[int, str]]:
        for scenario in document.scenarios:
            if not {"fake-only", "real-only"} & set(scenario.tags):
                continue
            needed = {
                capability
                for row in scenario.rows()
                for step in scenario.played(row)
                for definition in definitions.matching(step.kind, step.text)
                for capability in definition.needed_by(step.text)
            }
            if "fake-only" in scenario.tags and not needed & lacking:
                yield scenario.line, f'"{scenario.name}" is tagged @fake-only but needs nothing the real Twilio lacks'
            if "real-only" in scenario.tags and needed & lacking:
                words = ", ".join(sorted(needed & lacking))
                yield scenario.line, f'"{scenario.name}" is tagged @real-only but needs {words}'

    return rule


def _played_twice(documents: Sequence[Document]) -> Iterator[LintFinding]:
    """Yield scenarios that duplicate another one except for the name."""
    plays: dict[tuple[object, ...], tuple[Path, Scenario]] = {}
    for document in documents:
        for scenario in document.scenarios:
            steps = (*scenario.background, *scenario.steps)
            played = tuple((step.kind, step.text, step.table, step.docstring) for step in steps)
            rows = tuple(tuple(row.items()) for row in scenario.rows())
            path, first = plays.setdefault((played, rows), (document.path, scenario))
            if first is not scenario and steps:
                text = f'same steps as "{first.name}" in {path}:{first.line}, so it tests nothing new'
                yield LintFinding(document.path, scenario.line, text)


def _said_twice(documents: Sequence[Document]) -> Iterator[LintFinding]:
    places: dict[str, list[tuple[Path, int]]] = defaultdict(list)
    for document in documents:
        for scenario in document.scenarios:
            places[scenario.name.casefold()].append((document.path, scenario.line))
            if not scenario.name:
                yield LintFinding(document.path, scenario.line, "this scenario has no name")
    for name, found in places.items():
        for path, line in found[1:] if name else ():
            other = f"{found[0][0]}:{found[0][1]}"
            yield LintFinding(path, line, f"another scenario in {other} has this name; names must be unique")


RULES: tuple[Rule, ...] = (
    _steps_are_defined,
    taken_for_prose,
    _is_described,
    _tables_are_aligned,
    _tells_one_story,
    _placeholders_fit,
    _nobody_says_i,
    _tags_are_declared,
)
