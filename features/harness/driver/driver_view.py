"""The driver as seen from outside (assets, alarms, lists, tables, events, debug log), in the words of feature files."""

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
    """What can be observed of the driver from outside.

    Attributes:
        event_log: The events from its event stream, across restarts.
        expected_errors: Texts of ERROR log records that the scenario announces.
    """

    def __init__(self, context: ScenarioContext) -> None:
        self._context = context
        self.event_log = EventLog()
        self.expected_errors: list[str] = []

    def assets(self) -> projections.Rows:
        """Return the assets in the words of feature files."""
        return projections.assets(self._context.wait_for(self._context.driver.assets), SYSTEM, self._context.at)

    def alarms(self) -> projections.Rows:
        """Return the alarm grid."""
        driver = self._context.driver
        return projections.alarms(self._context.wait_for(driver.alarms), self._context.wait_for(driver.assets), SYSTEM)

    def messages(self) -> projections.Rows:
        """Return every message in the driver's list."""
        messages = self._context.wait_for(self._context.driver.messages)
        return self._context.plain(projections.known_messages(messages, self._context.personas))

    def dead_letters(self) -> projections.Rows:
        """Return the messages that could not be sent."""
        return self._context.plain(projections.dead_letters(self._context.wait_for(self._context.driver.dead_letters)))

    def audit(self) -> projections.Rows:
        """Return the audit, with the platform's column names."""
        return [line.model_dump(mode="json") for line in self._context.wait_for(self._context.driver.audit)]

    def exported(self, kind: str) -> projections.Rows:
        """Return the rows of a table as exported."""
        table = self._context.wait_for(self._context.driver.table, kind, accept=JSON)
        return [dict(row) for row in TableModel.model_validate_json(table).rows]

    def events(self, name: str) -> projections.Rows:
        """Return the scenario's events of that name, across restarts of the driver."""
        return [{"name": event.name} for event in self._events([name])]

    def new_events(self, name: str) -> projections.Rows:
        """Return the events of that name since the current step began."""
        return [
            {"name": event.name} for event in self.event_log.events[self.event_log.before_step :] if event.name == name
        ]

    def _events(self, names: Collection[str]) -> list[EventModel]:
        return [event for event in list(self.event_log.events) if event.name in names]

    def parameters(self, name: str) -> projections.Rows:
        """Return the parameters of the only event of that name; nothing if there is none yet.

        Raises:
            AssertionError: If there is more than one.
        """
        events = self._events([name])
        assert len(events) <= 1, f'the event "{name}" was published {len(events)} times'
        return self._context.plain(
            [row for event in events for row in projections.parameters(event, self._context.personas)]
        )

    def named_events(self, names: Collection[str]) -> projections.Rows:
        """Return the events of these names in order: event, asset, and their parameters."""
        return self._context.plain([projections.event(event, SYSTEM) for event in self._events(names)])

    def trace(self, topic: str) -> None:
        """Include this topic in the debug log.

        Raises:
            AssertionError: If the topic is unknown; the message lists the known ones.
        """
        try:
            self._context.wait_for(self._context.driver.trace, [topic])
        except RefusedError as exc:
            raise AssertionError(str(exc)) from None

    def log(self, **filters: str) -> list[dict[str, Any]]:
        """Return the driver's debug log."""
        return self._context.wait_for(self._context.driver.logs, **filters)

    def logged(self, datatable: Sequence[Sequence[str]]) -> projections.Rows:
        """Return the log records of the events (and the assets, if a column names them) in a data table."""
        named = rows_of(datatable)
        logged = [record | {"level": str(record["level"]).upper()} for record in self.log()]
        records = [{name: record[name] for name in datatable[0] if name in record} for record in logged]
        return [one for one in records if any(_is_about(one, row) for row in named)]

    def expect_error(self, text: str) -> None:
        """Wait for an error with this text in the debug log, and accept such errors from now on.

        Raises:
            AssertionError: If there is none.
        """
        self.expected_errors.append(text)

        def seen() -> Comparison:
            records = [{"error": " ".join(map(str, record.values()))} for record in self.log(level="ERROR")]
            return compare([["error"], [f"~{text}"]], records, exactly=False)

        self._context.eventually(seen, "the errors in the debug log")


def _is_about(record: projections.Row, row: Mapping[str, str]) -> bool:
    """Return whether a row of a data table may refer to a record, regardless of its other columns."""
    return all(fits(row[column], record.get(column)) for column in ("event", "asset_id") if column in row)
