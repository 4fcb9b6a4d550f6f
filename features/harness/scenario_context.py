"""What the parts of a harness share while one scenario plays: Twilio, the driver, time and the personas."""

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
"""The System asset's id."""


class ScenarioContext:
    """What one scenario works with. Every method may be called from a plain, synchronous step.

    Attributes:
        twilio: Twilio and whoever is beyond it.
        driver_backend: The driver, running or not.
        personas: Who plays, and on which account.
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
        """Whether the clock is moved by hand."""
        return isinstance(self._time, ManualTime)

    def wait_for(self, work: Callable[..., Awaitable[Answer]], *arguments: Any, **named: Any) -> Answer:
        """Run a coroutine function on the harness's loop and hand back its answer."""
        __tracebackhide__ = True
        return self._loop.call(work, *arguments, **named)

    def ask_person(self, question: str) -> None:
        """Write a question and wait until somebody presses Enter; both programs go on answering meanwhile."""
        self._loop.call_blocking(lambda: input(question))

    def call_blocking(self, work: Callable[[], Answer]) -> Answer:
        """Call a function that blocks, while both programs go on answering."""
        return self._loop.call_blocking(work)

    def wait_idle(self) -> None:
        """Wait until neither side has anything in flight; no time passes where it can be held."""
        self.pass_time(0)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and everything that falls due in it happen."""
        self.wait_for(self._time.let_pass, seconds)

    def eventually(self, check: Callable[[], Comparison], what: str) -> None:
        """Observe until the check fits.

        Raises:
            AssertionError: With what was last seen, when the backend's patience is at its end.
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
        """The running driver's data server.

        Raises:
            AssertionError: When the scenario has started none.
        """
        assert self.driver_backend.api is not None, "no driver runs: begin with `Given a running driver with phones:`"
        return self.driver_backend.api

    def now(self) -> datetime:
        """The present moment as the scenario sees it."""
        return self._time.now()

    def at(self, moments: Sequence[str]) -> list[str]:
        """How moments are written down, such as ``5 s``."""
        return self._time.written([datetime.fromisoformat(moment) for moment in moments], self._began)

    def plain(self, rows: projections.Rows) -> projections.Rows:
        """The rows with texts as the scenario wrote them."""
        return [{k: self.twilio.plain(v) if isinstance(v, str) else v for k, v in row.items()} for row in rows]


def iso(moment: datetime) -> str:
    """A moment as both sides write it: ISO 8601, UTC, milliseconds."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03}Z"
