"""Commands that a scenario gives to the driver as operators, workflows and integrators do, and their outcomes."""

from __future__ import annotations

import asyncio
import csv
import io
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import aiohttp

from driver.api.models import AcceptedModel, ExecutionModel
from driver.client import DriverClient, RefusedError
from harness import projections
from harness.driver.configuration import CLIENT_TOKEN, header
from harness.personas import OPERATOR, asset_id
from harness.scenario_context import SYSTEM, ScenarioContext, iso
from harness.table_diff import Comparison

SEND_MESSAGE = "Send Message"
MESSAGE_CONTENT = "Message Content"

Given = tuple[str, Callable[[DriverClient], Awaitable[AcceptedModel]]]
"""The target of a command, and the call that gives it to a driver."""


class DriverCommands:
    """Commands and table files handed to the driver.

    Attributes:
        executions: Execution IDs of the commands given so far, oldest first.
        refusals: Why commands and files were refused, oldest first.
        unmentioned: Refusals that no step has mentioned yet.
    """

    def __init__(self, context: ScenarioContext) -> None:
        self._context = context
        self.executions: list[str] = []
        self.refusals: list[str] = []
        self.unmentioned: list[str] = []
        self._refusal_of_last: dict[str, str | None] = {}
        self._seen: set[str] = set()
        self._given: list[Given] = []
        self._last_of: dict[str, str] = {}

    def command(self, name: str, command: str, parameters: Mapping[str, str] | None = None) -> None:
        """Give an asset a command, and record its execution or the reason of its refusal."""
        self.commands([name], command, parameters)

    def commands(self, names: Sequence[str], command: str, parameters: Mapping[str, str] | None = None) -> None:
        """Give several assets the same command at once; an unknown command is sent as well."""
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
        """Acknowledge exactly one alarm of an asset, by its row in the alarm grid.

        Raises:
            AssertionError: If the number of matching alarms is not one.
        """
        asset = SYSTEM if name == "System" else asset_id(name)
        alarms = self._context.wait_for(self._context.driver.alarms)
        rows = [alarm for alarm in alarms if (alarm.asset_id, alarm.alarm_type) == (asset, alarm_type)]
        assert len(rows) == 1, f'{name} has {len(rows)} alarms of the type "{alarm_type}"'
        self._give([(name, _giving(DriverClient.acknowledge, rows[0].alarm_id))])

    def send_as_client(self, name: str, body: str) -> None:
        """Send a message to a phone as the client of the data server."""
        text = {MESSAGE_CONTENT: self._context.twilio.outgoing(self._external_number(name), body)}
        command = (name, _giving(DriverClient.command, asset_id(name), SEND_MESSAGE, text))
        self._context.wait_for(self._post_as_client, command)
        self._context.wait_idle()

    def repeat(self) -> None:
        """Give the last command again, with the same command ID."""
        self._give(self._given[-1:])

    def requeue(self) -> None:
        """Send the newest dead letter again, as soon as one exists."""
        driver = self._context.driver

        def dead_letters() -> list[ExecutionModel]:
            return self._context.wait_for(driver.dead_letters)

        self._context.eventually(lambda: Comparison(bool(dead_letters()), "no dead letter"), "the dead letters")
        newest = dead_letters()[0].execution_id
        self._give([("System", lambda driver: driver.requeue(newest))])

    def import_table(self, kind: str, datatable: Sequence[Sequence[str]]) -> None:
        """Import a table file, and record the reason if it is refused."""
        text = io.StringIO()
        csv.writer(text).writerows(datatable)
        try:
            self._context.wait_for(self._context.driver.import_table, kind, text.getvalue().encode())
        except RefusedError as exc:
            self._refuse("file", str(exc))
        else:
            self._refusal_of_last["file"] = None
        self._context.wait_idle()

    def moment(self, text: str) -> str:
        """Return ``in 60 seconds`` as a time in the format of the driver's API, and any other text unchanged."""
        if found := re.fullmatch(r"in (\d+) seconds", text):
            return iso(self._context.now() + timedelta(seconds=int(found[1])))
        return text

    def standing(self) -> projections.Row:
        """Return the state of the last command."""
        return projections.standing(self._last_execution())

    def attempts(self) -> projections.Rows:
        """Return the attempts of the last command."""
        return projections.attempts(self._last_execution(), self._context.at)

    def last_results(self) -> projections.Rows:
        """Return the result of each asset's last command."""
        self._seen |= set(self._last_of.values())
        executions = self._fetch(list(self._last_of.values()))
        return [{"asset": name, "result": one.result} for name, one in zip(self._last_of, executions, strict=True)]

    def last_refusal(self, what: str, reason: str) -> list[projections.Row]:
        """Return the last refusal of a ``command`` or ``file``, and mark refusals for this reason as mentioned."""
        self.unmentioned = [text for text in self.unmentioned if reason not in text]
        refusal = self._refusal_of_last.get(what)
        return [] if refusal is None else [{"reason": refusal}]

    def expect_rejections(self) -> None:
        """Accept any outcome of the commands given so far, because the scenario is about it."""
        self._seen |= set(self.executions)

    def surprises(self, executions: Sequence[ExecutionModel]) -> list[str]:
        """Return refused and rejected commands that no step has mentioned, as one sentence each."""
        rejected = [
            f"{one.command}: {one.reason}"
            for one in executions
            if one.state == "rejected" and one.execution_id not in self._seen
        ]
        return [f"the driver refused a command, and no step says so: {text}" for text in (*self.unmentioned, *rejected)]

    def _refuse(self, what: str, reason: str) -> None:
        self._refusal_of_last[what] = reason
        self.refusals.append(reason)
        self.unmentioned.append(reason)

    def all_executions(self) -> list[ExecutionModel]:
        """Return all commands given, as reported by the driver."""
        return self._fetch(sorted(set(self.executions)))

    def _fetch(self, executions: Sequence[str]) -> list[ExecutionModel]:
        async def ask() -> list[ExecutionModel]:
            return list(await asyncio.gather(*map(self._context.driver.execution, executions)))

        return self._context.wait_for(ask)

    def _last_execution(self) -> ExecutionModel:
        refusal = self._refusal_of_last.get("command")
        assert refusal is None, f"the last command was refused: {refusal}"
        assert self.executions, "no command was given"
        self._seen.add(self.executions[-1])
        return self._fetch(self.executions[-1:])[0]

    def _external_number(self, name: str) -> str:
        """Return the number that messages of a phone asset go to; empty if it has none."""
        row = next((row for row in self._context.phones if row["phone"] == name), {})
        written = row.get("external number", name)
        return "" if written == "-" else self._context.personas.number(written)

    def _with_numbers(self, parameters: Mapping[str, str]) -> dict[str, str]:
        personas, changed = self._context.personas, dict(parameters)
        for parameter in parameters.keys() & {"Destination Number", "Source Phone Number"}:
            changed[parameter] = personas.number(parameters[parameter])
        return changed

    def _give(self, commands: Sequence[Given]) -> None:
        async def give_all() -> None:
            await asyncio.gather(*(self._post(self._context.driver, *one) for one in commands))

        self._given += commands
        self._context.wait_for(give_all)
        self._context.wait_idle()

    async def _post_as_client(self, command: Given) -> None:
        async with aiohttp.ClientSession(headers=header(CLIENT_TOKEN)) as session:
            await self._post(DriverClient(session, self._context.driver.url), *command)

    async def _post(
        self, driver: DriverClient, name: str, giving: Callable[[DriverClient], Awaitable[AcceptedModel]]
    ) -> None:
        try:
            execution = (await giving(driver)).execution_id
        except RefusedError as exc:
            self._refuse("command", str(exc))
        else:
            self._refusal_of_last["command"] = None
            self.executions.append(execution)
            self._last_of[name] = execution


def _giving(
    method: Callable[..., Awaitable[AcceptedModel]], *arguments: Any
) -> Callable[[DriverClient], Awaitable[AcceptedModel]]:
    """Return a call that gives a command to a driver under a new command ID; repeated calls use the same ID."""
    command_id = uuid.uuid4().hex
    return lambda driver: method(driver, *arguments, commandId=command_id, **OPERATOR)
