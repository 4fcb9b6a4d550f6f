"""Planning the import of a file: the resulting tables, what changes, and every problem.

The rules are the platform's: a row is identified by its table and its key; an import adds and edits, but never deletes;
an empty TableId means a new table, and an import can create at most one. In addition, ``Mode.REPLACE`` treats the file
as complete, to restore an export or to move it to another site.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from driver.tables.column_types import TABLE_ID, is_identifier
from driver.tables.csv_file import Sheet
from driver.tables.diff import RowChange, diff
from driver.tables.errors import Finding, Problem, TableError
from driver.tables.models import Contents, ImportContext, Project, TableRow
from driver.tables.row_reader import RowReader
from driver.tables.schemas import Schema


class Mode(StrEnum):
    """What happens to rows and tables that are not in the file."""

    UPDATE = "update"
    """They stay unchanged; the driver assigns the ids of tables."""
    REPLACE = "replace"
    """They are removed; the table ids in the file apply."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do. Nothing has been changed yet."""

    after: Project
    changes: tuple[RowChange, ...]
    unchanged: int
    warnings: tuple[Problem, ...]


def plan(schema: Schema, project: Project, sheet: Sheet, *, mode: Mode, context: ImportContext) -> Plan:
    """Plan the import of a sheet into the current project.

    Raises:
        TableError: the file cannot be imported; holds every error, and the warnings.
    """
    reader = RowReader(schema, sheet)
    if reader.problems:
        raise TableError(reader.problems, reader.warnings)
    return _Import(schema, project, reader, mode=mode, context=context).plan()


