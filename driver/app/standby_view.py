"""What a driver on standby knows: assets, tables and events as the active driver stored them, kept current.

It looks when the database notifies it, before each request, and every two seconds in any case. When another driver
becomes the active one, streams end with a goodbye and everything is read anew: clients go on with the next number.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

import structlog

from driver.app.active import DriverContext
from driver.app.wiring import INSTANCE, catalog_of
from driver.dataserver.context import DataView, Role
from driver.dataserver.snapshot import Snapshot
from driver.domain.facts import CommLoss, CommReason
from driver.domain.outbound_message import OutboundMessage
from driver.errors import StartError, StoreUnavailableError
from driver.ports.store import Changes, Place
from driver.runtime.idle import Wakeup
from driver.runtime.metrics import ACTIVE, Metrics
from driver.runtime.supervisor import Supervisor
from driver.services.asset_catalog import AssetCatalog
from driver.services.asset_states import AssetStates, first_state
from driver.services.event_bus import EventBus
from driver.services.tables import Tables
from driver.store import Notifications, SqlFollower

_log = structlog.get_logger("driver.standby")
#: Seconds between two looks while no notification comes.
LOOK_S = 2.0
#: Why streams end when another driver became the active one.
TAKEOVER = "takeover"
#: Why they end when the database cannot be read for a while.
STORE_AWAY = "store unavailable"


class StandbyView(DataView):
    """What clients can read of this driver."""

    role: Role = "standby"
    can = ("read", "stream", "command", "webhook")
    store: SqlFollower

    def __init__(self, context: DriverContext, store: SqlFollower) -> None:
        self._context = context
        self.system_id = context.config.system.id
        self.debug_port = context.listeners.debug_port
        self.store = store
        self.clock = context.clock
        self.activity = context.activity
        self.bus = EventBus(context.activity, 0)
        self.supervisor = Supervisor(context.clock, context.activity)
        self.metrics = Metrics()
        self.metrics.watch(*ACTIVE, lambda: 0)
        self.metrics.watch("last_event_seq", "Number of the last event.", lambda: self.bus.last_seq)
        self.wakeup = Wakeup()
        self.instance_id = ""
        self.address, self.term = "", 0
        self._place = Place(0, 0, 0)
        self._look: asyncio.Task[None] | None = None
        self._next_look: asyncio.Task[None] | None = None
        self._reload = False
        self._error = ""
        self._seen = context.clock.monotonic()

    async def waiting(self) -> Sequence[OutboundMessage]:
        """Return the texts that wait or are being sent, in the order of acceptance."""
        return await self.store.waiting()

    async def load(self) -> None:
        """Read everything; streams that went on from what was known before end.

        Raises:
            StoreUnavailableError: the database cannot be read, or does not go with the configuration.
        """
        whole = await self.store.whole()
        self.tables = self._tables(whole.marks)
        self.assets = self._states(self._catalog())
        self.assets.show(whole.assets.values())
        self.snapshot = Snapshot(self.assets, self.clock)
        self.instance_id = whole.marks.get(INSTANCE, "")
        self.address, self.term = whole.address, whole.place.term
        self._place = whole.place
        self.bus.restart(whole.place.seq, TAKEOVER)

    async def catch_up(self) -> None:
        """Take in what was stored until now; whoever calls this meanwhile waits for the same look.

        Raises:
            StoreUnavailableError: the database cannot be read, or does not go with the configuration.
        """
        if self._next_look is None:
            self._next_look = asyncio.create_task(self._after(self._look), name="look")
            self._next_look.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        await asyncio.shield(self._next_look)

    async def _after(self, before: "asyncio.Task[None] | None") -> None:
        """Look once the look before is over: that one may have begun too early for those who wait for this one."""
        if before is not None:
            await asyncio.wait({before})
        self._look, self._next_look = self._next_look, None
        reload, self._reload = self._reload, False
        try:
            changes = await self.store.changes(self._place, marks=reload)
            if changes is None:
                await self.load()
            else:
                self._take_in(changes)
        except StoreUnavailableError:
            self._reload = reload or self._reload
            raise
        self._seen = self.clock.monotonic()

    def _take_in(self, changes: Changes) -> None:
        if changes.marks is not None:
            self._apply(changes.marks)
        self._place = changes.place
        self.assets.show(changes.assets)
        if changes.events:
            self.bus.publish(changes.events)

    async def close(self) -> None:
        """Look no more."""
        looks = {look for look in (self._look, self._next_look) if look is not None}
        for look in looks:
            look.cancel()
        await asyncio.gather(*looks, return_exceptions=True)

    async def reload(self) -> None:
        """Reload a changed configuration."""
        self._reload = True
        with suppress(StoreUnavailableError):  # the next look does it
            await self.catch_up()

    async def run(self, notifications: Notifications, look: Callable[[], Awaitable[None]]) -> None:
        """Follow what is stored until stopped; ``look`` finds answers of the active driver."""
        while True:
            try:
                await notifications.keep()
                await asyncio.gather(self.catch_up(), look())
                self._error = ""
            except StoreUnavailableError as exc:
                if str(exc) != self._error:
                    self._error = str(exc)
                    _log.warning("database_not_read", reason=self._error)
                self._end_streams()
            await self.activity.rest(self.wakeup, self.clock.monotonic() + timedelta(seconds=LOOK_S))

    def _end_streams(self) -> None:
        """Say goodbye after a silence that would have another driver take over from the active one."""
        patience = timedelta(seconds=self._context.config.failover.takeover_after_s)
        if self.clock.monotonic() - self._seen >= patience:
            self.bus.restart(self.bus.last_seq, STORE_AWAY)

    def _apply(self, marks: Mapping[str, str]) -> None:
        """Show other assets and tables from now on; what stays keeps its state."""
        self.tables = self._tables(marks)
        before, self.assets = self.assets, self._states(self._catalog())
        self.assets.show(asset for _, asset in before.all())
        self.snapshot = Snapshot(self.assets, self.clock)

    def _tables(self, marks: Mapping[str, str]) -> Tables:
        try:
            return Tables(self._context.config, marks)
        except StartError as exc:
            raise StoreUnavailableError(f"the database does not go with this driver's configuration: {exc}") from exc

    def _catalog(self) -> AssetCatalog:
        tables = self.tables
        return catalog_of(tables, tables.system, tables.phones, rules_of=tables.rules_of)

    def _states(self, catalog: AssetCatalog) -> AssetStates:
        """Return states that nothing is known of yet."""
        loss = CommLoss(CommReason.INITIALIZING, "", self.clock.now())
        states = AssetStates(catalog, rollup=self._context.config.states.child_fault_rollup)
        states.show(first_state(entry, loss) for entry in catalog.entries.values())
        return states
