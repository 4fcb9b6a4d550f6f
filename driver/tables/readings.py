"""Reads the rows of a sheet by the columns of a form: typed values, unknown columns, every mistake with its place."""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from driver.tables.contents import TABLE_ID, Column, Form
from driver.tables.problems import Problem
from driver.tables.sheet import Record, Sheet


@dataclass(frozen=True, slots=True)
class Reading:
    """One row as read: only the fields whose columns the file has. ``key`` is None if it is missing or unreadable."""

    line: int
    table_id: str
    key: object
    values: Mapping[str, Any]
    extras: Mapping[str, str]


class SheetReader:
    """Reads one sheet by one form and collects what is wrong with it in ``problems`` and ``warnings``."""

    def __init__(self, form: Form, sheet: Sheet) -> None:
        self._form = form
        self._sheet = sheet
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = list(sheet.warnings)
        self._columns = self._known_columns()
        self._required()

    @property
    def extra_columns(self) -> tuple[str, ...]:
        """Columns of the sheet that the form does not know."""
        known = {TABLE_ID} if self._form.tabled else set()
        return tuple(name for name in self._sheet.columns if name not in self._columns and name not in known)

    def column_of(self, field: str) -> str:
        """Return the name, in this file, of a column that shows a field; the form's own name if it has none."""
        for name, column in self._columns.items():
            if column.field == field:
                return name
        return next((column.name for column in self._form.columns if column.field == field), "")

    def problem(self, line: int, column: str, value: str, message: str) -> Problem:
        """Return a problem with its place in the spreadsheet."""
        return Problem(line, column, value, message, self._sheet.place(line, column) if line else "")

    def readings(self) -> Iterable[Reading]:
        """Yield every row that has a usable identity; what is wrong with the others is in ``problems``."""
        for record in self._sheet.records:
            reading = self._read(record)
            if reading is not None:
                yield reading

    def _known_columns(self) -> dict[str, Column]:
        known: dict[str, Column] = {}
        spellings = {column.name: column for column in self._form.columns}
        spellings |= {column.misspelt: column for column in self._form.columns if column.misspelt}
        by_fold = {name.lower(): name for name in (*spellings, TABLE_ID)}
        for name in self._sheet.columns:
            if name in spellings:
                if spellings[name] in known.values():
                    self._header(name, f"the same column as {spellings[name].name} in another spelling; keep one")
                known[name] = spellings[name]
            elif not (self._form.tabled and name == TABLE_ID):
                self._unknown(name, by_fold)
        return known

    def _unknown(self, name: str, by_fold: Mapping[str, str]) -> None:
        close = difflib.get_close_matches(name.lower(), by_fold, 1, cutoff=0.85)
        hint = f"; did you mean {by_fold[close[0]]}?" if close else ""
        place = self._sheet.place(self._sheet.header_line, name)
        self.warnings.append(
            Problem(self._sheet.header_line, name, "", f"unknown column; it is kept and means nothing{hint}", place)
        )

    def _header(self, name: str, message: str) -> None:
        self.problems.append(self.problem(self._sheet.header_line, name, "", message))

    def _required(self) -> None:
        if self._form.tabled and TABLE_ID not in self._sheet.columns:
            self._header("", f"the column {TABLE_ID} is missing")
        keys = [column.name for column in self._form.key_columns()]
        if not any(column.field == self._form.key for column in self._columns.values()):
            self._header("", f"the column {' or '.join(keys)} is missing")

    def _read(self, record: Record) -> Reading | None:
        values: dict[str, Any] = {}
        told_by: dict[str, str] = {}
        wrong = False
        for name, column in self._columns.items():
            cell = record.cells.get(name, "")
            if not cell:
                values.setdefault(column.field, column.default)
                continue
            try:
                value = column.kind.read(cell)
            except ValueError as mistake:
                self.problems.append(self.problem(record.line, name, cell, str(mistake)))
                wrong = wrong or column.field == self._form.key
                continue
            if column.field in told_by and values[column.field] != value:
                self.problems.append(
                    self.problem(
                        record.line, name, cell, f"{told_by[column.field]} says something else; keep one of them"
                    )
                )
            values[column.field] = value
            told_by[column.field] = name
        key = values.get(self._form.key, "")
        if key in ("", frozenset()):
            if not wrong:
                name = self.column_of(self._form.key)
                self.problems.append(
                    self.problem(record.line, name, "", f"{self._form.row_noun} needs this; it is empty")
                )
            return None
        extras = {name: record.cells.get(name, "") for name in self.extra_columns}
        return Reading(record.line, record.cells.get(TABLE_ID, "") if self._form.tabled else "", key, values, extras)
