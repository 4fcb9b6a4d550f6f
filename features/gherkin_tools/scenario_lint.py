"""Lint rules for the rendered steps of one scenario; nothing is started."""

from __future__ import annotations

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from gherkin_tools.gherkin_model import Step
from gherkin_tools.scenario_checks import Note
from gherkin_tools.step_definitions import Definitions, StepDefinition
from gherkin_tools.vocabulary import NUMBER

MIN_DIGITS = 7
"""Number of digits from which a name is taken for a phone number in a human notation."""

LIKE = 0.8
"""Similarity of two names, from 0 to 1, from which one may be a misspelling of the other."""

_PROVES_NOTHING = (
    "proves nothing by itself, because it also holds before anything has happened: "
    "put a Then before it that shows something that did happen"
)


def step_problems(steps: Iterable[Step], definitions: Definitions) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with the steps of one run of a scenario, as line and sentence."""
    names: dict[str, list[str]] = defaultdict(list)
    proved = False
    steps = list(steps)
    for place, step in enumerate(steps):
        if problem := definitions.problem(step.kind, step.text):
            yield step.line, problem
            continue
        (definition,) = definitions.matching(step.kind, step.text)
        for problem in _introduce(step, definition, names):
            yield step.line, f'"{step.text}": {problem}'
        yield from _table_is_wanted(step, definition)
        yield from definition.problems(step, names)
        proved = proved or definition.proves(step)
        if definition.shows_absence(step):
            if not proved:
                yield step.line, f'"{step.text}" {_PROVES_NOTHING}'
            for number in sorted(_numbers([step]) - _numbers(steps[:place])):
                yield step.line, f'"{step.text}": no earlier step mentions {number}, so nothing can be there'
    said: dict[str, Note] = {}
    for step in steps:
        for definition in definitions.matching(step.kind, step.text):
            yield from definition.scenario_problems(step, names, said=said)
    for note in said.values():
        yield from ((steps[-1].line, problem) for problem in note.left_over())
    yield from _never_used(steps, definitions, names)


def _introduce(step: Step, definition: StepDefinition, names: dict[str, list[str]]) -> Iterator[str]:
    """Add the names that a step introduces, and yield what is wrong with them."""
    for kind, name in definition.introduces(step):
        if definition.names_people and (
            problem := name_problem(name, [one for each in names.values() for one in each])
        ):
            yield problem
        names[kind] += [name] if name not in ("", "-") else []
    for name in definition.taken_names(step):
        yield f'"{name}" is already in use: choose another name'


def name_problem(name: str, known: Iterable[str]) -> str | None:
    """Return why a name is not allowed beside the ``known`` ones; None if it is.

    To a reader, names that differ only in case are the same name. To the product, a number in a human notation is not a
    phone number.
    """
    if name != name.strip():
        return f'the name "{name}" begins or ends with whitespace'
    if len(re.findall(r"[0-9]", name)) >= MIN_DIGITS and not re.fullmatch(NUMBER, name):
        return f'"{name}" is read as a name: write numbers as +12015550123, without spaces'
    for other in known:
        if other != name and other.casefold() == name.casefold():
            return f'"{name}" and "{other}" differ only in case: choose another name'
    return None


def _never_used(
    steps: Sequence[Step], definitions: Definitions, names: Mapping[str, Sequence[str]]
) -> Iterator[tuple[int, str]]:
    """Yield names that resemble another name of the scenario and appear only in the step that introduces them."""
    known = {name for each in names.values() for name in each}
    for step in steps:
        for definition in definitions.matching(step.kind, step.text):
            introduced = definition.introduces(step) if definition.names_people else ()
            for name in dict.fromkeys(name for _, name in introduced if name):
                if re.fullmatch(NUMBER, name) or sum(_says(each, name) for each in steps) > 1:
                    continue
                if near := difflib.get_close_matches(name, known - {name}, 1, LIKE):
                    yield step.line, f'"{step.text}": no other step mentions "{name}"; did you mean "{near[0]}"?'


def _written(step: Step) -> Iterator[str]:
    """Yield the texts that make up a step."""
    yield step.text
    yield step.docstring or ""
    for row in step.table:
        yield from row


def _says(step: Step, name: str) -> bool:
    """Return whether a step mentions a name."""
    return any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) for text in _written(step))


def _numbers(steps: Iterable[Step]) -> set[str]:
    """Return the phone numbers that steps mention."""
    return {number for step in steps for text in _written(step) for number in re.findall(r"\+\d{7,}", text)}


def _table_is_wanted(step: Step, definition: StepDefinition) -> Iterator[tuple[int, str]]:
    if definition.wants_table and not step.table:
        yield step.line, f'"{step.text}" needs a data table under it'
    if step.table and not definition.wants_table:
        yield step.line, f'"{step.text}" does not take a data table; remove it'
    if definition.wants_text and step.docstring is None:
        yield step.line, f'"{step.text}" needs a doc string (""") under it'
    if step.docstring is not None and not definition.wants_text:
        yield step.line, f'"{step.text}" does not take a doc string; remove it'
