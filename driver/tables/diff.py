"""The difference between tables before and after an import, row by row and column by column."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from driver.tables.column_types import TABLE_ID
from driver.tables.models import Contents, TableRow
from driver.tables.schemas import Schema


class ChangeKind(StrEnum):
    """What happens to a row."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class CellChange:
    """A changed cell: its column, the value before and the value after."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that is added, changed or removed. ``line`` is 0 if the row is not in the file."""

    kind: ChangeKind
    table_id: str
    row: str
    line: int
    cells: tuple[CellChange, ...]

    def __str__(self) -> str:
        """Return the change as one line for a terminal."""
        place = f"{self.table_id} / {self.row}" if self.table_id else self.row
        cells = ", ".join(f"{cell.column}: {cell.before or 'empty'} → {cell.after or 'empty'}" for cell in self.cells)
        return f"{self.kind.value}: {place}" + (f" ({cells})" if self.kind is ChangeKind.CHANGED else "")


def diff(
    schema: Schema, before: Contents[TableRow], after: Contents[TableRow], *, lines: Mapping[tuple[str, object], int]
) -> tuple[tuple[RowChange, ...], int]:
    """Return the changes in row order, and the number of unchanged rows.

    If two columns show the same value (a name and its number), only the first is compared.
    """
    old = {schema.key_of(row): row for row in before.rows}
    new = {schema.key_of(row): row for row in after.rows}
    changes = []
    for identity in dict.fromkeys((*new, *old)):
        was, will_be = old.get(identity), new.get(identity)
        cells = _cells(schema, was, will_be)
        if cells or was is None or will_be is None:
            kind = ChangeKind.ADDED if was is None else ChangeKind.CHANGED if will_be else ChangeKind.REMOVED
            table_id, key = identity
            line = lines.get(identity, 0) if will_be else 0
            changes.append(RowChange(kind, table_id, schema.key_text(key), line, cells))
    changed = sum(change.kind is not ChangeKind.REMOVED for change in changes)
    return tuple(changes), len(new) - changed


def _cells(schema: Schema, was: TableRow | None, will_be: TableRow | None) -> tuple[CellChange, ...]:
    before, after = (schema.cells(row) if row else {} for row in (was, will_be))
    ignored = {TABLE_ID} | {column.name for column in schema.row.by_number}
    return tuple(
        CellChange(name, before.get(name, ""), after.get(name, ""))
        for name in dict.fromkeys((*before, *after))
        if name not in ignored and before.get(name, "") != after.get(name, "")
    )
