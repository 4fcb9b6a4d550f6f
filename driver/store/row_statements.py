"""Statements that write many rows of a table, each compiled once.

If SQLAlchemy were given the rows, it would map the values of each row, which takes as long as the database itself.
"""

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import Connection, Table

#: Number of rows built and passed to the database at once.
PART = 500
T = TypeVar("T")


class RowStatements:
    """Inserts or replaces rows; all rows of a table have the same columns."""

    def __init__(self, dialect: str) -> None:
        #: The database's own INSERT, which can also update an existing row; each start imports only the one it needs.
        self._insert: Any = importlib.import_module(f"sqlalchemy.dialects.{dialect}").insert
        self._made: dict[tuple[Table, bool], _RowStatement] = {}

    def write(
        self,
        connection: Connection,
        table: Table,
        records: Sequence[T],
        *,
        row: Callable[[T], Mapping[str, Any]],
        replace: bool = False,
    ) -> None:
        """Write new rows; with ``replace``, also replace the rows with the same keys.

        They are written in batches, so large that statements cost little and so small that they need little memory.
        """
        for first in range(0, len(records), PART):
            rows = [row(record) for record in records[first : first + PART]]
            if (table, replace) not in self._made:
                self._made[table, replace] = self._make(connection, table, replace, names=tuple(rows[0]))
            self._made[table, replace].execute(connection, rows)

    def _make(self, connection: Connection, table: Table, replace: bool, *, names: Sequence[str]) -> "_RowStatement":
        insert = self._insert(table)
        if replace:
            keys = [column.name for column in table.primary_key]
            changed = {c.name: insert.excluded[c.name] for c in table.columns if c.name not in keys}
            insert = insert.on_conflict_do_update(index_elements=keys, set_=changed)
        compiled: Any = insert.compile(dialect=connection.dialect, column_keys=names)
        return _RowStatement(str(compiled), compiled.positiontup, _processors(connection, table))


class _RowStatement:
    """A statement, and the conversions of some of its values: a time is stored as a number."""

    def __init__(self, text: str, names: Sequence[str], processors: Mapping[str, Callable[[Any], Any]]) -> None:
        self._text = text
        self._names = tuple(names)
        self._processors = tuple((place, processors[name]) for place, name in enumerate(names) if name in processors)

    def execute(self, connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
        connection.exec_driver_sql(self._text, [self._values(row) for row in rows])

    def _values(self, row: Mapping[str, Any]) -> tuple[Any, ...]:
        values = [row[name] for name in self._names]
        for place, process in self._processors:
            values[place] = process(values[place])
        return tuple(values)


def _processors(connection: Connection, table: Table) -> dict[str, Callable[[Any], Any]]:
    """Return, by column, the conversion that the database's driver requires for a value."""
    dialect = connection.dialect
    found = ((column.name, column.type.dialect_impl(dialect).bind_processor(dialect)) for column in table.columns)
    return {name: process for name, process in found if process is not None}
