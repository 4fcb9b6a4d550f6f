"""The step definitions: which there are, which one a step's text means, and which come near it."""

from __future__ import annotations

import difflib
import functools
import inspect
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gherkin_tools.table_columns import declared_columns
from harness.capabilities import Capability, StepNeeds, declared_needs, needed

if TYPE_CHECKING:
    from pytest_bdd.parsers import StepParser

KINDS = ("given", "when", "then")


@dataclass(frozen=True)
class StepDefinition:
    """One pattern of one step function, for one kind of step (`given`, `when` or `then`)."""

    kind: str
    parser: StepParser
    function: Callable[..., object]

    @property
    def pattern(self) -> str:
        """The text that a feature file writes, with placeholders in braces."""
        return self.parser.name

    @property
    def concept(self) -> str:
        """What the step is about: the last part of its module's name."""
        return self.function.__module__.rpartition(".")[2]

    @property
    def place(self) -> str:
        """File and line of the step function."""
        code = inspect.unwrap(self.function).__code__
        return f"{code.co_filename}:{code.co_firstlineno}"

    @property
    def explanation(self) -> str:
        """The step function's docstring."""
        return inspect.getdoc(self.function) or ""

    @property
    def wants_table(self) -> bool:
        """Whether the step reads a data table."""
        return "datatable" in inspect.signature(self.function).parameters

    @property
    def wants_text(self) -> bool:
        """Whether the step reads a doc string."""
        return "docstring" in inspect.signature(self.function).parameters

    def table_problem(self, table: Sequence[Sequence[str]]) -> str | None:
        """What is wrong with the headings of the table under a step; None if nothing is."""
        declared = declared_columns(self.function)
        return declared.problem(table[0]) if declared and table else None

    @property
    def needs(self) -> tuple[StepNeeds, ...]:
        """What the step needs from the backends it plays on."""
        return declared_needs(self.function)

    def needed_by(self, text: str) -> frozenset[Capability]:
        """What the step needs when a feature file writes it so."""
        return needed(self.function, self.parser.parse_arguments(text) or {}) if self.needs else frozenset()


class Definitions:
    """All step definitions of a session. Looking a text up is remembered: suites say the same things often."""

    def __init__(self, definitions: Iterable[StepDefinition]) -> None:
        self.all: Sequence[StepDefinition] = tuple(definitions)
        self.matching = functools.cache(self._matching)

    def _matching(self, kind: str, text: str) -> tuple[StepDefinition, ...]:
        """The definitions that a step means; exactly one if all is well."""
        return tuple(one for one in self.all if one.kind == kind and one.parser.is_matching(text))

    def nearest(self, kind: str, text: str, count: int = 3) -> list[StepDefinition]:
        """The definitions that come nearest to a text that means none, the nearest first."""
        said = _skeleton(text)

        def distance(one: StepDefinition) -> float:
            likeness = difflib.SequenceMatcher(None, said, _skeleton(one.pattern)).ratio()
            return -likeness - (0.05 if one.kind == kind else 0)

        seen: dict[str, StepDefinition] = {}
        for one in sorted(self.all, key=distance):
            seen.setdefault(one.pattern, one)
        return list(seen.values())[:count]

    def problem(self, kind: str, text: str) -> str | None:
        """Why a step cannot be played, with what its writer may have meant; None if it can."""
        found = self.matching(kind, text)
        if len(found) == 1:
            return None
        if found:
            places = "".join(f"\n      {one.kind.title()} {one.pattern}    ({one.place})" for one in found)
            return f'more than one step matches "{text}"; let only one of them do so:{places}'
        near = "".join(f"\n      {one.kind.title()} {one.pattern}" for one in self.nearest(kind, text))
        return f'no step matches "{kind.title()} {text}"; the nearest are:{near}\n      (all steps: docs/qa/steps.md)'


def _skeleton(text: str) -> str:
    """A step without what differs from use to use: quoted texts, numbers, placeholders."""
    return re.sub(r'"[^"]*"|\{[^}]*\}|<[^>]*>|\b\d+(\.\d+)?\b', "…", text.lower())
