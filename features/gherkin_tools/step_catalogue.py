"""Makes ``docs/qa/steps.md``: every step there is, what it does, what it needs, and one use of it from the suite."""

from __future__ import annotations

import inspect
import textwrap
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from gherkin_tools.gherkin_model import Document, Step
from gherkin_tools.step_definitions import Definitions, StepDefinition
from gherkin_tools.table_columns import declared_form
from gherkin_tools.tags import FAMILIES, TAGS
from harness.table_diff import gherkin

HEAD = """\
# Every step

Made by `pytest features --write-steps` from the step definitions and the feature files; do not edit it by hand.
A name in braces stands for what you write there: any text, or one of the words that the step names.
How to put steps together: [Write a test in ten minutes](../../features/README.md).
"""


def page(definitions: Definitions, documents: Sequence[Document], root: Path) -> str:
    """The whole page as Markdown."""
    examples = examples_of(documents, definitions)
    concepts: dict[str, dict[object, list[StepDefinition]]] = defaultdict(lambda: defaultdict(list))
    for definition in definitions.all:
        concepts[definition.concept][definition.function].append(definition)
    lines = [HEAD]
    for concept in sorted(concepts):
        about = inspect.getdoc(inspect.getmodule(next(iter(concepts[concept].values()))[0].function)) or ""
        lines += [f"## {concept.replace('_', ' ').capitalize()}", "", about, ""]
        ordered = sorted(concepts[concept].values(), key=lambda one: int(one[0].place.rpartition(":")[2]))
        for several in ordered:
            lines += _entry(several, examples, root)
    lines += ["## Tags", "", "| tag | meaning |", "|---|---|"]
    lines += [f"| `@{tag}` | {meaning} |" for tag, meaning in TAGS.items()]
    shapes = {r"bug-\d+": "bug-123", r"verified-\d{4}-\d{2}-\d{2}": "verified-2026-01-31"}
    lines += [f"| `@{shapes[pattern]}` | {meaning} |" for pattern, meaning in FAMILIES.items()]
    return "\n".join(lines) + "\n"


def lacking(definitions: Definitions, documents: Sequence[Document]) -> list[str]:
    """What keeps steps from standing on the page: no explanation, or no use to take an example from."""
    examples = examples_of(documents, definitions)
    found = []
    for one in definitions.all:
        if not one.explanation:
            found.append(f"{one.place}: the step {one.pattern!r} has no docstring")
        if one.pattern not in examples:
            found.append(f"{one.place}: no feature file uses the step {one.pattern!r}")
    return found


def _entry(several: list[StepDefinition], examples: dict[str, tuple[Step, Document]], root: Path) -> Iterator[str]:
    patterns: dict[str, list[StepDefinition]] = {}
    for one in several:
        patterns.setdefault(one.pattern, []).append(one)
    for same in patterns.values():
        yield f"### {' · '.join(sorted(one.kind.title() for one in same))} {_code(same[0].shown)}"
    yield ""
    yield several[0].explanation
    yield ""
    hints = list(dict.fromkeys(hint for one in several for hint in (*one.hints, *_columns(one))))
    if hints:
        yield from (f"- {hint}" for hint in hints)
        yield ""
    if words := sorted({word for need in several[0].needs for word in need.capabilities}):
        some = any(need.when for need in several[0].needs)
        yield f"*Needs {', '.join(words)}{' (depending on its values)' if some else ''}.*"
        yield ""
    for pattern in patterns:
        if pattern in examples:
            step, document = examples[pattern]
            yield from ("```gherkin", f"{step.kind.title()} {step.text}")
            if step.table:
                yield gherkin(step.table[0], step.table[1:])
            if step.docstring is not None:
                yield textwrap.indent(f'"""\n{step.docstring}\n"""', "  ", bool)
            place = document.path.relative_to(root).as_posix()
            yield from ("```", f"From [{document.name}](../../{place}).", "")
            break


def _columns(one: StepDefinition) -> Iterator[str]:
    """The columns of a step's table that take words of a vocabulary."""
    form = declared_form(one.function)
    if form is not None:
        for column, vocabulary in form.vocabularies():
            yield f"{column}: {vocabulary.described()}"


def _code(pattern: str) -> str:
    return f"`` {pattern} ``" if "`" in pattern else f"`{pattern}`"


def examples_of(documents: Iterable[Document], definitions: Definitions) -> dict[str, tuple[Step, Document]]:
    """The first use of each pattern in a scenario that is expected to pass; scenarios that need a person come last."""
    found: dict[str, tuple[Step, Document]] = {}
    ordered = sorted(documents, key=lambda one: one.path)
    uses = [(scenario, document) for document in ordered for scenario in document.scenarios]
    for scenario, document in sorted(uses, key=lambda use: "manual" in use[0].tags):
        if "wip" not in scenario.tags:
            for row in scenario.rows():
                for step in scenario.played(row):
                    for definition in definitions.matching(step.kind, step.text):
                        found.setdefault(definition.pattern, (step, document))
    return found
