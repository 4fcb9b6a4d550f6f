"""CSV files as spreadsheets save them: read into text cells with their locations, and written so that they round-trip.

Spreadsheet programs choose the encoding and the separator, and treat some cells as formulas.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from driver.config.text_files import decoded
from driver.tables.errors import Problem, TableError

#: Larger files are rejected before they are parsed. More than 50,000 phones fit.
MAX_BYTES = 8 * 1024 * 1024
MAX_CELL = 10_000

#: Excel's plain "CSV" in western languages.
_ANSI = "cp1252"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SEPARATORS = ",;\t"
_SEPARATOR_LINE = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)
#: What makes a spreadsheet treat a cell as a formula; ``+`` also makes it turn a phone number into a plain number.
_RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_PHONE_NUMBER = re.compile(r"\+[0-9]{1,15}")


@dataclass(frozen=True, slots=True)
class Record:
    """A row's cells by column name, and its line number. ``cells`` lacks the columns beyond the end of the row."""

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
        """Return the spreadsheet's name of a cell, or ``""`` if the column is not in the file."""
        return cell_name(line, self.columns.index(column)) if column in self.columns else ""


def read_csv(data: bytes) -> Sheet:
    """Read a CSV file: UTF-8 with or without byte order mark, UTF-16 or Windows-1252; commas, semicolons or tabs.

    Empty lines and the empty trailing columns that spreadsheets leave behind are skipped.

    Raises:
        TableError: it is not a CSV file, or its header cannot be used; holds every problem found.
    """
    if len(data) > MAX_BYTES:
        raise TableError([Problem(0, "", "", f"the file is larger than {MAX_BYTES // 1024 // 1024} MB")])
    try:
        text, doubt = _decode(data)
    except ValueError as exc:
        raise TableError([Problem(0, "", "", str(exc))]) from None
    warnings = (Problem(0, "", "", doubt),) if doubt else ()
    rows = list(_rows(*_separator(text)))
    if not rows:
        raise TableError([Problem(0, "", "", "the file is empty; start from a template, which has the header")])
    header_line, header = rows.pop(0)
    names = [unguard(name.strip()) for name in header]
    while names and not names[-1] and not any(len(row) >= len(names) and row[len(names) - 1] for _, row in rows):
        names.pop()
    problems = list(_header_problems(names, header_line))
    for line, row in rows:
        problems.extend(
            Problem(line, "", cell, "the row has more cells than the header has columns", cell_name(line, position))
            for position, cell in enumerate(row)
            if position >= len(names) and cell.strip()
        )
    if problems:
        raise TableError(problems, warnings)
    records = tuple(
        Record(line, {name: unguard(cell.strip()) for name, cell in zip(names, row, strict=False)})
        for line, row in rows
    )
    return Sheet(tuple(names), records, warnings, header_line)


def write_csv(
    columns: Sequence[str], rows: Iterable[Mapping[str, str]], *, text_columns: Sequence[str] = (), mark: bool = True
) -> str:
    """Return a CSV file with CRLF lines, as spreadsheets write it, and a byte order mark unless ``mark`` is off.

    Cells that a spreadsheet would treat as formulas, including those of the header, get a leading apostrophe, which
    ``read_csv`` removes. Phone numbers in ``text_columns`` do not: they are harmless, and scripts expect them plain.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guard(name) for name in columns])
    plain = frozenset(text_columns)
    for row in rows:
        cells = ((name, row.get(name, "")) for name in columns)
        writer.writerow(
            [cell if name in plain and _PHONE_NUMBER.fullmatch(cell) else guard(cell) for name, cell in cells]
        )
    return ("\ufeff" if mark else "") + out.getvalue()


def guard(cell: str) -> str:
    """Return a cell that no spreadsheet treats as a formula: with a leading apostrophe, as typed by hand."""
    return f"'{cell}" if _RISKY.match(cell) else cell


def unguard(cell: str) -> str:
    """Remove the apostrophe that ``guard`` added, or that a person typed to keep the plus sign (``'+1…``)."""
    return cell[1:] if cell.startswith("'") and _RISKY.match(cell) else cell


def cell_name(line: int, position: int) -> str:
    """Return the spreadsheet's name of a cell; ``position`` counts from 0, so line 7 and position 2 give ``C7``."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{letters}{line}"


def _decode(data: bytes) -> tuple[str, str]:
    """Return the text of a file, and a warning if its encoding had to be guessed.

    Raises:
        ValueError: the bytes are not text.
    """
    try:
        return decoded(data), ""
    except ValueError:
        if data.startswith(_UTF16_MARKS) or b"\0" in data:
            raise
    try:
        text = data.decode(_ANSI)
    except UnicodeDecodeError:
        raise ValueError("the file is not text; save it as 'CSV UTF-8 (comma delimited)'") from None
    return text, "the file is not UTF-8; it was read as Windows-1252. Check accented letters in the changes"


def _separator(text: str) -> tuple[str, str, int]:
    """Return the text without a leading ``sep=;`` line, the separator, and the number of lines removed (0 or 1).

    Without that line, the separator is the most frequent candidate in the first line: Excel writes ``;`` where the
    comma is the decimal sign, and tabs in "Unicode Text".
    """
    named = _SEPARATOR_LINE.match(text)
    if named and named[1] in _SEPARATORS:
        return text[named.end() :], named[1], 1
    first = re.sub(r'"[^"]*"', "", text.split("\n", 1)[0])
    return text, max(_SEPARATORS, key=first.count), 0


def _rows(text: str, separator: str, skipped: int) -> Iterable[tuple[int, list[str]]]:
    """Yield the non-empty rows, each with the line it starts on (a quoted cell may span several lines)."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    start = skipped + 1
    try:
        for row in reader:
            if any(cell.strip() for cell in row):
                if any(len(cell) > MAX_CELL for cell in row):
                    raise TableError([Problem(start, "", "", f"a cell is longer than {MAX_CELL:,} characters")])
                yield start, row
            start = skipped + reader.line_num + 1
    except csv.Error as exc:
        what = "a quotation mark is not closed" if "unexpected end" in str(exc) else str(exc)
        raise TableError([Problem(start, "", "", f"invalid CSV: {what}")]) from None


def _header_problems(names: Sequence[str], line: int) -> Iterable[Problem]:
    for position, name in enumerate(names):
        if not name:
            yield Problem(line, "", "", "a column has no name", cell_name(line, position))
        elif name in names[:position]:
            yield Problem(line, name, "", "the column appears twice; keep one", cell_name(line, position))
