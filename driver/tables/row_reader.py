"""Conversion of a sheet to typed rows by a schema; every problem is reported with its location."""

import difflib
from collections.abc import Iterable
from typing import Any

from driver.tables.column_types import TABLE_ID, Column
from driver.tables.csv_file import Record, Sheet
from driver.tables.errors import Problem
from driver.tables.models import TableRow
from driver.tables.schemas import Schema


class RowReader:
    """Reads a sheet by a schema, and collects its errors in ``problems`` and its warnings in ``warnings``."""

    def __init__(self, schema: Schema, sheet: Sheet) -> None:
        self._schema = schema
        self._sheet = sheet
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = list(sheet.warnings)
        self.empty_row = schema.row.model_construct()
        self._columns: dict[str, Column] = {}
        self.extra_columns: list[str] = []
        self._read_header()

    def column_of(self, field: str) -> str:
        """Return the name of the column that shows a field: as in this file, or else as in the schema."""
        in_file = (name for name, column in self._columns.items() if column.field == field)
        return next(in_file, next((column.name for column in self._schema.columns if column.field == field), ""))

    def problem(self, line: int, column: str, value: str, *, message: str) -> Problem:
        """Return a problem with its location in the spreadsheet."""
        return Problem(line, column, value, message, self._sheet.place(line, column) if line else "")

    def report(self, line: int, column: str, value: str, *, message: str) -> None:
        """Add an error to the problems."""
        self.problems.append(self.problem(line, column, value, message=message))

    def rows(self) -> dict[int, TableRow]:
        """Return every row with a usable key, by line; the errors of the others are in ``problems``.

        Only the fields whose columns are in the file are set (``model_fields_set``).
        """
        rows = {}
        for record in self._sheet.records:
            values = self._values(record)
            if values is not None:
                values["table_id"] = record.cells.get(TABLE_ID, "") if self._schema.has_table_ids else ""
                values["extras"] = {name: record.cells.get(name, "") for name in self.extra_columns}
                rows[record.line] = self.empty_row.model_copy(update=values)
        return rows

    def _read_header(self) -> None:
        schema, line = self._schema, self._sheet.header_line
        spellings = {column.name: column for column in schema.columns}
        spellings |= {column.misspelled: column for column in schema.columns if column.misspelled}
        for name in self._sheet.columns:
            column = spellings.get(name)
            if column:
                if column in self._columns.values():
                    self.report(
                        line, name, "", message=f"the same column as {column.name} in another spelling; keep one"
                    )
                self._columns[name] = column
            elif not (schema.has_table_ids and name == TABLE_ID):
                self.extra_columns.append(name)
                message = f"unknown column; it is kept, but has no effect{_meant((*spellings, TABLE_ID), name)}"
                self.warnings.append(self.problem(line, name, "", message=message))
        if schema.has_table_ids and TABLE_ID not in self._sheet.columns:
            self.report(line, "", "", message=f"the column {TABLE_ID} is missing")
        keys = schema.key_columns()
        if not any(column in keys for column in self._columns.values()):
            self.report(line, "", "", message=f"the column {' or '.join(column.name for column in keys)} is missing")

    def _values(self, record: Record) -> dict[str, Any] | None:
        """Return the values by field, or None if the row's key is missing or cannot be read."""
        values: dict[str, Any] = {}
        shown_by: dict[str, str] = {}
        unreadable = set()
        for name, column in self._columns.items():
            cell, field = record.cells.get(name, ""), column.field
            if not cell:
                values.setdefault(field, getattr(self.empty_row, field))
                continue
            try:
                value = column.type.read(cell)
            except ValueError as exc:
                self.report(record.line, name, cell, message=str(exc))
                unreadable.add(field)
                continue
            if field in shown_by and values[field] != value:
                self.report(record.line, name, cell, message=f"{shown_by[field]} has another value; keep one of them")
            values[field] = value
            shown_by[field] = name
        key = self._schema.key
        if values.get(key) not in (None, "", frozenset()):
            return values
        if key not in unreadable:
            self.report(
                record.line, self.column_of(key), "", message=f"required for {self._schema.row_noun}, but empty"
            )
        return None


def _meant(known: Iterable[str], name: str) -> str:
    by_fold = {column.lower(): column for column in known}
    close = difflib.get_close_matches(name.lower(), by_fold, 1, cutoff=0.85)
    return f"; did you mean {by_fold[close[0]]}?" if close else ""
