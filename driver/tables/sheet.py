"""A table file as text cells with their places: read from CSV as people really save it, written so that it returns."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from driver.tables.excel import cell_name, decode, guard, is_phone_number, separator, unguard
from driver.tables.problems import Problem, TableError

#: Larger files are refused before they are read: more than 50,000 phones fit.
MAX_BYTES = 8 * 1024 * 1024
MAX_CELL = 10_000


@dataclass(frozen=True, slots=True)
class Record:
    """One row of cells by column name, and the line it stands on. ``cells`` lacks columns the row does not reach."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A header and rows. ``warnings`` are about the file itself (its encoding)."""

    columns: tuple[str, ...]
    records: tuple[Record, ...]
    warnings: tuple[Problem, ...] = ()
    header_line: int = 1

    def place(self, line: int, column: str) -> str:
        """Return the spreadsheet's name of a cell, empty if the column is not in the file."""
        return cell_name(line, self.columns.index(column)) if column in self.columns else ""


def read_csv(data: bytes) -> Sheet:
    """Read a CSV file: UTF-8 with or without mark, UTF-16, Windows-1252; commas, semicolons or tabs.

    Wholly empty lines and empty columns at the end, which spreadsheets leave behind, are passed over.

    Raises:
        TableError: it is no CSV file, or its header cannot be used; every problem found.
    """
    if len(data) > MAX_BYTES:
        raise TableError([Problem(0, "", "", f"the file is larger than {MAX_BYTES // 1024 // 1024} MB")])
    try:
        text, doubt = decode(data)
    except ValueError as mistake:
        raise TableError([Problem(0, "", "", str(mistake))]) from None
    warnings = (Problem(0, "", "", doubt),) if doubt else ()
    delimiter, text, skipped = separator(text)
    rows = list(_rows(text, delimiter, skipped))
    if not rows:
        raise TableError([Problem(0, "", "", "the file is empty; a template has the header")])
    header_line, header = rows[0]
    names = [unguard(name.strip()) for name in header]
    width = len(names)
    while width and not names[width - 1] and not any(len(row) >= width and row[width - 1] for _, row in rows):
        width -= 1
    names = names[:width]
    problems = _header_problems(names, header_line)
    for line, row in rows[1:]:
        problems.extend(
            Problem(line, "", cell, "more cells than the header has columns", cell_name(line, position))
            for position, cell in enumerate(row)
            if position >= width and cell.strip()
        )
    if problems:
        raise TableError(problems, warnings)
    records = tuple(
        Record(line, {name: unguard(cell.strip()) for name, cell in zip(names, row, strict=False)})
        for line, row in rows[1:]
    )
    return Sheet(tuple(names), records, warnings, header_line)


def write_csv(
    columns: Sequence[str], rows: Iterable[Mapping[str, str]], *, text_columns: Sequence[str] = (), mark: bool = True
) -> str:
    """Return a CSV file with CRLF lines, as spreadsheets write it, and a byte order mark unless ``mark`` is off.

    Cells that a spreadsheet would run as formulas get an apostrophe, which ``read_csv`` takes back, in the header too.
    Phone numbers in ``text_columns`` do not: they cannot do harm, and scripts want them plain.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guard(name) for name in columns])
    plain = frozenset(text_columns)
    for row in rows:
        cells = ((name, row.get(name, "")) for name in columns)
        writer.writerow([cell if name in plain and is_phone_number(cell) else guard(cell) for name, cell in cells])
    return ("\ufeff" if mark else "") + out.getvalue()


def _rows(text: str, delimiter: str, skipped: int) -> Iterable[tuple[int, list[str]]]:
    """Yield rows that are not empty with the line each starts on (a quoted cell may span several)."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = skipped + 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                if any(len(cell) > MAX_CELL for cell in row):
                    raise TableError([Problem(start, "", "", f"a cell is longer than {MAX_CELL:,} characters")])
                yield start, row
            start = skipped + reader.line_num + 1
    except csv.Error as mistake:
        what = "a quotation mark is not closed" if "unexpected end" in str(mistake) else str(mistake)
        raise TableError([Problem(start, "", "", f"not CSV: {what}")]) from None


def _header_problems(names: Sequence[str], line: int) -> list[Problem]:
    problems = []
    for position, name in enumerate(names):
        if not name:
            problems.append(Problem(line, "", "", "a column has no name", cell_name(line, position)))
        elif name in names[:position]:
            place = cell_name(line, position)
            problems.append(Problem(line, name, "", "the column is there twice; keep one", place))
    return problems
