"""The facade that steps talk to: one Twilio, one driver, time, and the people who text."""

from __future__ import annotations

import asyncio
import os
import re
import socket
import sys
import uuid
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from anyio.from_thread import BlockingPortal

from bench import configuration, evidence, invariants, views
from bench.cast import asset_id
from bench.clock import Deadline, Time
from bench.database import DatabaseFile
from bench.driver_api import DriverApi, EventLog, RefusedError
from bench.parties import FarSide, NearSide
from bench.tables import Comparison, compare
from bench.verdict import Evidence

Answer = TypeVar("Answer")

SYSTEM = "twilio"
"""The System asset's id."""

SEND_MESSAGE = "Send Message"
MESSAGE_CONTENT = "Message Content"

OPERATOR = {"user": "Olga", "workstation": "Desk 1"}
"""Who gives commands in every scenario."""


class Bench:
    """What a scenario plays on. Every method may be called from a plain, synchronous step.

    Attributes:
        database: The driver's database file.
        changes: Settings of the driver that the scenario changes, by dotted path.
        executions: Execution ids of the commands given so far, oldest first.
        refusals: Why commands were refused, oldest first.
        expected_errors: Texts that the scenario declares the driver's log may carry at level ERROR.
    """

    def __init__(self, portal: BlockingPortal, far: FarSide, near: NearSide, time: Time, folder: Path) -> None:
        self._portal = portal
        self._far = far
        self._near = near
        self._time = time
        self.database = DatabaseFile(folder / "driver.db")
        self._texts: list[dict[str, Any]] = []
        self._phones: Sequence[Mapping[str, str]] = ()
        self.cast = far.cast()
        self.changes: dict[str, object] = {}
        self.executions: list[str] = []
        self._given: list[tuple[str, str, dict[str, Any]]] = []
        self._last_of: dict[str, str] = {}
        self._log = EventLog()
        self._began = time.now()
        self.refusals: list[str] = []
        self.expected_errors: list[str] = []

    # --- the machinery -------------------------------------------------------------------------------------------

    def wait_for(self, work: Callable[..., Awaitable[Answer]], *arguments: Any, **named: Any) -> Answer:
        """Run a coroutine function on the bench's loop and hand back its answer."""
        __tracebackhide__ = True
        return self._portal.call(lambda: work(*arguments, **named))

    def settle(self) -> None:
        """Wait until neither side has anything in flight; no time passes where it can be held."""
        self.pass_time(0)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and everything that falls due in it happen."""
        self.wait_for(self._time.let_pass, seconds)

    def eventually(self, check: Callable[[], Comparison], what: str) -> None:
        """Observe until the check fits.

        Raises:
            AssertionError: With what was last seen, when the far side's patience is at its end.
        """
        __tracebackhide__ = True
        self.settle()
        deadline = Deadline(self._far.patience)
        while not (seen := check()).fits:
            if deadline.over:
                raise AssertionError(f"{what}: {seen.explanation}")
            self.settle()

    # --- Twilio --------------------------------------------------------------------------------------------------

    def use_account(self, type_: str) -> None:
        """Play on the account of this type."""
        self.cast.account = self._far.account(type_)

    def add_fault(
        self, effect: dict[str, Any], operation: str = "messages.create", times: int | None = None, to: str = ""
    ) -> None:
        """Make Twilio fail on purpose: always or so many times, for everybody or only for texts to one number."""
        match = {"operation": operation} | ({"to": to} if to else {})
        self.wait_for(self._far.add_fault, match, effect, times=times)

    def clear_faults(self) -> None:
        """Twilio works again."""
        self.wait_for(self._far.clear_faults)

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        """What Twilio was asked."""
        return self.wait_for(self._far.requests, **filters)

    def sent(self) -> views.Facts:
        """Each text that Twilio was asked to send, in order."""
        return self._plain(views.sent(self.requests(operation="messages.create"), self.cast, self._at))

    def text(self, name: str, body: str, to: str = "Twilio") -> None:
        """A person texts one of the account's numbers."""
        number = self.cast.number(name)
        self.wait_for(self._far.text, number, self.cast.twilio_number(to), body)
        self._texts.append({"at": _iso(self._time.now()), "from": number, "body": body})

    @property
    def automatic_reply(self) -> str:
        """Where a number points that answers every text by itself."""
        return self._far.automatic_reply

    @property
    def no_reply(self) -> str:
        """Where a number points whose automated replies are disabled."""
        return self._far.no_reply

    def point_number_to(self, url: str) -> None:
        """Have Twilio call this address when the account's first number is texted."""
        account = self.cast.account
        self.wait_for(self._far.point_number_to, account, account.numbers[0], url)

    def use_webhooks(self) -> None:
        """Let the driver take Twilio's calls, and point the Twilio number to it."""
        port = free_port()
        self.changes |= configuration.webhook_settings(port)
        self.point_number_to(f"http://127.0.0.1:{port}/twilio/sms")

    def calls(self) -> views.Facts:
        """The calls that Twilio made, in order: kind, event, status."""
        calls = self.wait_for(self._far.webhooks)
        return [{"kind": call["operation"], "event": call["event"], "status": call["status"]} for call in calls]

    def shown_on_handset(self, name: str) -> views.Facts:
        """What a person's handset shows, both directions, in order."""
        number = self.cast.number(name)
        return self._plain(views.messages(self.wait_for(self._far.shown, number), number, self.cast))

    def _plain(self, facts: views.Facts) -> views.Facts:
        """The facts with texts as the scenario wrote them."""
        return [{k: self._far.plain(v) if isinstance(v, str) else v for k, v in fact.items()} for fact in facts]

    # --- the driver ----------------------------------------------------------------------------------------------

    @property
    def driver(self) -> DriverApi:
        """The running driver's data server.

        Raises:
            AssertionError: When the scenario has started none.
        """
        assert self._near.api is not None, "no driver is running: begin with `Given a running driver with phones:`"
        return self._near.api

    def start_driver(self, phones: Sequence[Mapping[str, str]] | None = None) -> None:
        """Start the driver and wait until it knows how things stand; without phones, with the same ones as before."""
        if phones is not None:
            self._phones = phones
        store = f"sqlite:///{self.database.path}"
        made = configuration.settings(self.cast, self._far.base_url, store, self._phones, self.changes)
        self.wait_for(self._near.start, made, self._log)
        self.settle()

    def stop_driver(self) -> None:
        """Stop the driver in good order."""
        self.wait_for(self._near.stop)

    def kill_driver(self) -> None:
        """End the driver without any warning."""
        self.wait_for(self._near.kill)

    def phone_names(self) -> list[str]:
        """The phones of the scenario, as it calls them."""
        return [row["phone"] for row in self._phones]

    def command(self, name: str, command: str, parameters: Mapping[str, str] | None = None) -> None:
        """Give an asset a command; its execution (or why it was refused) is remembered."""
        self.commands([name], command, parameters)

    def commands(self, names: Sequence[str], command: str, parameters: Mapping[str, str] | None = None) -> None:
        """Give several assets the same command at once."""
        given = []
        for name in names:
            wanted = dict(parameters or {})
            if command == SEND_MESSAGE and MESSAGE_CONTENT in wanted:
                wanted[MESSAGE_CONTENT] = self._far.outgoing(self._external_number(name), wanted[MESSAGE_CONTENT])
            asset = SYSTEM if name == "System" else asset_id(name)
            given.append((name, f"/api/assets/{asset}/commands", _body(command, wanted)))
        self._give(given)

    def system_command(self, command: str, parameters: Mapping[str, str]) -> None:
        """Give the system a command, as a workflow does."""
        wanted = dict(parameters)
        if MESSAGE_CONTENT in wanted and (to := wanted.get("Destination Number")):
            wanted[MESSAGE_CONTENT] = self._far.outgoing(to, wanted[MESSAGE_CONTENT])
        self._give([("System", f"/api/systems/{SYSTEM}/commands", _body(command, wanted))])

    def _external_number(self, name: str) -> str:
        """The number that the texts of a phone asset go to, empty if it has none."""
        row = next((row for row in self._phones if row["phone"] == name), {})
        written = row.get("external number", name)
        return "" if written == "-" else self.cast.number(written)

    def repeat(self) -> None:
        """Give the last command once more, under the same command id."""
        self._give(self._given[-1:])

    def _give(self, commands: Sequence[tuple[str, str, dict[str, Any]]]) -> None:
        async def post(name: str, path: str, body: Mapping[str, Any]) -> None:
            try:
                execution = (await self.driver.post(path, body))["executionId"]
            except RefusedError as refusal:
                self.refusals.append(str(refusal))
            else:
                self.executions.append(execution)
                self._last_of[name] = execution

        async def post_all() -> None:
            await asyncio.gather(*(post(*one) for one in commands))

        self._given += commands
        self.wait_for(post_all)
        self.settle()

    def with_numbers(self, parameters: Mapping[str, str]) -> dict[str, str]:
        """The parameters of Send Message with telephone numbers in place of the names of people."""
        changed = dict(parameters)
        for parameter in parameters.keys() & {"Destination Number", "Source Phone Number"}:
            value = self.cast.twilio_number(parameters[parameter])
            changed[parameter] = value if value != parameters[parameter] else self.cast.number(value)
        return changed

    def moment(self, text: str) -> str:
        """A moment as the driver's API writes it where the text says `in 60 seconds`; any other text as it is."""
        if found := re.fullmatch(r"in (\d+) seconds", text):
            return _iso(self._time.now() + timedelta(seconds=int(found[1])))
        return text

    def last_execution(self) -> dict[str, Any]:
        """What became of the last command."""
        assert self.executions, f"no command was accepted; refused: {self.refusals}"
        return dict(self.wait_for(self.driver.get, f"/api/executions/{self.executions[-1]}"))

    def standing(self) -> views.Fact:
        """How the last command stands."""
        return views.standing(self.last_execution())

    def attempts(self) -> views.Facts:
        """The attempts of the last command."""
        return views.attempts(self.last_execution(), self._at)

    def _at(self, moments: Sequence[str]) -> list[str]:
        """How moments are written down, such as `5 s`."""
        return self._time.written([datetime.fromisoformat(moment) for moment in moments], self._began)

    def last_results(self) -> views.Facts:
        """What the last command of each asset came to."""
        asked = {name: f"/api/executions/{execution}" for name, execution in self._last_of.items()}
        return [{"asset": n, "result": self.wait_for(self.driver.get, path)["result"]} for n, path in asked.items()]

    def assets(self) -> views.Facts:
        """The assets in a feature file's words."""
        return views.assets(self._items("/api/assets"), SYSTEM)

    def alarms(self) -> views.Facts:
        """The alarm grid."""
        return views.alarms(self._items("/api/alarms"), self.wait_for(self.driver.items, "/api/assets"), SYSTEM)

    def messages(self) -> views.Facts:
        """Every message the driver knows."""
        return self._plain(views.known_messages(self._items("/api/messages"), self.cast))

    def dead_letters(self) -> views.Facts:
        """Texts that did not get out."""
        return self._plain(views.dead_letters(self._items("/api/deadletters")))

    def requeue(self) -> None:
        """Send the newest dead letter again."""
        newest = self._items("/api/deadletters")[0]["executionId"]
        self._give([("System", f"/api/deadletters/{newest}/requeue", {})])

    def import_table(self, kind: str, datatable: Sequence[Sequence[str]]) -> None:
        """Import a table file; why it was refused is remembered."""
        try:
            self.wait_for(self.driver.put_csv, f"/api/tables/{kind}", datatable)
        except RefusedError as refusal:
            self.refusals.append(str(refusal))
        self.settle()

    def exported(self, kind: str) -> views.Facts:
        """The rows of a table as they are exported."""
        return [dict(row) for row in self.wait_for(self.driver.get, f"/api/tables/{kind}")["rows"]]

    def audit(self) -> views.Facts:
        """The audit, its columns as the platform calls them."""
        return [dict(item) for item in self._items("/api/audit")]

    def _items(self, path: str) -> list[dict[str, Any]]:
        return self.wait_for(self.driver.items, path)

    def parameters(self, name: str) -> views.Facts:
        """The parameters of the one event of that name; none if there was none yet.

        Raises:
            AssertionError: When there was more than one.
        """
        events = self.events(name)
        assert len(events) <= 1, f'the event "{name}" was published {len(events)} times'
        return self._plain([fact for event in events for fact in views.parameters(event, self.cast)])

    def events(self, name: str) -> list[dict[str, Any]]:
        """The events of that name in the scenario, over restarts of the driver."""
        return [event for event in list(self._log.events) if event["name"] == name]

    def told(self, names: Collection[str]) -> views.Facts:
        """The events of these names in order: event, asset, and their parameters."""
        return self._plain([views.event(one, SYSTEM) for one in list(self._log.events) if one["name"] in names])

    def log(self, **filters: str) -> list[dict[str, Any]]:
        """The driver's debug log."""
        return self.wait_for(self.driver.log, **filters)

    def logged(self, datatable: Sequence[Sequence[str]]) -> views.Facts:
        """The log's records of the events that a data table names, with its columns."""
        columns = datatable[0]
        wanted = {row[columns.index("event")] for row in datatable[1:]}
        records = [record | {"level": str(record["level"]).upper()} for record in self.log()]
        return [{name: one.get(name) for name in columns} for one in records if one["event"] in wanted]

    def expect_error(self, text: str) -> None:
        """Wait for an error about something in the debug log, and let such errors pass from now on.

        Raises:
            AssertionError: When there is none.
        """
        self.expected_errors.append(text)

        def seen() -> Comparison:
            records = [{"error": " ".join(map(str, record.values()))} for record in self.log(level="ERROR")]
            return compare([["error"], [f"~{text}"]], records, exactly=False)

        self.eventually(seen, "the errors in the debug log")

    def pause(self) -> None:
        """Show where to look, and wait until somebody presses Enter.

        Raises:
            AssertionError: Where nobody could: in CI, or without a terminal.
        """
        somebody = sys.stdin.isatty() and not os.environ.get("CI")
        assert somebody, "there is nobody to press Enter: pausing is refused in CI and without a terminal"
        pages = {"the driver": self.driver.base_url, "debug tools": self.driver.debug_url, "Twilio": self._far.base_url}
        shown = "".join(f"\n  {name:12} {url}/" for name, url in pages.items())
        input(f"\npaused at {_iso(self._time.now())}; look around:{shown}\npress Enter to go on ")

    # --- the end of a scenario -----------------------------------------------------------------------------------

    def broken_invariants(self) -> list[str]:
        """What must hold after every scenario though nobody asks: an empty list when it does."""
        if self._near.api is None:
            return []
        self.settle()
        executions = self.wait_for(self.driver.get_all, [f"/api/executions/{one}" for one in set(self.executions)])
        return invariants.broken(self.log(level="ERROR"), self.requests(), executions, self.expected_errors)

    def evidence(self) -> Evidence:
        """What happened, for the report on a failure."""
        events = list(self._log.events)
        log = self.log() if self._near.api else []
        webhooks = self.wait_for(self._far.webhooks)
        return evidence.evidence(self.requests(), webhooks, self._texts, events, log, self.cast)


def _body(command: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    """A command as it is posted, under an id of its own."""
    return {"command": command, "parameters": dict(parameters), "commandId": uuid.uuid4().hex, **OPERATOR}


def free_port() -> int:
    """A port of this machine that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _iso(moment: datetime) -> str:
    """A moment as all parties write it: ISO 8601, UTC, milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
