"""What a scenario orders the driver to do, as operators, workflows and integrators do, and what became of it."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from driver.api.models import AcceptedModel, ExecutionModel
from driver.client import DriverClient, RefusedError
from harness import projections
from harness.personas import asset_id
from harness.scenario_context import SYSTEM, ScenarioContext, iso
from harness.table_diff import Comparison

SEND_MESSAGE = "Send Message"
MESSAGE_CONTENT = "Message Content"

OPERATOR = {"user": "Olga", "workstation": "Desk 1"}
"""Who gives commands in every scenario."""

Given = tuple[str, Callable[[DriverClient], Awaitable[AcceptedModel]]]
"""Whom a command was given, and how it is given to a driver."""


class DriverCommands:
    """Commands and table files handed to the driver.

    Attributes:
        executions: Execution ids of the commands given so far, oldest first.
        refusals: Why commands and files were refused, oldest first.
    """

    def __init__(self, context: ScenarioContext) -> None:
        self._context = context
        self.executions: list[str] = []
        self.refusals: list[str] = []
        self._given: list[Given] = []
        self._last_of: dict[str, str] = {}

    def command(self, name: str, command: str, parameters: Mapping[str, str] | None = None) -> None:
        """Give an asset a command; its execution (or why it was refused) is remembered."""
        self.commands([name], command, parameters)

    def commands(self, names: Sequence[str], command: str, parameters: Mapping[str, str] | None = None) -> None:
        """Give several assets the same command at once."""
        given = []
        for name in names:
            wanted = dict(parameters or {})
            if command == SEND_MESSAGE and MESSAGE_CONTENT in wanted:
                wanted[MESSAGE_CONTENT] = self._context.twilio.outgoing(
                    self._external_number(name), wanted[MESSAGE_CONTENT]
                )
            asset = SYSTEM if name == "System" else asset_id(name)
            given.append((name, _giving(DriverClient.command, asset, command, wanted)))
        self._give(given)

    def system_command(self, command: str, parameters: Mapping[str, str]) -> None:
        """Give the system a command, as a workflow does; names of people stand for their numbers."""
        wanted = self._with_numbers(parameters)
        if MESSAGE_CONTENT in wanted and (to := wanted.get("Destination Number")):
            wanted[MESSAGE_CONTENT] = self._context.twilio.outgoing(to, wanted[MESSAGE_CONTENT])
        self._give([("System", _giving(DriverClient.system_command, SYSTEM, command, wanted))])

    def acknowledge(self, name: str, alarm_type: str) -> None:
        """Take notice of one alarm of an asset, by its row in the alarm grid, and of no other.

        Raises:
            AssertionError: When there is not exactly one such alarm.
        """
        asset = SYSTEM if name == "System" else asset_id(name)
        alarms = self._context.wait_for(self._context.driver.alarms)
        rows = [alarm for alarm in alarms if (alarm.asset_id, alarm.alarm_type) == (asset, alarm_type)]
        assert len(rows) == 1, f'{name} has {len(rows)} alarms of the type "{alarm_type}"'
        self._give([(name, _giving(DriverClient.acknowledge, rows[0].alarm_id))])

    def repeat(self) -> None:
        """Give the last command once more, under the same command id."""
        self._give(self._given[-1:])

    def requeue(self) -> None:
        """Send the newest dead letter again, once there is one."""
        driver = self._context.driver

        def dead_letters() -> list[ExecutionModel]:
            return self._context.wait_for(driver.dead_letters)

        self._context.eventually(lambda: Comparison(bool(dead_letters()), "there is none"), "the dead letters")
        newest = dead_letters()[0].execution_id
        self._give([("System", lambda driver: driver.requeue(newest))])

    def import_table(self, kind: str, datatable: Sequence[Sequence[str]]) -> None:
        """Import a table file; why it was refused is remembered."""
        text = io.StringIO()
        csv.writer(text).writerows(datatable)
        try:
            self._context.wait_for(self._context.driver.import_table, kind, text.getvalue().encode())
        except RefusedError as exc:
            self.refusals.append(str(exc))
        self._context.wait_idle()

    def moment(self, text: str) -> str:
        """A moment as the driver's API writes it where the text says `in 60 seconds`; any other text as it is."""
        if found := re.fullmatch(r"in (\d+) seconds", text):
            return iso(self._context.now() + timedelta(seconds=int(found[1])))
        return text

    def standing(self) -> projections.Fact:
        """How the last command stands."""
        return projections.standing(self._last_execution())

    def attempts(self) -> projections.Facts:
        """The attempts of the last command."""
        return projections.attempts(self._last_execution(), self._context.at)

    def last_results(self) -> projections.Facts:
        """What the last command of each asset came to."""
        told = self._told(list(self._last_of.values()))
        return [{"asset": name, "result": one.result} for name, one in zip(self._last_of, told, strict=True)]

    def told(self) -> list[ExecutionModel]:
        """All commands given, as the driver tells of them."""
        return self._told(sorted(set(self.executions)))

    def _told(self, executions: Sequence[str]) -> list[ExecutionModel]:
        async def ask() -> list[ExecutionModel]:
            return list(await asyncio.gather(*map(self._context.driver.execution, executions)))

        return self._context.wait_for(ask)

    def _last_execution(self) -> ExecutionModel:
        assert self.executions, f"no command was accepted; refused: {self.refusals}"
        return self._told(self.executions[-1:])[0]

    def _external_number(self, name: str) -> str:
        """The number that the texts of a phone asset go to, empty if it has none."""
        row = next((row for row in self._context.phones if row["phone"] == name), {})
        written = row.get("external number", name)
        return "" if written == "-" else self._context.personas.number(written)

    def _with_numbers(self, parameters: Mapping[str, str]) -> dict[str, str]:
        personas, changed = self._context.personas, dict(parameters)
        for parameter in parameters.keys() & {"Destination Number", "Source Phone Number"}:
            value = personas.twilio_number(parameters[parameter])
            changed[parameter] = value if value != parameters[parameter] else personas.number(value)
        return changed

    def _give(self, commands: Sequence[Given]) -> None:
        async def give(name: str, giving: Callable[[DriverClient], Awaitable[AcceptedModel]]) -> None:
            try:
                execution = (await giving(self._context.driver)).execution_id
            except RefusedError as exc:
                self.refusals.append(str(exc))
            else:
                self.executions.append(execution)
                self._last_of[name] = execution

        async def give_all() -> None:
            await asyncio.gather(*(give(*one) for one in commands))

        self._given += commands
        self._context.wait_for(give_all)
        self._context.wait_idle()


def _giving(
    method: Callable[..., Awaitable[AcceptedModel]], *arguments: Any
) -> Callable[[DriverClient], Awaitable[AcceptedModel]]:
    """A command as it is given to a driver, under an id of its own; once more is under the same one."""
    command_id = uuid.uuid4().hex
    return lambda driver: method(driver, *arguments, commandId=command_id, **OPERATOR)
