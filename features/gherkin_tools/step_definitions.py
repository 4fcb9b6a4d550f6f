"""The step definitions: all of them, the one that a step's text matches, and the most similar ones."""

from __future__ import annotations

import difflib
import functools
import inspect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gherkin_tools.absence import says_what_holds_at_start, shows_absence
from gherkin_tools.gherkin_model import Step
from gherkin_tools.scenario_checks import Called, Note, declared_check
from gherkin_tools.table_columns import declared_form, wants_rows
from gherkin_tools.vocabulary import Names, Vocabulary, declared_text, introduced_by, reserved_names
from harness.capabilities import Capability, StepNeeds, declared_needs, needed
from harness.table_diff import unmarked

if TYPE_CHECKING:
    from pytest_bdd.parsers import StepParser

KINDS = ("given", "when", "then")

MIN_PART = 3
"""Least number of letters in a part of a reason or of a log record."""

_TOO_SHORT = f"fewer than {MIN_PART} letters match nearly any text: quote more of it"
_TWO_IN_ONE = "a quoted text contains a quotation mark; if these are two steps, put each on its own line"
_FITS_ALL = "a row of only `*` matches anything: give the expected value in at least one column"
_IN_EVERYTHING = (
    "only whitespace (or `~` with nothing after it) matches any text: quote what has to be there, or use `*`"
)


@dataclass(frozen=True)
class StepDefinition:
    """One pattern of one step function, for one kind of step (``given``, ``when`` or ``then``)."""

    kind: str
    parser: StepParser
    function: Callable[..., object]
    types: Mapping[str, Callable[[str], object]] = field(default_factory=dict)

    @property
    def pattern(self) -> str:
        """Return the text that a feature file writes, with placeholders in braces."""
        return self.parser.name

    @property
    def shown(self) -> str:
        """Return the pattern for display, with only the names of the placeholders."""
        named = re.sub(r"\{(\w+):\w+\}", r"{\1}", self.pattern)
        return re.sub(r"\{:(\w+)\}", lambda found: found[1].lower(), named)

    @property
    def sample(self) -> str:
        """Return the pattern with the first example for each placeholder: ``5 seconds pass``."""

        def example(found: re.Match[str]) -> str:
            function = self.types.get(found[1])
            text = "" if function is None or hasattr(function, "vocabulary") else inspect.getdoc(function) or ""
            shown = re.match(r"``(.+?)``", text)
            return shown[1] if shown else found[0]

        return re.sub(r"\{\w*:(\w+)\}", example, self.pattern)

    @property
    def hints(self) -> list[str]:
        """Return what each placeholder accepts, unless it accepts any text."""
        found = []
        for name, type_ in self.placeholders.items():
            if (vocabulary := self.vocabularies.get(name)) is not None:
                found.append(f"`{name}`: {vocabulary.described()}")
            elif (function := self.types.get(type_)) is not None:
                found.append(f"`{name}`: {_markdown(function)}")
            elif type_ == "d":
                found.append(f"`{name}`: a whole number.")
        return found

    @property
    def concept(self) -> str:
        """Return the subject of the step: the last part of its module's name."""
        return self.function.__module__.rpartition(".")[2]

    @property
    def place(self) -> str:
        """Return the file and line of the step function."""
        code = inspect.unwrap(self.function).__code__
        return f"{code.co_filename}:{code.co_firstlineno}"

    @property
    def explanation(self) -> str:
        """Return the step function's docstring."""
        return _markdown(self.function)

    @property
    def wants_table(self) -> bool:
        """Return whether the step reads a data table."""
        return "datatable" in inspect.signature(self.function).parameters

    @property
    def wants_text(self) -> bool:
        """Return whether the step reads a doc string."""
        return "docstring" in inspect.signature(self.function).parameters

    @property
    def placeholders(self) -> dict[str, str]:
        """Return the placeholders of the pattern with their type names; empty for any text."""
        return dict(re.findall(r"\{(\w+):?(\w*)\}", self.pattern))

    @property
    def vocabularies(self) -> dict[str, Vocabulary]:
        """Return the placeholders that have a vocabulary."""
        typed = {name: getattr(self.types.get(type_), "vocabulary", None) for name, type_ in self.placeholders.items()}
        return {name: vocabulary for name, vocabulary in typed.items() if vocabulary is not None}

    def arguments(self, text: str) -> dict[str, object]:
        """Return the placeholder values for a step with this text."""
        return dict(self.parser.parse_arguments(text) or {})

    def problems(self, step: Step, names: Names) -> Iterator[tuple[int, str]]:
        """Yield what is wrong with the words of a step and with its table or doc string, as line and sentence."""
        arguments = self.arguments(step.text)
        for name, vocabulary in self.vocabularies.items():
            if problem := vocabulary.problem(str(arguments[name]), names):
                yield step.line, f'"{step.text}": {problem}'
        yield from ((step.line, f'"{step.text}": {problem}') for problem in self._weak(step, arguments))
        if step.table and (form := declared_form(self.function)):
            for row, problem in form.problems([[*map(unmarked, row)] for row in step.table], names, arguments):
                yield step.table_lines[row] if step.table_lines else step.line, f'"{step.text}": {problem}'
        if self.kind == "then" and any(all(unmarked(cell) == "*" for cell in cells) for cells in step.table[1:]):
            yield step.line, f'"{step.text}": {_FITS_ALL}'
        if len(step.table) == 1 and wants_rows(self.function):
            nothing = "would always hold" if self.kind == "then" else "would do nothing"
            yield step.line, f'"{step.text}": the table has no rows, so the step {nothing}'
        if step.docstring is not None and (check := declared_text(self.function)):
            yield from ((step.line, f'"{step.text}": {problem}') for problem in check(step.docstring))

    def _weak(self, step: Step, arguments: Mapping[str, object]) -> Iterator[str]:
        """Yield arguments that match nearly any text, or that swallow another step."""
        said = [text for text in arguments.values() if isinstance(text, str)]
        if any(re.match(r'[^"]*[^"\s]" .*"', text) for text in said):
            yield _TWO_IN_ONE
        if any(0 < len(str(arguments.get(name, "")).strip()) < MIN_PART for name in ("reason", "text")):
            yield _TOO_SHORT
        if self.kind == "then" or "reason" in arguments:
            said += [unmarked(cell).strip().removeprefix("~") for row in step.table for cell in row if "~" in cell]
            if not all(text.strip() for text in said):
                yield _IN_EVERYTHING

    def scenario_problems(self, step: Step, names: Names, *, said: dict[str, Note]) -> Iterator[tuple[int, str]]:
        """Yield what is wrong with a step, given the steps before it, as line and sentence.

        Args:
            step: The step.
            names: The names that the whole scenario introduces.
            said: Notes of the checks of earlier steps; this check adds its own for later ones.
        """
        if check := declared_check(self.function):
            called = Called(self.arguments(step.text), _rows(step), step.docstring or "", names, said)
            yield from ((step.line, f'"{step.text}": {problem}') for problem in check(called))

    def introduces(self, step: Step) -> Iterable[tuple[str, str]]:
        """Return the names that a step introduces for later steps, as kind and name."""
        return introduced_by(self.function, self.arguments(step.text), _rows(step))

    @property
    def names_people(self) -> bool:
        """Return whether the names that the step introduces are the scenario's own, as opposed to reserved ones."""
        return bool(reserved_names(self.function))

    def taken_names(self, step: Step) -> Iterable[str]:
        """Return the names that a step introduces although they are already in use."""
        return (name for _, name in self.introduces(step) if name in reserved_names(self.function))

    def shows_absence(self, step: Step) -> bool:
        """Return whether a step only checks for an absence."""
        empty_table = self.kind == "then" and len(step.table) == 1
        return empty_table or shows_absence(self.function, self.arguments(step.text))

    def proves(self, step: Step) -> bool:
        """Return whether a step shows something that has happened."""
        return step.kind == "then" and not (
            self.shows_absence(step) or says_what_holds_at_start(self.function, self.arguments(step.text))
        )

    @property
    def needs(self) -> tuple[StepNeeds, ...]:
        """Return what the step needs from the backends it runs on."""
        return declared_needs(self.function)

    def needed_by(self, text: str) -> frozenset[Capability]:
        """Return what the step needs when its text is this."""
        return needed(self.function, self.parser.parse_arguments(text) or {}) if self.needs else frozenset()


