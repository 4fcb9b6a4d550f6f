"""Table files: status, command and asset tables imported while the driver runs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from gherkin_tools.table_columns import SideBySide, rows_wanted, table
from gherkin_tools.vocabulary import Rows, introduces
from harness.table_diff import compare
from harness.vocabularies import TABLE_COLUMN, columns_of
from steps.words import WORDS

if TYPE_CHECKING:
    from harness.harness import Harness

Table = Sequence[Sequence[str]]

_COLUMNS = SideBySide(TABLE_COLUMN, chosen=lambda called: columns_of(str(called["kind"])))

_NAMES = {
    "Status.Description": "status",
    "Status.AlarmType": "alarm type",
    "Caption": "phone",
    "LoggingDescription": "location",
}
"""Columns whose cells introduce names, and the kind of each name."""


def _imported(_: object, rows: Rows) -> Iterator[tuple[str, str]]:
    """Yield the statuses and phones that an imported table introduces."""
    yield from ((kind, row[column]) for row in rows for column, kind in _NAMES.items() if row.get(column))


@given(parsers.parse("the {kind:TableKind} table is imported:", WORDS))
@table(_COLUMNS)
@introduces(_imported)
@rows_wanted
def the_table_was_imported(harness: Harness, kind: str, datatable: Table) -> None:
    """Import a CSV file with these columns and rows; it must be accepted. Kinds: status, command, asset."""
    harness.commands.import_table(kind, datatable)
    assert not harness.commands.refusals, f"the import was refused: {harness.commands.refusals[-1]}"


@when(parsers.parse("the {kind:TableKind} table is imported:", WORDS))
@table(_COLUMNS)
@introduces(_imported)
@rows_wanted
def the_table_is_imported(harness: Harness, kind: str, datatable: Table) -> None:
    """Import a CSV file with these columns and rows. Kinds: status, command, asset."""
    harness.commands.import_table(kind, datatable)


@then(parsers.parse('the import is refused because "{reason}"'))
def the_import_is_refused(harness: Harness, reason: str) -> None:
    """Nothing was imported, and the response contains this reason."""
    table = [["reason"], [f"~{reason}"]]
    harness.eventually(lambda: compare(table, harness.commands.last_refusal("file", reason)), "the refusal")


@then(parsers.parse("the {kind:TableKind} table contains:", WORDS))
@table(_COLUMNS)
@rows_wanted
def the_table_contains(harness: Harness, kind: str, datatable: Table) -> None:
    """Rows of the exported table; others are ignored. Columns as in the CSV file."""
    harness.eventually(lambda: compare(datatable, harness.view.exported(kind), exactly=False), f"the {kind} table")
