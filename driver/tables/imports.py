"""Imports a file into tables, on paper: what would be there afterwards, what changes, and everything that is wrong.

The rules are the platform's: a row is known by its table and its key, an import adds and edits and never deletes, an
empty TableId means a new table and at most one may be new. Beyond them, ``Mode.REPLACE`` takes the file as the whole
truth, to restore an export or to move it to another site.
"""

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from driver.tables.contents import TABLE_ID, Contents, Finding, Form, Project, Row, Surroundings
from driver.tables.difference import RowChange, difference
from driver.tables.problems import Problem, TableError
from driver.tables.readings import Reading, SheetReader
from driver.tables.sheet import Sheet

_TABLE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


class Mode(StrEnum):
    """What becomes of rows and tables that the file does not name."""

    UPDATE = "update"
    """They stay as they are; ids of tables are given by the driver."""
    REPLACE = "replace"
    """They go; the file's own ids of tables are taken over."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. Nothing has happened yet."""

    after: Project
    changes: tuple[RowChange, ...]
    unchanged: int
    warnings: tuple[Problem, ...]


def plan(form: Form, project: Project, sheet: Sheet, mode: Mode, surroundings: Surroundings) -> Plan:
    """Read a sheet against what is there now.

    Raises:
        TableError: the file cannot be imported; with every mistake, and the warnings.
    """
    reader = SheetReader(form, sheet)
    if reader.problems:
        raise TableError(reader.problems, reader.warnings)
    return _Import(form, project, reader, mode, surroundings).plan()


