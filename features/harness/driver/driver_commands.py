"""What a scenario orders the driver to do, as operators, workflows and integrators do, and what became of it."""

from __future__ import annotations

import asyncio
import re
import uuid
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import aiohttp

from harness import projections
from harness.driver.access import CLIENT_TOKEN, header
from harness.driver.driver_api import DriverApi, EventLog, RefusedError
from harness.personas import OPERATOR, asset_id
from harness.scenario_context import SYSTEM, ScenarioContext, iso
from harness.table_diff import Comparison

SEND_MESSAGE = "Send Message"
MESSAGE_CONTENT = "Message Content"


class DriverCommands:
    """Commands and table files handed to the driver.

    Attributes:
        executions: Execution ids of the commands given so far, oldest first.
        refusals: Why commands and files were refused, oldest first.
        unmentioned: The refusals that no step has spoken of yet.
    """

    def __init__(self, context: ScenarioContext) -> None:
        self._context = context
        self.executions: list[str] = []
        self.refusals: list[str] = []
        self.unmentioned: list[str] = []
        self._seen: set[str] = set()
        self._given: list[tuple[str, str, dict[str, Any]]] = []
        self._last_of: dict[str, str] = {}

    def command(self, name: str, command: str, parameters: Mapping[str, str] | None = None) -> None:
        """Give an asset a command; its execution (or why it was refused) is remembered."""
        self.commands([name], command, parameters)

    def commands(self, names: Sequence[str], command: str, parameters: Mapping[str, str] | None = None) -> None:
        """Give several assets the same command at once; one that does not exist is sent as well."""
        given = []
        for name in names:
            wanted = dict(parameters or {})
            if command == SEND_MESSAGE and MESSAGE_CONTENT in wanted:
                wanted[MESSAGE_CONTENT] = self._context.twilio.outgoing(
                    self._external_number(name), wanted[MESSAGE_CONTENT]
                )
            asset = SYSTEM if name == "System" else asset_id(name)
            given.append((name, f"/api/assets/{asset}/commands", _body(command, wanted)))
        self._give(given)

    def system_command(self, command: str, parameters: Mapping[str, str]) -> None:
        """Give the system a command, as a workflow does; names of people stand for their numbers."""
        wanted = self._with_numbers(parameters)
        if MESSAGE_CONTENT in wanted and (to := wanted.get("Destination Number")):
            wanted[MESSAGE_CONTENT] = self._context.twilio.outgoing(to, wanted[MESSAGE_CONTENT])
        self._give([("System", f"/api/systems/{SYSTEM}/commands", _body(command, wanted))])

    def acknowledge(self, name: str, alarm_type: str) -> None:
        """Acknowledge one alarm of an asset, by its row in the alarm grid, and no other.

        Raises:
            AssertionError: When there is not exactly one such alarm.
        """
        asset = SYSTEM if name == "System" else asset_id(name)
        rows = [
            row
            for row in self._context.items("/api/alarms")
            if (row["assetId"], row["alarmType"]) == (asset, alarm_type)
        ]
        assert len(rows) == 1, f'{name} has {len(rows)} alarms of the type "{alarm_type}"'
        body = {"commandId": uuid.uuid4().hex, **OPERATOR}
        self._give([(name, f"/api/alarms/{rows[0]['alarmId']}/acknowledge", body)])

    def send_as_client(self, name: str, body: str) -> None:
        """Send a text to a phone as the client that the data server knows."""
        text = {MESSAGE_CONTENT: self._context.twilio.outgoing(self._external_number(name), body)}
        command = (name, f"/api/assets/{asset_id(name)}/commands", _body(SEND_MESSAGE, text))
        self._context.wait_for(self._post_as_client, command)
        self._context.wait_idle()

    def repeat(self) -> None:
        """Give the last command once more, under the same command id."""
        self._give(self._given[-1:])

    def requeue(self) -> None:
        """Send the newest dead letter again, once there is one."""
        path = "/api/deadletters"
        self._context.eventually(
            lambda: Comparison(bool(self._context.items(path)), "there is none"), "the dead letters"
        )
        newest = self._context.items(path)[0]["executionId"]
        self._give([("System", f"/api/deadletters/{newest}/requeue", {})])

    def import_table(self, kind: str, datatable: Sequence[Sequence[str]]) -> None:
        """Import a table file; why it was refused is remembered."""
        try:
            self._context.wait_for(self._context.driver.put_csv, f"/api/tables/{kind}", datatable)
        except RefusedError as exc:
            self._refuse(str(exc))
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
        """The result of the last command of each asset."""
        self._seen |= set(self._last_of.values())
        executions = self._fetch(list(self._last_of.values()))
        return [{"asset": name, "result": one["result"]} for name, one in zip(self._last_of, executions, strict=True)]

    def last_refusal(self, reason: str) -> list[projections.Fact]:
        """Why the last command or file was refused; refusals for this reason count as spoken of from now on."""
        self.unmentioned = [text for text in self.unmentioned if reason not in text]
        return [{"reason": text} for text in self.refusals[-1:]]

    def expect_rejections(self) -> None:
        """Whatever becomes of the commands given so far is what the scenario is about."""
        self._seen |= set(self.executions)

    def surprises(self) -> list[str]:
        """The refused and rejected commands that no step has spoken of, one sentence each."""
        rejected = [
            f"{one['command']}: {one['reason']}"
            for one in self.all_executions()
            if one["state"] == "rejected" and one["executionId"] not in self._seen
        ]
        return [f"the driver refused a command, and no step says so: {text}" for text in (*self.unmentioned, *rejected)]

    def _refuse(self, reason: str) -> None:
        self.refusals.append(reason)
        self.unmentioned.append(reason)

    def all_executions(self) -> list[dict[str, Any]]:
        """All commands given, as the driver reports them."""
        return self._fetch(sorted(set(self.executions)))

    def _fetch(self, executions: Sequence[str]) -> list[dict[str, Any]]:
        return self._context.wait_for(self._context.driver.get_all, [f"/api/executions/{one}" for one in executions])

    def _last_execution(self) -> dict[str, Any]:
        assert self.executions, f"no command was accepted; refused: {self.refusals}"
        self._seen.add(self.executions[-1])
        return self._fetch(self.executions[-1:])[0]

    def _external_number(self, name: str) -> str:
        """The number that the texts of a phone asset go to, empty if it has none."""
        row = next((row for row in self._context.phones if row["phone"] == name), {})
        written = row.get("external number", name)
        return "" if written == "-" else self._context.personas.number(written)

    def _with_numbers(self, parameters: Mapping[str, str]) -> dict[str, str]:
        personas, changed = self._context.personas, dict(parameters)
        for parameter in parameters.keys() & {"Destination Number", "Source Phone Number"}:
            changed[parameter] = personas.number(parameters[parameter])
        return changed

    def _give(self, commands: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
        async def post_all() -> None:
            await asyncio.gather(*(self._post(self._context.driver, *one) for one in commands))

        self._given += commands
        self._context.wait_for(post_all)
        self._context.wait_idle()

    async def _post_as_client(self, command: tuple[str, str, dict[str, Any]]) -> None:
        async with aiohttp.ClientSession(headers=header(CLIENT_TOKEN)) as session:
            running = self._context.driver
            await self._post(DriverApi(running.base_url, running.debug_url, session, EventLog()), *command)

    async def _post(self, driver: DriverApi, name: str, path: str, body: Mapping[str, Any]) -> None:
        try:
            execution = (await driver.post(path, body))["executionId"]
        except RefusedError as exc:
            self._refuse(str(exc))
        else:
            self.executions.append(execution)
            self._last_of[name] = execution


def _body(command: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """A command as it is posted, under an id of its own."""
    return {"command": command, "parameters": dict(parameters), "commandId": uuid.uuid4().hex, **OPERATOR}
