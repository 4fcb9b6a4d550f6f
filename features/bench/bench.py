"""The facade that steps talk to: one Twilio, one driver, time, and the people who text."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from anyio.from_thread import BlockingPortal

from bench import configuration, evidence, invariants, views
from bench.cast import asset_id
from bench.clock import Deadline, Time
from bench.driver_api import CommandRefusedError, DriverApi
from bench.parties import FarSide, NearSide
from bench.tables import Comparison
from bench.verdict import Evidence

Answer = TypeVar("Answer")


class Bench:
    """What a scenario plays on. Every method may be called from a plain, synchronous step.

    Attributes:
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
        self._folder = folder
        self._texts: list[dict[str, Any]] = []
        self._phones: Sequence[Mapping[str, str]] = ()
        self.cast = far.cast()
        self.changes: dict[str, object] = {}
        self.executions: list[str] = []
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

    def add_fault(self, effect: dict[str, Any], operation: str = "messages.create", **limits: Any) -> None:
        """Make Twilio fail on purpose: always, or so many `times`."""
        self.wait_for(self._far.add_fault, {"operation": operation}, effect, **({"times": None} | limits))

    def clear_faults(self) -> None:
        """Twilio works again."""
        self.wait_for(self._far.clear_faults)

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        """What Twilio was asked."""
        return self.wait_for(self._far.requests, **filters)

    def text(self, name: str, body: str, to: str = "Twilio") -> None:
        """A person texts one of the account's numbers."""
        number = self.cast.number(name)
        self.wait_for(self._far.text, number, self.cast.twilio_number(to), body)
        self._texts.append({"at": self._time.now().isoformat(), "from": number, "body": body})

    def shown_on_handset(self, name: str) -> views.Facts:
        """What a person's handset shows, both directions, in order."""
        number = self.cast.number(name)
        return views.messages(self.wait_for(self._far.shown, number), number, self.cast)

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
        store = f"sqlite:///{self._folder / 'driver.db'}"
        made = configuration.settings(self.cast, self._far.base_url, store, self._phones, self.changes)
        self.wait_for(self._near.start, made)
        self.settle()

    def stop_driver(self) -> None:
        """Stop the driver in good order."""
        self.wait_for(self._near.stop)

    def command(self, name: str, command: str, parameters: Mapping[str, str] | None = None) -> None:
        """Give an asset a command; its execution (or why it was refused) is remembered."""
        asset = "twilio" if name == "System" else asset_id(name)
        self._remember(self.driver.command, asset, command, parameters)

    def system_command(self, command: str, parameters: Mapping[str, str]) -> None:
        """Give the system a command, as a workflow does."""
        self._remember(self.driver.system_command, "twilio", command, parameters)

    def _remember(self, give: Callable[..., Awaitable[str]], *arguments: Any) -> None:
        try:
            self.executions.append(self.wait_for(give, *arguments))
        except CommandRefusedError as refusal:
            self.refusals.append(str(refusal))
        self.settle()

    def last_execution(self) -> dict[str, Any]:
        """What became of the last command."""
        assert self.executions, f"no command was accepted; refused: {self.refusals}"
        return self.wait_for(self.driver.execution, self.executions[-1])

    def standing(self) -> dict[str, object]:
        """How the last command stands: state, result, reason, delivery, and how many attempts there were."""
        execution = self.last_execution()
        names = ("state", "result", "reason", "delivery")
        return {name: execution.get(name) for name in names} | {"attempts": len(execution["attempts"])}

    def assets(self) -> views.Facts:
        """The assets in a feature file's words."""
        return views.assets(self.wait_for(self.driver.assets), "twilio")

    def events(self, name: str) -> list[dict[str, Any]]:
        """The events of that name since the driver was started."""
        return [event for event in list(self.driver.events) if event["name"] == name]

    def log(self, **filters: str) -> list[dict[str, Any]]:
        """The driver's debug log."""
        return self.wait_for(self.driver.log, **filters)

    # --- the end of a scenario -----------------------------------------------------------------------------------

    def broken_invariants(self) -> list[str]:
        """What must hold after every scenario though nobody asks: an empty list when it does."""
        if self._near.api is None:
            return []
        self.settle()
        executions = [self.wait_for(self.driver.execution, one) for one in self.executions]
        return invariants.broken(self.log(level="ERROR"), self.requests(), executions, self.expected_errors)

    def evidence(self) -> Evidence:
        """What happened, for the report on a failure."""
        events = list(self._near.api.events) if self._near.api else []
        log = self.log() if self._near.api else []
        webhooks = self.wait_for(self._far.webhooks)
        return evidence.evidence(self.requests(), webhooks, self._texts, events, log, self.cast)
