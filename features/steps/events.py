"""Events: what workflows start from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_bdd import parsers, then

from gherkin_tools.table_columns import columns
from harness.table_diff import compare, rows_of
from steps.words import WORDS

if TYPE_CHECKING:
    from harness.harness import Harness

Table = Sequence[Sequence[str]]


@then(parsers.parse('the event "{name}" was published with:'))
@columns(needed=("parameter", "value"))
def the_event_was_published(harness: Harness, name: str, datatable: Table) -> None:
    """Exactly one such event, with exactly these parameters. Columns: parameter, value; a name stands for a number."""
    assert rows_of(datatable), "the table names no parameter"
    harness.eventually(lambda: compare(datatable, harness.view.parameters(name)), f'the event "{name}"')


@then(parsers.parse('the event "{name}" was published {count:Times}', WORDS))
def the_event_was_published_times(harness: Harness, name: str, count: int) -> None:
    """How often a workflow bound to the event would have started."""
    harness.eventually(lambda: compare([["name"], *[[name]] * count], harness.view.events(name)), f'the event "{name}"')


@then(parsers.parse('within {seconds:Duration} the event "{name}" is published', WORDS))
def the_event_is_published_within(harness: Harness, seconds: float, name: str) -> None:
    """Time passes, and the event is published at least once in it."""
    harness.pass_time(seconds)
    harness.eventually(
        lambda: compare([["name"], [name]], harness.view.events(name), exactly=False), f'the event "{name}"'
    )


@then("the events were published in this order:")
def the_events_in_order(harness: Harness, datatable: Table) -> None:
    """All events of the kinds that the table names. Columns: event, asset, and any parameter of the events."""
    names = {row["event"] for row in rows_of(datatable)}
    harness.eventually(lambda: compare(datatable, harness.view.told(names), in_order=True), "the events")
