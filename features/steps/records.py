"""The driver's records: messages, dead letters, and the audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_bdd import given, then, when

from gherkin_tools.table_columns import SideBySide, columns, rows_wanted, table
from harness.table_diff import compare
from harness.vocabularies import (
    ANYBODY,
    AUDIT_COLUMN,
    CODE,
    DIRECTION,
    EXECUTION_STATE,
    MESSAGE_STATUS,
    NUMERAL,
)

if TYPE_CHECKING:
    from harness.harness import Harness

Table = Sequence[Sequence[str]]


@then("the list of messages is:")
@columns(
    "body",
    "asset",
    segments=NUMERAL,
    direction=DIRECTION,
    to=ANYBODY,
    status=MESSAGE_STATUS,
    error_code=CODE,
    from_=ANYBODY,
)
def the_messages_are(harness: Harness, datatable: Table) -> None:
    """Every message in the driver's list. Columns: direction, from, to, body, status, error code, asset, segments."""
    harness.eventually(lambda: compare(datatable, harness.view.messages()), "the list of messages")


@then("the dead letters are:")
@columns("asset", "body", "reason", "result", state=EXECUTION_STATE)
def the_dead_letters_are(harness: Harness, datatable: Table) -> None:
    """Messages that could not be sent. Columns: asset, body, state, reason, result."""
    harness.eventually(lambda: compare(datatable, harness.view.dead_letters()), "the dead letters")


@given("the operator requeues the dead letter")
@when("the operator requeues the dead letter")
def the_operator_requeues(harness: Harness) -> None:
    """Send the newest dead letter again, as a new command."""
    harness.commands.requeue()


@then("the audit contains:")
@table(SideBySide(AUDIT_COLUMN))
@rows_wanted
def the_audit_contains(harness: Harness, datatable: Table) -> None:
    """Lines of the audit; others are ignored. Columns: Device Type, Command/Status, Action, Computer, User Name, …"""
    harness.eventually(lambda: compare(datatable, harness.view.audit(), exactly=False), "the audit")
