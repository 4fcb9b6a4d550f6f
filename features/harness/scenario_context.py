"""What the parts of a harness share during one scenario: Twilio, the driver, time and the personas."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from driver.client import DriverClient
from harness import projections
from harness.protocols import DriverBackend, TwilioBackend
from harness.table_diff import Comparison
from harness.time.clock import Deadline, ManualTime, Time
from harness.time.event_loop import Loop

Answer = TypeVar("Answer")

SYSTEM = "twilio"
"""The ID of the System asset."""


class ScenarioContext:
    """The context of one scenario. Every method may be called from a plain, synchronous step.

    Attributes:
        twilio: Twilio, and the people who text with it.
        driver_backend: The driver, running or not.
        personas: The account, and the people of the scenario.
        phones: The phone assets that the driver was started with.
        changes: Settings of the driver that the scenario changes, by dotted path.
    """

    def __init__(self, loop: Loop, twilio: TwilioBackend, driver: DriverBackend, *, time: Time) -> None:
        self.twilio = twilio
        self.driver_backend = driver
        self.personas = twilio.personas()
        self.phones: Sequence[Mapping[str, str]] = ()
        self.changes: dict[str, object] = {}
        self._loop = loop
        self._time = time
        self._began = time.now()

    @property
    def clock_moves(self) -> bool:
        """Return whether the clock is a manual one."""
        return isinstance(self._time, ManualTime)

    def wait_for(self, work: Callable[..., Awaitable[Answer]], *arguments: Any, **named: Any) -> Answer:
        """Run a coroutine function on the harness's event loop and return its result."""
        __tracebackhide__ = True
        return self._loop.call(work, *arguments, **named)

    def ask_person(self, question: str) -> None:
        """Print a question and wait until somebody presses Enter; the driver and Twilio continue to respond."""
        self._loop.call_blocking(lambda: input(question))

    def call_blocking(self, work: Callable[[], Answer]) -> Answer:
        """Call a blocking function while the driver and Twilio continue to respond."""
        return self._loop.call_blocking(work)

    def wait_idle(self) -> None:
        """Wait until neither side has work in flight; a manual clock does not advance."""
        self.pass_time(0)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and everything that is due in it happen."""
        self.wait_for(self._time.let_pass, seconds)

    def eventually(self, check: Callable[[], Comparison], what: str) -> None:
        """Repeat a check until it fits.

        Raises:
            AssertionError: With the last result, when the backend's patience has run out.
        """
        __tracebackhide__ = True
        self.wait_idle()
        deadline = Deadline(self.twilio.patience)
        while not (seen := check()).fits:
            if deadline.over:
                raise AssertionError(f"{what}: {seen.explanation}")
            self.wait_idle()

    @property
    def driver(self) -> DriverClient:
        """Return the client of the running driver.

        Raises:
            AssertionError: If no driver runs.
        """
        assert self.driver_backend.api is not None, "no driver runs: begin with `Given a running driver with phones:`"
        return self.driver_backend.api

    def now(self) -> datetime:
        """Return the current time of the scenario."""
        return self._time.now()

    def at(self, moments: Sequence[str]) -> list[str]:
        """Return times in the notation of scenarios, such as ``5 s``."""
        return self._time.written([datetime.fromisoformat(moment) for moment in moments], self._began)

    def plain(self, rows: projections.Rows) -> projections.Rows:
        """Return the rows with message texts as the scenario wrote them."""
        return [{k: self.twilio.plain(v) if isinstance(v, str) else v for k, v in row.items()} for row in rows]


def iso(moment: datetime) -> str:
    """Return a time in the format that both sides use: ISO 8601, UTC, milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
