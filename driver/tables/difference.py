"""The difference between tables before and after an import, row by row and column by column."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from driver.tables.contents import TABLE_ID, Contents, Form


class ChangeKind(StrEnum):
    """What happens to a row."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell: its column, what stands there and what will."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that is not as before. ``line`` is 0 where the file does not name the row."""

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


def difference(
    form: Form, before: Contents, after: Contents, lines: Mapping[tuple[str, object], int]
) -> tuple[tuple[RowChange, ...], int]:
    """Return what changes, in the order of the rows, and how many rows do not change.

    Columns that show the same value twice (a name and its number) are told once, by name.
    """
    old = {form.key_of(row): row for row in before.rows}
    new = {form.key_of(row): row for row in after.rows}
    changes = []
    unchanged = 0
    for identity, row in new.items():
        was = form.cells(old[identity]) if identity in old else {}
        cells = _cells(form, was, form.cells(row))
        if not cells and identity in old:
            unchanged += 1
            continue
        kind = ChangeKind.CHANGED if identity in old else ChangeKind.ADDED
        changes.append(RowChange(kind, row.table_id, form.key_text(row), lines.get(identity, 0), cells))
    for identity, row in old.items():
        if identity not in new:
            cells = _cells(form, form.cells(row), {})
            changes.append(RowChange(ChangeKind.REMOVED, row.table_id, form.key_text(row), 0, cells))
    return tuple(changes), unchanged


def _cells(form: Form, before: Mapping[str, str], after: Mapping[str, str]) -> tuple[CellChange, ...]:
    told: set[str] = set()
    twice = set()
    for column in form.columns:
        if column.field in told:
            twice.add(column.name)
        told.add(column.field)
    names = [name for name in dict.fromkeys((*before, *after)) if name not in twice and name != TABLE_ID]
    return tuple(
        CellChange(name, before.get(name, ""), after.get(name, ""))
        for name in names
        if before.get(name, "") != after.get(name, "")
    )
