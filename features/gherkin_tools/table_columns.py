"""The columns that a step's data table may have, so that a misspelt heading is found before anything is started."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Columns:
    """What a step knows: columns that have to be there, and others that may be."""

    needed: tuple[str, ...]
    other: tuple[str, ...]

    def problem(self, header: Sequence[str]) -> str | None:
        """What is wrong with a table's headings, with what they could be; None if nothing is."""
        known = [*self.needed, *self.other]
        for name, count in Counter(header).items():
            if name not in known:
                nearest = difflib.get_close_matches(name, known, 1)
                meant = f'; did you mean "{nearest[0]}"?' if nearest else ""
                return f'no column is called "{name}" here; there are: {", ".join(known)}{meant}'
            if count > 1:
                return f'the column "{name}" is there {count} times'
        if missing := [name for name in self.needed if name not in header]:
            return f"the table needs the column {', '.join(missing)}; there may be: {', '.join(known)}"
        return None


_COLUMNS = "__bench_columns__"


def columns(*other: str, needed: Sequence[str] = ()) -> Callable[[Function], Function]:
    """Declare the columns of a step's data table.

    Args:
        other: Columns that may be left out.
        needed: Columns without which the step can do nothing.
    """

    def declared(function: Function) -> Function:
        setattr(function, _COLUMNS, Columns(tuple(needed), other))
        return function

    return declared


def declared_columns(function: Callable[..., object]) -> Columns | None:
    """What was declared for a step function; None where any column may be."""
    found: Columns | None = getattr(function, _COLUMNS, None)
    return found
