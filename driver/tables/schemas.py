"""Schemas of the three kinds of tables, for generic import and export, and the tables that exist before any import."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from driver.tables import asset_schema, command_schema, status_schema
from driver.tables.column_types import TABLE_ID, Column
from driver.tables.errors import Finding
from driver.tables.models import (
    AssetRow,
    CommandTableRow,
    Contents,
    ImportContext,
    Project,
    StatusTableRow,
    TableKind,
    TableRow,
)


@dataclass(frozen=True)
class Schema:
    """What generic import and export need to know about a kind of table.

    ``row_noun`` is the word for a row, with its article. ``key`` is the field that identifies a row in its table.
    ``check`` validates the whole project as it would be after an import.
    """

    kind: TableKind
    row: type[TableRow]
    row_noun: str
    key: str
    check: Callable[[Project, ImportContext], Iterable[Finding]]

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """The columns in order, without TableId; a column with a field's number follows the one with its name."""
        columns: list[Column] = []
        for field, info in self.row.model_fields.items():
            extra: Any = info.json_schema_extra
            columns.extend(Column(info.alias or "", field, column_type, **extra) for column_type in info.metadata)
            columns.extend(column for column in self.row.by_number if column.field == field)
        return tuple(columns)

    @property
    def has_table_ids(self) -> bool:
        """Whether the rows belong to tables with ids; assets do not."""
        return self.kind is not TableKind.ASSET

    def key_of(self, row: TableRow) -> tuple[str, object]:
        """Return what identifies a row among all rows of its kind."""
        return row.table_id, getattr(row, self.key)

    def with_base(self, base: Contents[TableRow], rows: Iterable[TableRow]) -> tuple[TableRow, ...]:
        """Return ``base`` with the tables (or assets) of ``rows`` replaced or added."""
        groups = self.groups(base.rows) | self.groups(rows)
        return tuple(row for group in groups.values() for row in group)

    def groups(self, rows: Iterable[TableRow]) -> dict[object, list[TableRow]]:
        """Return rows grouped by table; every asset is a group of its own."""
        groups: dict[object, list[TableRow]] = {}
        for row in rows:
            groups.setdefault(row.table_id if self.has_table_ids else self.key_of(row), []).append(row)
        return groups

    def key_text(self, key: object) -> str:
        """Return the key of a row in its table as text for people."""
        return self.key_columns()[0].cell(key)

    def key_columns(self) -> tuple[Column, ...]:
        """Return the columns that show the key, most readable first."""
        return tuple(column for column in self.columns if column.field == self.key)

    def cells(self, row: TableRow) -> dict[str, str]:
        """Return a row as text cells by column name, unknown columns included."""
        known = {column.name: column.cell(getattr(row, column.field)) for column in self.columns}
        return ({TABLE_ID: row.table_id} if self.has_table_ids else {}) | known | dict(row.extras)

    def header(self, contents: Contents[TableRow], *, platform_spelling: bool = False) -> tuple[str, ...]:
        """Return the column names in order; ``platform_spelling`` uses misspelled ones where they exist."""
        names = [TABLE_ID] if self.has_table_ids else []
        names += ((platform_spelling and column.misspelled) or column.name for column in self.columns)
        return (*names, *contents.extra_columns)


SCHEMAS: Mapping[TableKind, Schema] = {
    schema.kind: schema
    for schema in (
        Schema(TableKind.STATUS, StatusTableRow, "a status", "states", status_schema.check),
        Schema(TableKind.COMMAND, CommandTableRow, "a command", "command_id", command_schema.check),
        Schema(TableKind.ASSET, AssetRow, "an asset", "asset_id", asset_schema.check),
    )
}


def initial(system: AssetRow, phones: tuple[AssetRow, ...] = (), *, latch: bool = False) -> Project:
    """Return the built-in tables, the system and the phones of the configuration file.

    ``latch`` is whether the built-in status table latches its alarms.
    """
    return Project(status_schema.built_in(latch=latch), command_schema.built_in(), Contents((system, *phones)))
