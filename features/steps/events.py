"""Events that workflows start from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pytest_bdd import parsers, then

from gherkin_tools.absence import absence, absence_when
from gherkin_tools.table_columns import Parameters, columns, rows_wanted, table
from harness.table_diff import compare, rows_of
from harness.vocabularies import (
    ANYBODY,
    ASSET,
    EVENT,
    EVENT_PARAMETER,
    EVENT_PARAMETERS,
    parameters_of_event,
)
from steps.words import WORDS

if TYPE_CHECKING:
    from harness.harness import Harness

Table = Sequence[Sequence[str]]

NUMBERS = tuple(name for name in EVENT_PARAMETERS if name.endswith("Number"))
"""Parameters that contain phone numbers, which are shown as the owner's name."""


@then(parsers.parse('the event "{name:Event}" was published with:', WORDS))
@table(
    Parameters(
        EVENT_PARAMETER,
        dict.fromkeys(NUMBERS, ANYBODY),
        chosen=lambda called: parameters_of_event(str(called["name"])),
    )
)
@rows_wanted
def the_event_was_published(harness: Harness, name: str, datatable: Table) -> None:
    """Exactly one such event, with exactly these parameters. Columns: parameter, value. A name stands for a number."""
    harness.eventually(lambda: compare(datatable, harness.view.parameters(name)), f'the event "{name}"')


@then(parsers.parse('the event "{name:Event}" was published {count:Times}', WORDS))
@absence_when(lambda count, **_: count == 0)
def the_event_was_published_times(harness: Harness, name: str, count: int) -> None:
    """The number of times a workflow bound to the event would have started."""
    harness.eventually(lambda: compare([["name"], *[[name]] * count], harness.view.events(name)), f'the event "{name}"')


@then(parsers.parse('the event "{name:Event}" was never published', WORDS))
@absence
def the_event_was_never_published(harness: Harness, name: str) -> None:
    """No workflow bound to the event would have started, although the event stream delivered other events."""
    assert harness.driver_runs, "no driver runs, so nothing could be published"
    assert harness.view.event_log.events, "the event stream has delivered no event in this scenario"
    harness.never(lambda: compare([["name"]], harness.view.events(name)), f'the event "{name}" was never published')


@then(parsers.parse('within {seconds:Duration} the event "{name:Event}" is published', WORDS))
def the_event_is_published_within(harness: Harness, seconds: float, name: str) -> None:
    """Let time pass; the event is published at least once in that time."""
    harness.pass_time(seconds)
    harness.eventually(
        lambda: compare([["name"], [name]], harness.view.new_events(name), exactly=False), f'the event "{name}"'
    )


@then("the events were published in this order:")
@columns(*EVENT_PARAMETERS, event=EVENT, asset=ASSET)
@rows_wanted
def the_events_in_order(harness: Harness, datatable: Table) -> None:
    """All events with the names in the table, in order. Columns: event, asset, and any parameter of the events."""
    names = {row["event"] for row in rows_of(datatable)}
    harness.eventually(lambda: compare(datatable, harness.view.named_events(names), in_order=True), "the events")
