"""The facade for steps: one Twilio, one driver, time, and the people who text."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from driver.api.models import ExecutionModel
from driver.client import DriverClient, RefusedError
from harness import invariants
from harness.driver import configuration
from harness.driver.database import DatabaseFile
from harness.driver.driver_commands import DriverCommands
from harness.driver.driver_view import DriverView
from harness.personas import asset_id
from harness.protocols import DriverBackend, TwilioBackend
from harness.report import failure_report
from harness.report.scenario_result import Evidence
from harness.report.screenshots import Photographer
from harness.scenario_context import ScenarioContext, iso
from harness.table_diff import Comparison
from harness.time.clock import Deadline, Time
from harness.time.event_loop import Loop
from harness.twilio.twilio_controls import TwilioControls

PHOTOGRAPHER = Photographer()

#: How long, in real seconds, a second driver may take to become the active one.
TAKES_OVER_WITHIN_S = 30.0

#: Seconds after the last step until absences are checked again, in addition to the poll interval.
LATER_S = 60.0

_BEGIN = "begin with `Given a running driver with phones:`"


def _is_stranger(record: Mapping[str, Any]) -> bool:
    """Return whether the driver reports that a rule names an unknown phone."""
    return record.get("event") == "rule_references_unknown_phone"


class Harness:
    """The harness of one scenario. Every method may be called from a plain, synchronous step.

    Attributes:
        twilio: Twilio, and the people who text with it.
        commands: The commands given to the driver, and their outcomes.
        view: The driver as seen from outside.
        database: The driver's database file.
        personas: The accounts and people of the scenario.
        changes: Settings of the driver that the scenario changes, by dotted path.
        eventually: Polls until a check fits; see ``ScenarioContext``.
        pass_time: Advances the time by a number of seconds; everything due in them happens.
    """

    def __init__(
        self,
        loop: Loop,
        twilio: TwilioBackend,
        driver: Callable[[Path], DriverBackend],
        *,
        time: Time,
        folder: Path,
        with_pictures: bool = False,
    ) -> None:
        self._context = context = ScenarioContext(loop, twilio, driver(folder / "first"), time=time)
        self._second = driver(folder / "second")
        self._with_pictures = with_pictures
        self._learned: Mapping[str, object] | None = None
        self._errors: list[dict[str, Any]] = []
        self._earlier_log: list[dict[str, Any]] = []
        self._executions: list[ExecutionModel] = []
        self._strangers: set[str] = set()
        self._lasting: dict[str, Callable[[], Comparison]] = {}
        self.twilio = TwilioControls(context)
        self.commands = DriverCommands(context)
        self.view = DriverView(context)
        self.database = DatabaseFile(folder / "driver.db")
        self.personas = context.personas
        self.changes = context.changes
        self.eventually = context.eventually
        self.pass_time = context.pass_time

    def start_driver(self, phones: Sequence[Mapping[str, str]] | None = None) -> None:
        """Start the driver and wait until its initial state is known; without phones, use the previous ones."""
        assert not self.driver_runs, "a driver is already running: use `Given the driver is stopped` first"
        assert phones is not None or self._learned is not None, f"no driver was started before: {_BEGIN}"
        if phones is not None:
            self._context.phones = phones
        self._learned = self._chosen()
        self._join(self._launch(self._context.driver_backend))

    def _launch(self, backend: DriverBackend) -> DriverClient:
        """Start a driver on the scenario's database, and wait until it answers."""
        return self._context.wait_for(backend.start, self._settings())

    def _settings(self) -> dict[str, Any]:
        context, store = self._context, f"sqlite:///{self.database.path}"
        return configuration.settings(
            context.personas, context.twilio.base_url, store, phones=context.phones, changes=context.changes
        )

    def _chosen(self) -> dict[str, object]:
        """Return what steps have configured so far, for a start or a reload."""
        return {"the account": self._context.personas.account, **self._context.changes}

    def reload_driver(self, phones: Sequence[Mapping[str, str]] | None = None) -> None:
        """Make the running driver reload changed settings, and other phones if given."""
        if phones is not None:
            self._context.phones = phones
        self._learned = self._chosen()
        before = len(self._restarts_needed())
        self._context.wait_for(self._context.driver_backend.reload, self._settings())
        self._context.wait_idle()
        waiting = self._restarts_needed()[before:]
        assert not waiting, f"these settings need a restart and cannot be reloaded: {', '.join(waiting)}"

    def _restarts_needed(self) -> list[str]:
        """Return the keys of settings that reloads have left to a restart."""
        records = self.view.log(level="WARNING")
        return [key for record in records if record["event"] == "restart_needed" for key in record["keys"]]

    def _join(self, driver: DriverClient) -> None:
        """Follow the driver's events from now on, starting with those that were missed."""
        self._context.wait_for(self.view.event_log.join, driver)
        self._context.wait_idle()

    def stop_driver(self) -> None:
        """Stop the driver gracefully."""
        self._note_what_it_tells()
        self._stop_driver()

    def _stop_driver(self) -> None:
        self._context.wait_for(self.view.event_log.leave)
        self._context.wait_for(self._context.driver_backend.stop)

    def _note_what_it_tells(self) -> None:
        """Save the errors and commands that only a running driver can report."""
        if self.driver_runs:
            self._earlier_log += self.view.log()
            self._errors += self.view.log(level="ERROR")
            self._strangers |= {str(one["asset_id"]) for one in self.view.log(level="WARNING") if _is_stranger(one)}
            self._executions = self.commands.all_executions()

    def everything_logged(self) -> list[dict[str, Any]]:
        """Return the records of the debug log, including those of drivers that were stopped or killed."""
        return [*self._earlier_log, *(self.view.log() if self.driver_runs else ())]

    def stop_drivers(self) -> None:
        """Stop all drivers, one on standby first so that it does not take over."""
        self._context.wait_for(self._second.stop)
        self._stop_driver()

    def start_second_driver(self) -> None:
        """Start another driver with the same configuration and database; it waits on standby.

        Raises:
            AssertionError: If the scenario has not enabled failover.
        """
        asked = self.changes.get("failover.enabled")
        assert asked, "a second driver needs the setting `failover.enabled`: set it before the first start"
        self._launch(self._second)

    @property
    def waiting_driver(self) -> DriverClient:
        """Return the client of the driver on standby."""
        assert self._second.api is not None, "no second driver: begin with `Given a second driver waits on standby`"
        return self._second.api

    def second_driver_takes_over(self) -> None:
        """Let time pass until the second driver is the active one; steps talk to it from then on.

        Raises:
            AssertionError: If it does not take over in time.
        """
        driver, deadline = self.waiting_driver, Deadline(TAKES_OVER_WITHIN_S)
        while self._context.wait_for(driver.info).role != "active":
            assert not deadline.over, f"the second driver did not take over within {TAKES_OVER_WITHIN_S:g} s"
            self.pass_time(1)
        self._context.driver_backend, self._second = self._second, self._context.driver_backend
        self._join(driver)

    def hand_over(self) -> bool:
        """Let the driver on standby of a pair take over; return whether a driver runs at all."""
        from harness.driver.driver_pair import DriverPair  # late: rarely needed

        pair = self._context.driver_backend
        assert isinstance(pair, DriverPair), "only a driver pair can take over at any step"
        if pair.api is None:
            return False
        self._context.wait_for(self.view.event_log.leave)
        self._context.wait_for(pair.hand_over)
        self._join(self._context.driver)
        return True

    def refused_on_standby(self) -> str:
        """Return why the driver on standby refuses a message."""
        phone, parameters = asset_id(self.phone_names()[0]), {"Message Content": "To the wrong driver"}
        try:
            answer = self._context.wait_for(self.waiting_driver.command, phone, "Send Message", parameters)
        except RefusedError as exc:
            return str(exc)
        raise AssertionError(f"the driver on standby accepted a command: {answer}")

    @property
    def driver_runs(self) -> bool:
        """Return whether a driver runs that could do anything."""
        return self._context.driver_backend.api is not None

    def kill_driver(self) -> None:
        """End the driver without warning."""
        self._note_what_it_tells()
        self._context.wait_for(self.view.event_log.leave)
        self._context.wait_for(self._context.driver_backend.kill)

    def phone_names(self) -> list[str]:
        """Return the names of the scenario's phones."""
        return [row["phone"] for row in self._context.phones]

    def pause(self) -> None:
        """Print the pages' addresses, and wait until somebody presses Enter.

        Raises:
            AssertionError: If nobody can press it: in CI, or without a terminal.
        """
        somebody = sys.stdin.isatty() and not os.environ.get("CI")
        assert somebody, "pausing is refused in CI and without a terminal: nobody can press Enter"
        context = self._context
        shown = "".join(f"\n  {name:12} {url}" for name, url in self._pages().items())
        context.ask_person(f"\npaused at {iso(context.now())}; look around:{shown}\npress Enter to continue ")

    def _pages(self) -> dict[str, str]:
        """Return the addresses of the pages for a person or a browser."""
        context, driver = self._context, self._context.driver
        return {
            "the driver": f"{driver.url}/",
            "debug tools": f"{driver.debug_url}/",
            "Twilio": context.twilio.page_url,
        }

    def _pictures(self) -> dict[str, str]:
        """Return screenshots of the pages; none if they are not wanted, the numbers are real, or no driver runs."""
        context = self._context
        local = context.twilio.page_url.startswith("http://127.0.0.1")
        if not (self._with_pictures and local and context.driver_backend.api is not None):
            return {}
        return PHOTOGRAPHER.pictures(self._pages(), context.call_blocking)

    def broken_invariants(self) -> list[str]:
        """Return violations of what must hold after every scenario, whether or not a step checks it."""
        self._context.wait_idle()
        self._note_what_it_tells()
        executions = self._executions
        broken = invariants.broken(self._errors, self.twilio.requests(), executions, expected=self.view.expected_errors)
        late = [] if self._learned is None else invariants.too_late(self._learned, self._chosen())
        strangers = [f"rules or notify name the unknown phone {one!r}" for one in sorted(self._strangers)]
        unused = [f"Twilio was to fail, but no request met the fault: {one}" for one in self.twilio.unused_faults()]
        found = [*broken, *late, *strangers, *unused, *self.commands.surprises(executions)]
        return found or self._came_later()

    def never(self, check: Callable[[], Comparison], what: str) -> None:
        """Check for an absence now, and again after the scenario when more time has passed."""
        self.eventually(check, what)
        self._lasting[what] = check

    def _came_later(self) -> list[str]:
        """Return what a scenario called "never" but came after its last step, as one sentence each."""
        if not (self._lasting and self.driver_runs and self._context.clock_moves):
            return []
        seconds = LATER_S + float(str(self.changes.get("receive.poll_interval_s", 0)))
        self.pass_time(seconds)
        seen = {what: check() for what, check in self._lasting.items()}
        return [
            f'"{what}", but {seconds:g} seconds after the last step: {one.explanation} (let more time pass before)'
            for what, one in seen.items()
            if not one.fits
        ]

    def mentions(self, text: str) -> bool:
        """Return whether a text occurs anywhere in the scenario: in a message, number, setting or request to Twilio."""
        received, requests = self.twilio.received(), self.twilio.requests()
        return text in unquote_plus(f"{self._settings()} {self.twilio.texts} {received} {requests}")

    def evidence(self) -> Evidence:
        """Return what happened, for the failure report."""
        requests, webhooks = self.twilio.requests(), self.twilio.webhooks()
        events = list(self.view.event_log.events)
        log = self.view.log() if self._context.driver_backend.api else []
        texts, received = self.twilio.texts, self.twilio.received()
        found = failure_report.evidence(
            requests, webhooks, texts, received=received, events=events, log=log, personas=self.personas
        )
        return replace(found, pictures=self._pictures())
