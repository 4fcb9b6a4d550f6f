"""What is wrong with a table file: every mistake with its line, its column, what the cell holds and what to do."""

from collections.abc import Sequence
from dataclasses import dataclass

from driver.errors import DriverError


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake, or one thing worth a warning.

    ``line`` counts as editors and spreadsheets do (the header is line 1); 0 means the file as a whole. ``column`` is
    the column's name, empty if the whole line is meant. ``cell`` is what a spreadsheet calls the place (``C7``).
    """

    line: int
    column: str
    value: str
    message: str
    cell: str = ""

    @property
    def path(self) -> str:
        """The place of the mistake, as other requests name theirs."""
        return ".".join(filter(None, (f"line {self.line}" if self.line else "", self.column))) or "(file)"

    def __str__(self) -> str:
        """Return the problem as one line for a terminal."""
        place = f"line {self.line}" if self.line else "file"
        place += f" ({self.cell})" if self.cell else ""
        column = f", {self.column}" if self.column else ""
        shown = repr(self.value)
        shown = f" = {shown if len(shown) <= 60 else f'{shown[:57]}…'}" if self.value else ""
        return f"{place}{column}{shown}: {self.message}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or worth a warning, in a table as it would be after an import, before it has a place in a file.

    ``key`` is None if the table as a whole is meant; ``other`` is the key of a second row that takes part in it.
    """

    table_id: str
    key: object
    field: str
    message: str
    warning: bool = False
    other: object = None


class TableError(DriverError):
    """A table file that cannot be imported; holds every mistake found, and the warnings, never only the first."""

    code = "table_invalid"

    def __init__(self, problems: Sequence[Problem], warnings: Sequence[Problem] = ()) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        self.warnings = tuple(sorted(warnings, key=lambda problem: problem.line))
        super().__init__("\n".join(str(problem) for problem in self.problems))
