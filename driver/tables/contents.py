"""Tables as frozen values: columns, rows, the three kinds together, and what a form of each kind consists of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from driver.tables.cells import Kind

TABLE_ID = "TableId"


class TableKind(StrEnum):
    """What can be exported and imported."""

    STATUS = "status"
    COMMAND = "command"
    ASSET = "asset"


@dataclass(frozen=True, slots=True)
class Column:
    """One column: where its value goes (``field``; several columns may show the same one) and what it means.

    ``default`` is the value of an empty cell, and of a new row in a file without the column. ``shared`` values are
    the same in all rows of a table. ``misspelt`` is a spelling the platform's documentation uses as well.
    ``documented`` columns stand in that documentation, the others are this driver's.
    """

    name: str
    field: str
    kind: Kind
    meaning: str
    default: Any = ""
    shared: bool = False
    misspelt: str = ""
    documented: bool = True

    def cell(self, value: Any) -> str:
        """Return a value of this column as text; an empty one is an empty cell."""
        return "" if value in ("", None) else self.kind.write(value)


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``extras`` are the cells of columns the driver does not know; they are kept and written back."""

    table_id: str
    values: Mapping[str, Any]
    extras: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Contents:
    """All rows of one kind, in order, and the unknown columns seen so far."""

    rows: tuple[Row, ...] = ()
    extra_columns: tuple[str, ...] = ()

    def table_ids(self) -> tuple[str, ...]:
        """Return the ids of the tables, in order."""
        return tuple(dict.fromkeys(row.table_id for row in self.rows))

    def of(self, table_id: str) -> tuple[Row, ...]:
        """Return the rows of one table."""
        return tuple(row for row in self.rows if row.table_id == table_id)


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that can be imported, at one moment."""

    status: Contents = Contents()
    command: Contents = Contents()
    asset: Contents = Contents()

    def __getitem__(self, kind: TableKind) -> Contents:
        """Return the contents of one kind."""
        found: Contents = getattr(self, kind.value)
        return found


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an import has to respect.

    ``kept`` are the rows that stay, or come back, when a replacing file lacks them: the built-in tables and the
    assets of the configuration file. ``pinned`` names, by asset id, the fields set there; no import changes them.
    ``possible`` says what is wrong with a phone number that has the right form (empty: nothing).
    ``same_numbers`` tells whether two phones may have the same two numbers.
    """

    system_id: str
    kept: Project = Project()
    pinned: Mapping[str, frozenset[str]] = field(default_factory=dict)
    possible: Callable[[str], str] = lambda _number: ""
    same_numbers: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, or worth a warning, in a table as it would be after an import.

    ``key`` is None if the table as a whole is meant; ``other`` is the key of a second row that takes part in it.
    """

    table_id: str
    key: object
    field: str
    message: str
    warning: bool = False
    other: object = None


@dataclass(frozen=True, slots=True)
class Form:
    """What the generic import knows about a kind of table.

    ``row_noun`` names a row, with its article. ``key`` is the field that tells rows of a table apart. ``tabled``
    kinds consist of several tables, told apart by TableId. ``complete`` fills what depends on other values of a row.
    ``check`` looks at everything as it would be.
    """

    kind: TableKind
    row_noun: str
    key: str
    columns: tuple[Column, ...]
    complete: Callable[[dict[str, Any]], dict[str, Any]]
    check: Callable[[Project, Surroundings], Iterable[Finding]]
    tabled: bool = True

    def key_of(self, row: Row) -> tuple[str, object]:
        """Return what identifies a row among all of its kind."""
        return row.table_id, row.values[self.key]

    def key_text(self, row: Row) -> str:
        """Return the identity of a row within its table, for people."""
        return self.key_columns()[0].cell(row.values[self.key])

    def key_columns(self) -> tuple[Column, ...]:
        """Return the columns that show the key, the most readable first."""
        return tuple(column for column in self.columns if column.field == self.key)

    def cells(self, row: Row) -> dict[str, str]:
        """Return a row as text cells by column name, unknown columns included."""
        known = {column.name: column.cell(row.values.get(column.field, column.default)) for column in self.columns}
        return {TABLE_ID: row.table_id} | known | dict(row.extras) if self.tabled else known | dict(row.extras)

    def header(self, contents: Contents, *, platform_spelling: bool = False) -> tuple[str, ...]:
        """Return the column names in order; ``platform_spelling`` uses the misspelt ones where there are such."""
        names = (column.misspelt if platform_spelling and column.misspelt else column.name for column in self.columns)
        return (*((TABLE_ID,) if self.tabled else ()), *names, *contents.extra_columns)
