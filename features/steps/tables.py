"""Table files: status, command and asset tables, imported while the driver runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_bdd import given, parsers, then, when

from harness.table_diff import compare

if TYPE_CHECKING:
    from harness.harness import Harness

Table = Sequence[Sequence[str]]


@given(parsers.parse("the {kind:w} table is imported:"))
def the_table_was_imported(harness: Harness, kind: str, datatable: Table) -> None:
    """A CSV file with these columns and rows was taken in. Kinds: status, command, asset."""
    harness.commands.import_table(kind, datatable)
    assert not harness.commands.refusals, f"the import was refused: {harness.commands.refusals[-1]}"


@when(parsers.parse("the {kind:w} table is imported:"))
def the_table_is_imported(harness: Harness, kind: str, datatable: Table) -> None:
    """A CSV file with these columns and rows is handed in. Kinds: status, command, asset."""
    harness.commands.import_table(kind, datatable)


@then(parsers.parse('the import is refused because "{reason}"'))
def the_import_is_refused(harness: Harness, reason: str) -> None:
    """Nothing was imported, and the answer says why."""
    facts = [{"reason": text} for text in harness.commands.refusals[-1:]]
    harness.eventually(lambda: compare([["reason"], [f"~{reason}"]], facts), "the refusal")


@then(parsers.parse("the {kind:w} table has:"))
def the_table_has(harness: Harness, kind: str, datatable: Table) -> None:
    """Rows of the exported table, others not counted. Columns as in the CSV file."""
    harness.eventually(lambda: compare(datatable, harness.view.exported(kind), exactly=False), f"the {kind} table")
