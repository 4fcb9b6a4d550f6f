"""Tables written as CSV for spreadsheets and as plain values for JSON, and JSON rows read as a sheet."""

from collections.abc import Mapping, Sequence
from typing import Any

from driver.tables.csv_file import MAX_CELL, Record, Sheet, write_csv
from driver.tables.errors import Problem, TableError
from driver.tables.models import Contents, TableRow
from driver.tables.schemas import Schema


def export_csv(
    schema: Schema,
    contents: Contents[TableRow],
    *,
    platform_spelling: bool = False,
    for_excel: bool = False,
    mark: bool = True,
) -> str:
    """Return all tables of a kind as CSV. Without rows, the result is a template: the header alone.

    ``platform_spelling`` misspells column names as the platform's documentation does. ``for_excel`` puts an apostrophe
    before phone numbers, so that a spreadsheet keeps their plus sign; with a byte order ``mark``, Excel reads UTF-8.
    """
    header = schema.header(contents, platform_spelling=platform_spelling)
    renamed = {column.name: column.misspelled for column in schema.columns if platform_spelling and column.misspelled}
    numbers = () if for_excel else tuple(name for name in header if name.endswith("PhoneNumber"))
    rows = [{renamed.get(name, name): cell for name, cell in schema.cells(row).items()} for row in contents.rows]
    return write_csv(header, rows, text_columns=numbers, mark=mark)


def template(schema: Schema, *, platform_spelling: bool = False) -> str:
    """Return a template: the header alone."""
    return export_csv(schema, Contents(), platform_spelling=platform_spelling)


def export_rows(schema: Schema, contents: Contents[TableRow]) -> list[dict[str, Any]]:
    """Return the rows by column name with JSON's own types: booleans, whole numbers, text."""
    shown = []
    for row in contents.rows:
        cells: dict[str, Any] = schema.cells(row) | {name: row.extras.get(name, "") for name in contents.extra_columns}
        for column in schema.columns:
            value = getattr(row, column.field)
            if isinstance(value, int):
                cells[column.name] = value
        shown.append(cells)
    return shown


def sheet_of_rows(rows: object) -> Sheet:
    """Return JSON rows as a sheet; the first row counts as line 2, as it would in a file.

    Raises:
        TableError: the rows are not a list of objects with plain values.
    """
    if not isinstance(rows, Sequence) or isinstance(rows, str | bytes):
        raise TableError([Problem(0, "", "", "expected a list of rows, each an object with column names as keys")])
    problems: list[Problem] = []
    records: list[Record] = []
    columns: dict[str, None] = {}
    for line, row in enumerate(rows, start=2):
        if not isinstance(row, Mapping):
            problems.append(Problem(line, "", repr(row)[:60], "expected an object with column names as keys"))
            continue
        cells = {}
        for name, value in row.items():
            columns.setdefault(str(name))
            try:
                cells[str(name)] = _cell(value)
            except ValueError as exc:
                problems.append(Problem(line, str(name), "", str(exc)))
        records.append(Record(line, cells))
    if problems:
        raise TableError(problems)
    return Sheet(tuple(columns), tuple(records))


def _cell(value: object) -> str:
    if isinstance(value, str) and len(value) > MAX_CELL:
        raise ValueError(f"expected at most {MAX_CELL:,} characters")
    if value is not None and not isinstance(value, str | int):
        raise ValueError("expected text, a whole number, true, false or null")
    text = "" if value is None else str(value).strip()
    return text.upper() if isinstance(value, bool) else text
