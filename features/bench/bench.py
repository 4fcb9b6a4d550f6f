"""The facade that steps talk to: one Twilio, one driver, one clock, and the people who text."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
from anyio.from_thread import BlockingPortal

from bench.cast import Account, Cast, asset_id
from bench.driver_api import CommandRefusedError, DriverApi
from bench.driver_in_process import DriverInProcess
from bench.fake_side import ACCOUNTS, UNVERIFIED, VERIFIED, FakeSide
from bench.tables import Comparison
from fake_twilio.clock import ManualClock

Answer = TypeVar("Answer")


class Bench:
    """What a scenario plays on. Every method may be called from a plain, synchronous step.

    Attributes:
        executions: Execution ids of the commands given so far, oldest first.
        refusals: Why commands were refused, oldest first.
        expected_errors: Texts that the scenario declares the driver's log may carry at level ERROR.
    """

    def __init__(
        self,
        portal: BlockingPortal,
        fake: FakeSide,
        clock: ManualClock,
        session: aiohttp.ClientSession,
        folder: Path,
    ) -> None:
        self._portal = portal
        self._clock = clock
        self._fake = fake
        self._folder = folder
        self._near = DriverInProcess(clock, session)
        self.cast = Cast(ACCOUNTS["Full"], VERIFIED, UNVERIFIED)
        self.settings: dict[str, Any] = {}
        self.executions: list[str] = []
        self.refusals: list[str] = []
        self.expected_errors: list[str] = []

    # --- the machinery -------------------------------------------------------------------------------------------

    def wait_for(self, work: Callable[..., Awaitable[Answer]], *arguments: Any, **named: Any) -> Answer:
        """Run a coroutine function on the bench's loop and hand back its answer."""
        __tracebackhide__ = True
        return self._portal.call(lambda: work(*arguments, **named))

    def settle(self) -> None:
        """Wait until neither the driver nor Twilio has anything in flight; no time passes on the clock."""
        self.wait_for(self._fake.advance, 0)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and everything that falls due in it happen."""
        self.wait_for(self._fake.advance, seconds)

    def eventually(self, check: Callable[[], Comparison], what: str, within: float = 2.0) -> None:
        """Observe until the check fits.

        Raises:
            AssertionError: With what was last seen, when it never did within so many real seconds.
        """
        __tracebackhide__ = True
        self.settle()
        deadline = time.monotonic() + within
        while not (seen := check()).fits:
            if time.monotonic() > deadline:
                raise AssertionError(f"{what}: {seen.explanation}")
            self.settle()

    # --- Twilio --------------------------------------------------------------------------------------------------

    def use_account(self, type_: str) -> Account:
        """Play on the account of this type."""
        self.cast.account = ACCOUNTS[type_]
        return self.cast.account

    def add_fault(self, match: dict[str, str], effect: dict[str, Any], **limits: Any) -> None:
        """Make Twilio fail on purpose."""
        self.wait_for(self._fake.add_fault, match, effect, **limits)

    def clear_faults(self) -> None:
        """Twilio works again."""
        self.wait_for(self._fake.call, "DELETE", "/faults")

    def requests(self, **filters: str) -> list[dict[str, Any]]:
        """What Twilio was asked."""
        return self.wait_for(self._fake.requests, **filters)

    def text(self, name: str, body: str, to: str | None = None) -> dict[str, Any]:
        """A person texts the account's Twilio number, or another one."""
        number = self.cast.number(name)
        return self.wait_for(self._fake.text, number, to or self.cast.account.numbers[0], body)

    def shown_on_handset(self, name: str) -> list[dict[str, Any]]:
        """What a person's handset shows: direction (`in` is what the person received), body, from, to, status."""
        number = self.cast.number(name)
        messages = self.wait_for(self._fake.shown, number)
        return [message | {"way": "in" if message["to"] == number else "out"} for message in messages]

    # --- the driver ----------------------------------------------------------------------------------------------

    @property
    def driver(self) -> DriverApi:
        """The running driver's data server.

        Raises:
            AssertionError: When the scenario has started none.
        """
        assert self._near.api is not None, "no driver is running: begin with `Given a running driver with phones:`"
        return self._near.api

    def configure(self, phones: Sequence[Mapping[str, str]]) -> None:
        """Make the configuration: defaults, and a phone for each row (see the step's docstring for the columns)."""
        account = self.cast.account
        self.settings = {
            "system": {"id": "twilio"},
            "twilio": {
                "account_sid": account.sid,
                "auth_token": account.auth_token,
                "base_url": self._fake.base_url,
            },
            "receive": {"mode": "poll", "poll_interval_s": 10.0},
            "dataserver": {"host": "127.0.0.1", "port": 0},
            "store": {"url": f"sqlite:///{self._folder / 'driver.db'}"},
            "internal": {"debug_port": 0},
            "phones": [self._phone(row) for row in phones],
        } | self.settings

    def _phone(self, row: Mapping[str, str]) -> dict[str, str]:
        name = row["phone"]
        return {
            "id": asset_id(name),
            "caption": name,
            "external_phone_number": row.get("external number")
            or self.cast.number(name, verified=row.get("verified", "yes") == "yes"),
            "twilio_phone_number": row.get("Twilio number") or self.cast.account.numbers[0],
        }

    def start_driver(self) -> None:
        """Start the driver on its configuration and wait until it knows how things stand."""
        self.wait_for(self._near.start, self.settings)
        self.settle()

    def stop_driver(self) -> None:
        """Stop the driver in good order."""
        self.wait_for(self._near.stop)

    def command(self, name: str, command: str, parameters: Mapping[str, str] | None = None) -> None:
        """Give an asset a command; its execution (or why it was refused) is remembered."""
        asset = self.settings["system"]["id"] if name == "System" else asset_id(name)
        self._remember(self.driver.command, asset, command, parameters)

    def system_command(self, command: str, parameters: Mapping[str, str]) -> None:
        """Give the system a command, as a workflow does."""
        self._remember(self.driver.system_command, self.settings["system"]["id"], command, parameters)

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

    def assets(self) -> list[dict[str, Any]]:
        """The assets in a feature file's words: asset, status, alarm, reason, true states, active states."""
        system = self.settings["system"]["id"]
        return [
            {
                "asset": "System" if asset["assetId"] == system else asset["caption"],
                "status": asset["status"],
                "alarm": _alarm_word(asset["alarms"]),
                "reason": asset["reason"],
                "active states": asset["activeStates"],
                "true states": asset["trueStates"],
            }
            for asset in self.wait_for(self.driver.assets)
        ]

    def events(self, name: str) -> list[dict[str, Any]]:
        """The events of that name since the driver was started."""
        return [event for event in list(self.driver.events) if event["name"] == name]

    def log(self, **filters: str) -> list[dict[str, Any]]:
        """The driver's debug log."""
        return self.wait_for(self.driver.log, **filters)

    # --- the end of a scenario -----------------------------------------------------------------------------------

    def check_invariants(self) -> list[str]:
        """What must hold after every scenario though nobody asks: an empty list when it does."""
        if self._near.api is None:
            return []
        unexpected = [
            f"the driver logged an unexpected error: {record.get('event') or record}"
            for record in self.log(level="ERROR")
            if not any(text in str(record) for text in self.expected_errors)
        ]
        unknown = [
            f"the driver asked Twilio for what it does not know: {request['method']} {request['path']}"
            for request in self.requests()
            if request.get("operation") in (None, "unknown") and request.get("status") == 404
        ]
        return unexpected + unknown


def _alarm_word(alarms: Sequence[Mapping[str, Any]]) -> str | None:
    """The asset's alarms in one word: none, unacknowledged or acknowledged (latched ones say so)."""
    if not alarms:
        return None
    open_ = [alarm for alarm in alarms if str(alarm.get("state", "")).lower().startswith("unack")]
    return "unacknowledged" if open_ else "acknowledged"