class _Import:
    def __init__(
        self, schema: Schema, project: Project, reader: RowReader, *, mode: Mode, context: ImportContext
    ) -> None:
        self._schema = schema
        self._project = project
        self._reader = reader
        self._mode = mode
        self._context = context
        self._before = project[schema.kind]
        self._rows_before = {schema.key_of(row): row for row in self._before.rows}
        self._lines: dict[tuple[str, object], int] = {}
        self._table_lines: dict[str, int] = {}

    def plan(self) -> Plan:
        rows = self._unique(self._with_tables(self._reader.rows()))
        contents = self._merged(rows)
        after = self._project.having(self._schema.kind, contents)
        warnings = [*self._reader.warnings, *self._latch_warning(rows)]
        problems = self._reader.problems
        for finding in self._schema.check(after, self._context):
            if not finding.warning:
                problems.append(self._placed(finding))
            elif self._line_of(finding):
                warnings.append(self._placed(finding))
        if problems:
            wrong = {(problem.line, problem.column) for problem in problems}
            raise TableError(problems, [w for w in warnings if (w.line, w.column) not in wrong])
        changes, unchanged = diff(self._schema, self._before, contents, lines=self._lines)
        return Plan(after, changes, unchanged, tuple(sorted(warnings, key=lambda warning: warning.line)))

    def _with_tables(self, rows: Mapping[int, TableRow]) -> Mapping[int, TableRow]:
        """Assign every row to its table: an existing one, or the single new one."""
        if not self._schema.has_table_ids:
            return rows
        known = self._before.table_ids()
        new_id = self._new_table(rows, known)
        placed = {}
        for line, row in rows.items():
            if not row.table_id:
                placed[line] = row.model_copy(update={"table_id": new_id})
            elif row.table_id in known or self._may_be_new(line, row.table_id):
                placed[line] = row
        for line, row in placed.items():
            self._table_lines.setdefault(row.table_id, line)
        return placed

    def _new_table(self, rows: Mapping[int, TableRow], known: Iterable[str]) -> str:
        """Return the id of the single new table that rows without TableId form; several names for it are an error."""
        lines: dict[str, int] = {}
        name = ""
        for line, row in rows.items():
            if not row.table_id:
                name = getattr(row, "table", "")
                lines.setdefault(name, line)
        if len(lines) > 1:
            message = (
                "rows without TableId form one new table, and an import can create only one; these have different "
                "values of TableDescription"
            )
            self._reader.report(max(lines.values()), TABLE_ID, "", message=message)
        if lines and not name:
            self._reader.report(min(lines.values()), "TableDescription", "", message="a new table needs a name")
        return _table_id(name, {*known, *(row.table_id for row in rows.values())})

    def _may_be_new(self, line: int, table_id: str) -> bool:
        if self._mode is Mode.REPLACE:
            if is_identifier(table_id):
                return True
            message = "expected at most 100 letters, digits, dots, hyphens or underscores"
        else:
            known = self._before.table_ids()
            close = difflib.get_close_matches(table_id, known, 1)
            meant = f"did you mean {close[0]!r}?" if close else f"the tables are {', '.join(known)};"
            message = f"unknown table; {meant} leave TableId empty to create a new one"
        self._reader.report(line, TABLE_ID, table_id, message=message)
        return False

    def _unique(self, rows: Mapping[int, TableRow]) -> Mapping[int, TableRow]:
        column = self._reader.column_of(self._schema.key)
        for line, row in rows.items():
            identity = table_id, key = self._schema.key_of(row)
            first = self._lines.setdefault(identity, line)
            if first != line:
                where = f" in the table {table_id!r}" if self._schema.has_table_ids else ""
                message = f"is already on line {first}{where}; each may appear only once"
                self._reader.report(line, column, self._schema.key_text(key), message=message)
        return {line: rows[line] for line in self._lines.values()}

    def _merged(self, read: Mapping[int, TableRow]) -> Contents[TableRow]:
        update = self._mode is Mode.UPDATE
        rows = {identity: row for identity, row in self._rows_before.items() if update or identity in self._lines}
        for line, row in read.items():
            identity = self._schema.key_of(row)
            rows[identity] = self._merged_row(line, row, rows.get(identity))
        self._share(rows, read)
        extra_columns = (*(self._before.extra_columns if update else ()), *self._reader.extra_columns)
        in_order = self._schema.with_base(self._context.base[self._schema.kind], rows.values())
        return Contents(in_order, tuple(dict.fromkeys(extra_columns)))

    def _merged_row(self, line: int, read: TableRow, existing: TableRow | None) -> TableRow:
        row = existing or self._reader.empty_row
        given = {field: getattr(read, field) for field in read.model_fields_set}
        given["extras"] = {name: cell for name, cell in {**row.extras, **read.extras}.items() if cell}
        merged = row.model_copy(update=given).completed()
        pinned = self._context.pinned.get(str(getattr(row, self._schema.key)), frozenset())
        for column in (column for column in self._schema.columns if column.field in pinned):
            before, after = (column.cell(getattr(version, column.field)) for version in (row, merged))
            if before != after:
                message = f"the configuration file sets this to {before!r}; change it there"
                self._reader.report(line, self._reader.column_of(column.field), after, message=message)
        return merged

    def _share(self, rows: dict[tuple[str, object], TableRow], read: Mapping[int, TableRow]) -> None:
        """Apply a table-wide value given in one row to all rows of the table; two rows that disagree are an error."""
        shared = {column.field: column for column in self._schema.columns if column.field in self._schema.row.shared}
        tables = {row.table_id: {field: getattr(row, field) for field in shared} for row in self._before.rows}
        first_lines: dict[tuple[str, str], int] = {}
        for line, row in read.items():
            for field in (field for field in shared if field in row.model_fields_set):
                first = first_lines.setdefault((row.table_id, field), line)
                before, now = getattr(read[first], field), getattr(row, field)
                tables.setdefault(row.table_id, {})[field] = before
                if before != now:
                    said = shared[field].cell(before)
                    message = f"line {first} says {said!r}; it must be the same in all rows of a table"
                    self._reader.report(line, shared[field].name, shared[field].cell(now), message=message)
        for identity, row in rows.items():
            if row.table_id in self._table_lines:
                rows[identity] = row.model_copy(update=tables.get(row.table_id))

    def _latch_warning(self, read: Mapping[int, TableRow]) -> Iterable[Problem]:
        latched = [
            line
            for line, row in read.items()
            if getattr(row, "latch", False)
            and not getattr(self._rows_before.get(self._schema.key_of(row)), "latch", False)
        ]
        if latched:
            lines = ", ".join(map(str, latched))
            message = f"TRUE makes the alarm latch, although the column's name suggests the opposite (lines: {lines})"
            yield self._reader.problem(latched[0], self._reader.column_of("latch"), "TRUE", message=message)

    def _line_of(self, finding: Finding) -> int:
        """Return the line that a finding is about; 0 if it does not concern the file."""
        if finding.key is None:
            return self._table_lines.get(finding.table_id, 0)
        own = self._lines.get((finding.table_id, finding.key), 0)
        return own or self._lines.get((finding.table_id, finding.other), 0)

    def _placed(self, finding: Finding) -> Problem:
        line, message = self._line_of(finding), finding.message
        if not line and (finding.table_id, finding.key) in self._rows_before:
            table = f" of the table {finding.table_id!r}" if self._schema.has_table_ids else ""
            message = f"{self._schema.key_text(finding.key)!r}{table}, not in the file: {message}"
        column = self._reader.column_of(finding.field) if finding.field else ""
        return self._reader.problem(line, column, "", message=message)


def _table_id(name: str, taken: set[str]) -> str:
    """Return an id for a new table, derived from its name: ``Night shift`` becomes ``night-shift``."""
    base = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:80] or "table"
    table_id, number = base, 1
    while table_id in taken:
        number += 1
        table_id = f"{base}-{number}"
    return table_id