class _Import:
    def __init__(
        self, form: Form, project: Project, reader: SheetReader, mode: Mode, surroundings: Surroundings
    ) -> None:
        self._form = form
        self._project = project
        self._before = project[form.kind]
        self._reader = reader
        self._mode = mode
        self._surroundings = surroundings
        self._problems = reader.problems
        self._lines: dict[tuple[str, object], int] = {}
        self._table_lines: dict[str, int] = {}
        shared = [column.field for column in form.columns if column.shared]
        self._shared_now = {row.table_id: {name: row.values[name] for name in shared} for row in self._before.rows}

    def plan(self) -> Plan:
        readings = self._unique(self._with_tables(list(self._reader.readings())))
        contents = self._merged(readings)
        after = replace(self._project, **{self._form.kind.value: contents})
        warnings = list(self._reader.warnings) + list(self._latch_warning(readings))
        for finding in self._form.check(after, self._surroundings):
            if not finding.warning:
                self._problems.append(self._placed(finding))
            elif self._line_of(finding):
                warnings.append(self._placed(finding))
        if self._problems:
            wrong = {(problem.line, problem.column) for problem in self._problems}
            raise TableError(self._problems, [w for w in warnings if (w.line, w.column) not in wrong])
        changes, unchanged = difference(self._form, self._before, contents, self._lines)
        warnings.sort(key=lambda warning: warning.line)
        return Plan(after, changes, unchanged, tuple(warnings))

    def _with_tables(self, readings: Sequence[Reading]) -> list[Reading]:
        """Give every row its table: an existing one, or the one new one."""
        if not self._form.tabled:
            return list(readings)
        known = set(self._before.table_ids())
        fresh = [reading for reading in readings if not reading.table_id]
        names = {reading.values.get("table", ""): reading for reading in reversed(fresh)}
        if len(names) > 1:
            later = max(names.values(), key=lambda reading: reading.line)
            self._problem(
                later.line,
                TABLE_ID,
                "",
                "rows without TableId make one new table, and an import can make only one; these carry different "
                "values of TableDescription",
            )
        minted = _mint(next(iter(names), ""), known | {reading.table_id for reading in readings}) if fresh else ""
        if fresh and not next(iter(names)):
            self._problem(fresh[0].line, "TableDescription", "", "a new table needs a name")
        placed = []
        for reading in readings:
            if reading.table_id and reading.table_id not in known and not self._may_be_new(reading):
                continue
            placed.append(reading if reading.table_id else replace(reading, table_id=minted))
        for reading in placed:
            self._table_lines.setdefault(reading.table_id, reading.line)
        return placed

    def _may_be_new(self, reading: Reading) -> bool:
        if self._mode is Mode.REPLACE and _TABLE_ID.fullmatch(reading.table_id):
            return True
        if self._mode is Mode.REPLACE:
            message = "expected at most 100 letters, digits, dots, hyphens or underscores"
        else:
            known = self._before.table_ids()
            close = difflib.get_close_matches(reading.table_id, known, 1)
            meant = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(known)};"
            message = f"there is no such table; {meant} leave TableId empty to make a new one"
        self._problem(reading.line, TABLE_ID, reading.table_id, message)
        return False

    def _unique(self, readings: Iterable[Reading]) -> list[Reading]:
        kept = []
        column = self._reader.column_of(self._form.key)
        for reading in readings:
            identity = (reading.table_id, reading.key)
            first = self._lines.setdefault(identity, reading.line)
            if first == reading.line:
                kept.append(reading)
                continue
            where = f" in the table {reading.table_id!r}" if self._form.tabled else ""
            shown = self._form.key_columns()[0].cell(reading.key)
            self._problem(reading.line, column, shown, f"is already on line {first}{where}; each may be there once")
        return kept

    def _merged(self, readings: Sequence[Reading]) -> Contents:
        rows = {self._form.key_of(row): row for row in self._before.rows}
        kept = {self._form.key_of(row): row for row in self._surroundings.kept[self._form.kind].rows}
        named = {(reading.table_id, reading.key) for reading in readings}
        if self._mode is Mode.REPLACE:
            rows = {identity: row for identity, row in rows.items() if identity in named}
            rows |= self._coming_back(kept, named)
        for reading in readings:
            identity = (reading.table_id, reading.key)
            rows[identity] = self._row(reading, rows.get(identity))
        self._share(rows, readings)
        extra = self._before.extra_columns if self._mode is Mode.UPDATE else ()
        return Contents(self._ordered(rows.values()), tuple(dict.fromkeys((*extra, *self._reader.extra_columns))))

    def _ordered(self, rows: Iterable[Row]) -> tuple[Row, ...]:
        """Return what is built in or configured first, and the rows of a table together, otherwise as they came."""
        tables: dict[str, list[Row]] = {row.table_id: [] for row in self._surroundings.kept[self._form.kind].rows}
        for row in rows:
            tables.setdefault(row.table_id, []).append(row)
        if not self._form.tabled:
            places = {self._form.key_of(row): n for n, row in enumerate(self._surroundings.kept[self._form.kind].rows)}
            tables[""] = sorted(tables[""], key=lambda row: places.get(self._form.key_of(row), len(places)))
        return tuple(row for of_table in tables.values() for row in of_table)

    def _coming_back(
        self, kept: dict[tuple[str, object], Row], named: set[tuple[str, object]]
    ) -> dict[tuple[str, object], Row]:
        """Return rows that a replacing file cannot take away: assets of the configuration, whole built-in tables."""
        if not self._form.tabled:
            return {identity: row for identity, row in kept.items() if identity not in named}
        tables = {table_id for table_id, _ in named}
        return {identity: row for identity, row in kept.items() if identity[0] not in tables}

    def _row(self, reading: Reading, existing: Row | None) -> Row:
        defaults: dict[str, Any] = {column.field: column.default for column in self._form.columns}
        defaults |= self._shared_now.get(reading.table_id, {})
        values = self._form.complete((defaults if existing is None else dict(existing.values)) | dict(reading.values))
        if existing is not None:
            self._refuse_pinned(reading, existing, values)
        extras = (dict(existing.extras) if existing else {}) | dict(reading.extras)
        return Row(reading.table_id, values, {name: cell for name, cell in extras.items() if cell})

    def _refuse_pinned(self, reading: Reading, existing: Row, values: dict[str, Any]) -> None:
        pinned = self._surroundings.pinned.get(str(reading.key), frozenset())
        for column in self._form.columns:
            before, after = column.cell(existing.values[column.field]), column.cell(values[column.field])
            if column.field in pinned and before != after:
                self._problem(
                    reading.line,
                    self._reader.column_of(column.field),
                    after,
                    f"the configuration file sets this to {before!r}; change it there",
                )

    def _share(self, rows: dict[tuple[str, object], Row], readings: Sequence[Reading]) -> None:
        """Let what is said of a table in one row hold for all its rows; two rows that disagree are a mistake."""
        shared = [column for column in self._form.columns if column.shared]
        told: dict[str, dict[str, tuple[Any, int]]] = {}
        for reading in readings:
            for column in shared:
                if column.field not in reading.values:
                    continue
                value = reading.values[column.field]
                first, line = told.setdefault(reading.table_id, {}).setdefault(column.field, (value, reading.line))
                if first != value:
                    self._problem(
                        reading.line,
                        column.name,
                        column.cell(value),
                        f"line {line} says {column.cell(first)!r}; it must be the same in all rows of a table",
                    )
        for identity, row in rows.items():
            values = dict(row.values) | {field: value for field, (value, _) in told.get(row.table_id, {}).items()}
            if values != row.values:
                rows[identity] = replace(row, values=values)

    def _latch_warning(self, readings: Sequence[Reading]) -> Iterable[Problem]:
        before = {self._form.key_of(row): row for row in self._before.rows}
        latched = [
            reading.line
            for reading in readings
            if reading.values.get("latch") is True
            and not ((row := before.get((reading.table_id, reading.key))) and row.values["latch"])
        ]
        if latched:
            yield self._reader.problem(
                latched[0],
                self._reader.column_of("latch"),
                "TRUE",
                f"TRUE makes the alarm latched, although the column's name says the opposite (lines: "
                f"{', '.join(map(str, latched))})",
            )

    def _line_of(self, finding: Finding) -> int:
        """Return the line a finding is about; 0 if the file has nothing to do with it."""
        if finding.key is None:
            return self._table_lines.get(finding.table_id, 0)
        own = self._lines.get((finding.table_id, finding.key), 0)
        return own or self._lines.get((finding.table_id, finding.other), 0)

    def _placed(self, finding: Finding) -> Problem:
        line = self._line_of(finding)
        message = finding.message if line else self._row_named(finding) + finding.message
        column = self._reader.column_of(finding.field) if finding.field else ""
        return self._reader.problem(line, column, "", message)

    def _row_named(self, finding: Finding) -> str:
        for row in self._before.rows:
            if self._form.key_of(row) == (finding.table_id, finding.key):
                table = f" of the table {row.table_id!r}" if self._form.tabled else ""
                return f"{self._form.key_text(row)!r}{table}, not in the file: "
        return ""

    def _problem(self, line: int, column: str, value: str, message: str) -> None:
        self._problems.append(self._reader.problem(line, column, value, message))


def _mint(name: str, taken: set[str]) -> str:
    """Return an id for a new table, made from its name: ``Night shift`` becomes ``night-shift``."""
    base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or "table"
    minted, number = base, 1
    while minted in taken:
        number += 1
        minted = f"{base}-{number}"
    return minted
