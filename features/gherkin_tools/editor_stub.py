"""Makes what editors read: a stub with a regular expression for each step, and snippets for steps with a table.

Cucumber's language service and the editors built on it resolve only simple patterns of pytest-bdd; regular expressions
they resolve all. The stub is read by editors and never run.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from gherkin_tools.gherkin_model import Document, Step
from gherkin_tools.step_catalogue import examples_of
from gherkin_tools.step_definitions import Definitions, StepDefinition
from gherkin_tools.vocabulary import MAX_SHOWN, Vocabulary
from harness.table_diff import gherkin

HEAD = """\
// Made by `pytest features --write-steps` from features/steps; do not edit it by hand.
// Editors read this file to complete and to check steps. It is never run: the steps themselves are in features/steps.

"""

_PARTS = re.compile(r"\{(\w*)(?::(\w+))?\}")
_WHOLE_NUMBER = r"(\d+)"


def stub(definitions: Definitions, root: Path) -> str:
    """The stub: for each pattern its docstring and place as comment, and the regular expression.

    A pattern of several kinds of steps is there once, for editors do not look at the keyword.
    """
    patterns = {one.pattern: one for one in reversed(definitions.all)}
    first = [one for one in definitions.all if patterns[one.pattern] is one]
    return HEAD + "\n".join(line for one in first for line in _entry(one, root))


def _entry(one: StepDefinition, root: Path) -> Iterator[str]:
    place = Path(one.place.rpartition(":")[0]).relative_to(root).as_posix()
    yield from (f"// {line}".rstrip() for line in one.explanation.splitlines())
    yield from (f"// - {hint}" for hint in one.hints)
    yield f"// {place}: {one.function.__name__}"
    yield f"{one.kind.title()}(/^{regular_expression(one)}$/, () => {{}})\n"


def regular_expression(one: StepDefinition) -> str:
    """The pattern of a definition as JavaScript's regular expressions have it, without anchors."""
    text, end = "", 0
    for part in _PARTS.finditer(one.pattern):
        text += _literal(one.pattern[end : part.start()]) + _placeholder(one, *part.groups())
        end = part.end()
    return text + _literal(one.pattern[end:])


def _placeholder(one: StepDefinition, name: str, type_: str | None) -> str:
    if type_ == "d":
        return _WHOLE_NUMBER
    if (vocabulary := one.vocabularies.get(name)) is not None:
        return _words(vocabulary)
    pattern = getattr(one.types.get(type_ or ""), "pattern", None)
    return f"({pattern or '.+'})" if name else f"(?:{pattern})"


def _words(vocabulary: Vocabulary) -> str:
    """A vocabulary as alternatives, where it is closed and short; otherwise any text."""
    known = vocabulary.known({})
    if vocabulary.introduced or vocabulary.other or vocabulary.examples or len(known) > MAX_SHOWN:
        return "(.+)"
    either = "|".join(map(_literal, known))
    return f"((?:{either})(?:, (?:{either}))*)" if vocabulary.several else f"({either})"


def _literal(text: str) -> str:
    return re.sub(r"[\\^$.*+?()\[\]{}|/]", r"\\\g<0>", text)


def snippets(definitions: Definitions, documents: Sequence[Document]) -> str:
    """VS Code's snippets: each step with a table, as the first feature file writes it that uses it."""
    made = {}
    for step, _ in examples_of(documents, definitions).values():
        if step.table:
            (one,) = definitions.matching(step.kind, step.text)
            made[f"{step.kind.title()} {one.shown}"] = {
                "scope": "cucumber,feature,gherkin",
                "prefix": one.shown.rstrip(":"),
                "description": one.explanation.splitlines()[0],
                "body": list(_body(step)),
            }
    return json.dumps(dict(sorted(made.items())), indent=2, ensure_ascii=False) + "\n"


def _body(step: Step) -> Iterator[str]:
    """The text of a step and its table."""
    yield _escaped(step.text)
    for line in gherkin(step.table[0], step.table[1:]).splitlines():
        yield _escaped(f"  {line.strip()}")
    yield "$0"


def _escaped(text: str) -> str:
    return re.sub(r"[$}\\]", r"\\\g<0>", text)
