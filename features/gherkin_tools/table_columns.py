"""The tables that steps read: their columns and the words in their cells, checked before anything is started."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from gherkin_tools.vocabulary import Names, Vocabulary

Function = TypeVar("Function", bound=Callable[..., Any])
Table = Sequence[Sequence[str]]
Arguments = Mapping[str, object]


class TableForm(Protocol):
    """The declared form of a step's table."""

    def problems(self, table: Table, names: Names, arguments: Arguments) -> Iterator[tuple[int, str]]:
        """Yield what is wrong with a table: the row (0 for the headings) and a sentence.

        Args:
            table: The headings, and the rows under them.
            names: The names that the scenario has introduced.
            arguments: The arguments of the step.
        """
        ...

    def vocabularies(self) -> Iterator[tuple[str, Vocabulary]]:
        """Yield the places that have a vocabulary, as the catalog calls them."""
        ...


@dataclass(frozen=True)
class Columns:
    """Required and optional columns, and the vocabularies of their cells."""

    needed: tuple[str, ...]
    other: tuple[str, ...]
    words: Mapping[str, Vocabulary] = field(default_factory=dict)

    def problems(self, table: Table, names: Names, arguments: Arguments) -> Iterator[tuple[int, str]]:
        """Yield what is wrong with a table: the row (0 for the headings) and a sentence."""
        header, *rows = table
        if problem := self._heading_problem(header):
            yield 0, problem
            return
        yield from self._said_twice(header, rows)
        for number, row in enumerate(rows, 1):
            for column, text in zip(header, row, strict=True):
                if (words := self.words.get(column)) and (problem := words.cell_problem(text, names)):
                    yield number, f'column "{column}": {problem}'

    def vocabularies(self) -> Iterator[tuple[str, Vocabulary]]:
        """Yield the places that have a vocabulary, as the catalog calls them."""
        yield from ((f"column `{name}`", vocabulary) for name, vocabulary in self.words.items())

    def _said_twice(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, str]]:
        """Yield rows whose first required column is empty or repeats an earlier row."""
        for name in self.needed[:1]:
            said = [row[header.index(name)] for row in rows]
            for number, text in enumerate(said, 1):
                if not text:
                    yield number, f"this row has no {name}"
                elif text in said[: number - 1]:
                    yield number, f"an earlier row already has the {name} {text!r}"

    def _heading_problem(self, header: Sequence[str]) -> str | None:
        known = [*self.needed, *self.other]
        for name, count in Counter(header).items():
            if name not in known:
                nearest = difflib.get_close_matches(name, known, 1)
                meant = f'; did you mean "{nearest[0]}"?' if nearest else ""
                return f'unknown column "{name}"; known columns: {", ".join(known)}{meant}'
            if count > 1:
                return f'the column "{name}" appears {count} times'
        if missing := [name for name in self.needed if name not in header]:
            return f"the table needs the column {', '.join(missing)}; known columns: {', '.join(known)}"
        return None


@dataclass(frozen=True)
class SideBySide:
    """A table with one column per item, optionally with words of one vocabulary in its cells.

    ``chosen`` limits the headings to those that fit the step's arguments.
    """

    headings: Vocabulary
    cells: Vocabulary | None = None
    chosen: Callable[[Arguments], Vocabulary | None] = lambda _: None

    def problems(self, table: Table, names: Names, arguments: Arguments) -> Iterator[tuple[int, str]]:
        """Yield what is wrong with a table: the row (0 for the headings) and a sentence."""
        header, *rows = table
        headings = self.chosen(arguments) or self.headings
        for name, count in Counter(header).items():
            if problem := headings.problem(name, names):
                yield 0, problem
            elif count > 1:
                yield 0, f'the column "{name}" appears {count} times'
        for number, row in enumerate(rows, 1):
            for text in row:
                if self.cells and (problem := self.cells.cell_problem(text, names)):
                    yield number, problem

    def vocabularies(self) -> Iterator[tuple[str, Vocabulary]]:
        """Yield the places that have a vocabulary, as the catalog calls them."""
        yield "columns", self.headings
        if self.cells:
            yield "cells", self.cells


@dataclass(frozen=True)
class Parameters:
    """A table of parameters and their values, some of which have a vocabulary.

    ``chosen`` limits the parameters to those that fit the step's arguments.
    """

    parameters: Vocabulary
    values: Mapping[str, Vocabulary] = field(default_factory=dict)
    chosen: Callable[[Arguments], Vocabulary | None] = lambda _: None

    def problems(self, table: Table, names: Names, arguments: Arguments) -> Iterator[tuple[int, str]]:
        """Yield what is wrong with a table: the row (0 for the headings) and a sentence."""
        parameters = self.chosen(arguments) or self.parameters
        columns = Columns(("parameter", "value"), (), {"parameter": parameters})
        yield from columns.problems(table, names, arguments)
        header, *rows = table
        if sorted(header) != ["parameter", "value"]:
            return
        for number, row in enumerate(rows, 1):
            cells = dict(zip(header, row, strict=True))
            words = self.values.get(cells["parameter"])
            if words and (problem := words.cell_problem(cells["value"], names)):
                yield number, f"{cells['parameter']}: {problem}"

    def vocabularies(self) -> Iterator[tuple[str, Vocabulary]]:
        """Yield the places that have a vocabulary, as the catalog calls them."""
        yield "column `parameter`", self.parameters
        yield from ((f"value of `{name}`", vocabulary) for name, vocabulary in self.values.items())


_FORM = "__table_form__"


def table(form: TableForm) -> Callable[[Function], Function]:
    """Declare the form of a step's table."""

    def declared(function: Function) -> Function:
        setattr(function, _FORM, form)
        return function

    return declared


def columns(*other: str, needed: Sequence[str] = (), **words: Vocabulary) -> Callable[[Function], Function]:
    """Declare the columns of a step's data table.

    Args:
        other: Optional columns that accept any text.
        needed: Required columns.
        words: The vocabularies of optional columns (``error_code`` for ``error code``, ``from_`` for ``from``).
    """
    named = {name.strip("_").replace("_", " "): vocabulary for name, vocabulary in words.items()}
    optional = (*(name for name in named if name not in needed), *other)
    return table(Columns(tuple(needed), optional, named))


def declared_form(function: Callable[..., object]) -> TableForm | None:
    """Return the declared table form of a step function; None if any table is accepted."""
    found: TableForm | None = getattr(function, _FORM, None)
    return found


_ROWS = "__wants_rows__"


def rows_wanted(function: Function) -> Function:
    """Declare that a step needs at least one row; without one it would do nothing or always hold."""
    setattr(function, _ROWS, True)
    return function


def wants_rows(function: Callable[..., object]) -> bool:
    """Return whether a step needs rows under the headings of its table."""
    return getattr(function, _ROWS, False)