def _rows(step: Step) -> list[dict[str, str]]:
    """Return the rows of a step's table, by heading."""
    header, *rows = [[*map(unmarked, row)] for row in step.table] or [[]]
    return [dict(zip(header, row, strict=True)) for row in rows]


class Definitions:
    """All step definitions of a session. Matches are cached, because suites repeat the same texts."""

    def __init__(self, definitions: Iterable[StepDefinition]) -> None:
        self.all: Sequence[StepDefinition] = tuple(definitions)
        self.matching = functools.cache(self._matching)

    def _matching(self, kind: str, text: str) -> tuple[StepDefinition, ...]:
        """Return the definitions that match a step; exactly one in a valid suite."""
        return tuple(one for one in self.all if one.kind == kind and one.parser.is_matching(text))

    def nearest(self, kind: str, text: str, count: int = 3) -> list[StepDefinition]:
        """Return the definitions most similar to an undefined step, most similar first."""
        said = _skeleton(text)

        def distance(one: StepDefinition) -> float:
            likeness = difflib.SequenceMatcher(None, said, _skeleton(one.sample)).ratio()
            return -likeness - (0.05 if one.kind == kind else 0)

        seen: dict[str, StepDefinition] = {}
        for one in sorted(self.all, key=distance):
            seen.setdefault(one.pattern, one)
        return list(seen.values())[:count]

    def problem(self, kind: str, text: str) -> str | None:
        """Return why a step cannot be run, with similar steps; None if it can."""
        found = self.matching(kind, text)
        if len(found) == 1:
            return None
        if found:
            places = "".join(f"\n      {one.kind.title()} {one.shown}    ({one.place})" for one in found)
            return f'more than one step matches "{text}"; let only one of them do so:{places}'
        near = "".join(
            "\n        ".join([f"\n      {one.kind.title()} {one.shown}", *one.hints])
            for one in self.nearest(kind, text)
        )
        return f'no step matches "{kind.title()} {text}"; the nearest are:{near}\n      (all steps: docs/qa/steps.md)'


def _markdown(function: Callable[..., object]) -> str:
    """Return a docstring as shown on pages, in editors and in messages, with code in single backticks."""
    return (inspect.getdoc(function) or "").replace("``", "`")


def _skeleton(text: str) -> str:
    """Return a step without the parts that differ from use to use: quoted texts, numbers, placeholders."""
    return re.sub(r'"[^"]*"|\{[^}]*\}|<[^>]*>|\b\d+(\.\d+)?\b', "…", text.lower())
