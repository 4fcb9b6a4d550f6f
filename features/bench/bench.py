"""The facade that steps talk to: one Twilio, one driver, time, and the people who text."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from anyio.from_thread import BlockingPortal

from bench import configuration, evidence, invariants
from bench.clock import Time
from bench.database import DatabaseFile
from bench.displays import Displays
from bench.network import Network
from bench.orders import Orders
from bench.parties import FarSide, NearSide
from bench.scene import Scene, iso
from bench.tables import Comparison
from bench.verdict import Evidence


class Bench:
    """What a scenario plays on. Every method may be called from a plain, synchronous step.

    Attributes:
        network: Twilio and the people beyond it.
        orders: What the driver was ordered to do, and what became of it.
        displays: What the driver shows.
        database: The driver's database file.
        cast: Who plays.
        changes: Settings of the driver that the scenario changes, by dotted path.
    """

    def __init__(self, portal: BlockingPortal, far: FarSide, near: NearSide, time: Time, folder: Path) -> None:
        self._scene = scene = Scene(portal, far, near, time)
        self.network = Network(scene)
        self.orders = Orders(scene)
        self.displays = Displays(scene)
        self.database = DatabaseFile(folder / "driver.db")
        self.cast = scene.cast
        self.changes = scene.changes

    def eventually(self, check: Callable[[], Comparison], what: str) -> None:
        """Observe until the check fits.

        Raises:
            AssertionError: With what was last seen, when the far side's patience is at its end.
        """
        __tracebackhide__ = True
        self._scene.eventually(check, what)

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and everything that falls due in it happen."""
        self._scene.pass_time(seconds)

    def start_driver(self, phones: Sequence[Mapping[str, str]] | None = None) -> None:
        """Start the driver and wait until it knows how things stand; without phones, with the same ones as before."""
        scene = self._scene
        if phones is not None:
            scene.phones = phones
        store = f"sqlite:///{self.database.path}"
        made = configuration.settings(scene.cast, scene.far.base_url, store, scene.phones, scene.changes)
        scene.wait_for(scene.near.start, made, self.displays.event_log)
        scene.settle()

    def stop_driver(self) -> None:
        """Stop the driver in good order."""
        self._scene.wait_for(self._scene.near.stop)

    def kill_driver(self) -> None:
        """End the driver without any warning."""
        self._scene.wait_for(self._scene.near.kill)

    def phone_names(self) -> list[str]:
        """The phones of the scenario, as it calls them."""
        return [row["phone"] for row in self._scene.phones]

    def pause(self) -> None:
        """Show where to look, and wait until somebody presses Enter.

        Raises:
            AssertionError: Where nobody could: in CI, or without a terminal.
        """
        somebody = sys.stdin.isatty() and not os.environ.get("CI")
        assert somebody, "there is nobody to press Enter: pausing is refused in CI and without a terminal"
        scene, driver = self._scene, self._scene.driver
        pages = {"the driver": driver.base_url, "debug tools": driver.debug_url, "Twilio": scene.far.base_url}
        shown = "".join(f"\n  {name:12} {url}/" for name, url in pages.items())
        input(f"\npaused at {iso(scene.now())}; look around:{shown}\npress Enter to go on ")

    def broken_invariants(self) -> list[str]:
        """What must hold after every scenario though nobody asks: an empty list when it does."""
        if self._scene.near.api is None:
            return []
        self._scene.settle()
        errors, expected = self.displays.log(level="ERROR"), self.displays.expected_errors
        return invariants.broken(errors, self.network.requests(), self.orders.told(), expected)

    def evidence(self) -> Evidence:
        """What happened, for the report on a failure."""
        requests, webhooks = self.network.requests(), self.network.webhooks()
        events = list(self.displays.event_log.events)
        log = self.displays.log() if self._scene.near.api else []
        return evidence.evidence(requests, webhooks, self.network.texts, events, log, self.cast)
