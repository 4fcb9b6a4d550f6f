"""What the driver shows: assets and alarms, lists and tables, events and its debug log, in a feature file's words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from driver.api.frames import EventModel
from driver.api.requests import JSON
from driver.api.table_models import TableModel
from driver.client import RefusedError
from harness import projections
from harness.driver.event_log import EventLog
from harness.scenario_context import SYSTEM, ScenarioContext
from harness.table_diff import Comparison, compare, fits, rows_of


class DriverView:
    """What can be seen of the driver from outside.

    Attributes:
        event_log: What its event stream has brought, over its restarts.
        expected_errors: Texts that the scenario declares the driver's log may carry at level ERROR.
    """

    def __init__(self, context: ScenarioContext) -> None:
        self._context = context
        self.event_log = EventLog()
        self.expected_errors: list[str] = []

    def assets(self) -> projections.Rows:
        """The assets in a feature file's words."""
        return projections.assets(self._context.wait_for(self._context.driver.assets), SYSTEM, self._context.at)

    def alarms(self) -> projections.Rows:
        """The alarm grid."""
        driver = self._context.driver
        return projections.alarms(self._context.wait_for(driver.alarms), self._context.wait_for(driver.assets), SYSTEM)

    def messages(self) -> projections.Rows:
        """Every message the driver knows."""
        messages = self._context.wait_for(self._context.driver.messages)
        return self._context.plain(projections.known_messages(messages, self._context.personas))

    def dead_letters(self) -> projections.Rows:
        """Texts that did not get out."""
        return self._context.plain(projections.dead_letters(self._context.wait_for(self._context.driver.dead_letters)))

    def audit(self) -> projections.Rows:
        """The audit, its columns as the platform calls them."""
        return [line.model_dump(mode="json") for line in self._context.wait_for(self._context.driver.audit)]

    def exported(self, kind: str) -> projections.Rows:
        """The rows of a table as they are exported."""
        table = self._context.wait_for(self._context.driver.table, kind, accept=JSON)
        return [dict(row) for row in TableModel.model_validate_json(table).rows]

    def events(self, name: str) -> projections.Rows:
        """The events of that name in the scenario, over restarts of the driver."""
        return [{"name": event.name} for event in self._events([name])]

    def new_events(self, name: str) -> projections.Rows:
        """The events of that name since the present step began."""
        return [
            {"name": event.name} for event in self.event_log.events[self.event_log.before_step :] if event.name == name
        ]

    def _events(self, names: Collection[str]) -> list[EventModel]:
        return [event for event in list(self.event_log.events) if event.name in names]

    def parameters(self, name: str) -> projections.Rows:
        """The parameters of the one event of that name; none if there was none yet.

        Raises:
            AssertionError: When there was more than one.
        """
        events = self._events([name])
        assert len(events) <= 1, f'the event "{name}" was published {len(events)} times'
        return self._context.plain(
            [row for event in events for row in projections.parameters(event, self._context.personas)]
        )

    def named_events(self, names: Collection[str]) -> projections.Rows:
        """The events of these names in order: event, asset, and their parameters."""
        return self._context.plain([projections.event(event, SYSTEM) for event in self._events(names)])

    def trace(self, topic: str) -> None:
        """Let the debug log show this topic too.

        Raises:
            AssertionError: When there is no such topic, with those that exist.
        """
        try:
            self._context.wait_for(self._context.driver.trace, [topic])
        except RefusedError as exc:
            raise AssertionError(str(exc)) from None

    def log(self, **filters: str) -> list[dict[str, Any]]:
        """The driver's debug log."""
        return self._context.wait_for(self._context.driver.logs, **filters)

    def logged(self, datatable: Sequence[Sequence[str]]) -> projections.Rows:
        """The log's records of the events (of the assets, if there is such a column) that a data table names."""
        named = rows_of(datatable)
        logged = [record | {"level": str(record["level"]).upper()} for record in self.log()]
        records = [{name: record[name] for name in datatable[0] if name in record} for record in logged]
        return [one for one in records if any(_is_about(one, row) for row in named)]

    def expect_error(self, text: str) -> None:
        """Wait for an error about something in the debug log, and let such errors pass from now on.

        Raises:
            AssertionError: When there is none.
        """
        self.expected_errors.append(text)

        def seen() -> Comparison:
            records = [{"error": " ".join(map(str, record.values()))} for record in self.log(level="ERROR")]
            return compare([["error"], [f"~{text}"]], records, exactly=False)

        self._context.eventually(seen, "the errors in the debug log")


def _is_about(record: projections.Row, row: Mapping[str, str]) -> bool:
    """Whether a record is one that a row of a data table may mean, whatever its other columns say."""
    return all(fits(row[column], record.get(column)) for column in ("event", "asset_id") if column in row)
