"""Problems of a table file, each with its line, its column, the value of the cell and the remedy."""

from collections.abc import Sequence
from dataclasses import dataclass

from driver.errors import DriverError


@dataclass(frozen=True, slots=True)
class Problem:
    """An error or a warning.

    ``line`` counts as in editors and spreadsheets (the header is line 1); 0 means the file as a whole. ``column`` is
    the column's name, or empty for the whole line. ``cell`` is the spreadsheet's name of the cell (``C7``).
    """

    line: int
    column: str
    value: str
    message: str
    cell: str = ""

    @property
    def path(self) -> str:
        """The location of the problem, in the notation of other requests' errors."""
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
    """An error or a warning in a table as it would be after an import, not yet located in a file.

    ``key`` is None for the table as a whole; ``other`` is the key of a second row that is involved.
    """

    table_id: str
    key: object
    field: str
    message: str
    warning: bool = False
    other: object = None


class TableError(DriverError):
    """A table file cannot be imported; holds every error found, not only the first, and the warnings."""

    code = "table_invalid"

    def __init__(self, problems: Sequence[Problem], warnings: Sequence[Problem] = ()) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.line))
        self.warnings = tuple(sorted(warnings, key=lambda problem: problem.line))
        super().__init__("\n".join(str(problem) for problem in self.problems))
