"""Steps about the events that trigger workflows."""

from __future__ import annotations

from collections.abc import Sequence

from pytest_bdd import parsers, then

from bench.bench import Bench
from bench.tables import compare, rows_of


@then(parsers.parse('the event "{name}" was published with:'))
def the_event_was_published(bench: Bench, name: str, datatable: Sequence[Sequence[str]]) -> None:
    """Exactly one such event, with these parameters. Columns: parameter, value; a name stands for a number."""

    def facts() -> list[dict[str, object]]:
        events = bench.events(name)
        assert len(events) <= 1, f'the event "{name}" was published {len(events)} times'
        return [
            {"parameter": parameter, "value": bench.cast.name(str(value))}
            for event in events
            for parameter, value in event["parameters"].items()
        ]

    assert [*rows_of(datatable)], "the table names no parameter"
    bench.eventually(lambda: compare(datatable, facts()), f'the event "{name}"')


@then(parsers.parse('the event "{name}" was published {count:d} times'))
@then(parsers.parse('the event "{name}" was published {count:d} time'))
def the_event_was_published_times(bench: Bench, name: str, count: int) -> None:
    """How often a workflow bound to the event would have started."""
    bench.eventually(lambda: compare([["name"], *[[name]] * count], bench.events(name)), f'the event "{name}"')
