"""A standby's view: assets, tables and events as the active driver stored them, kept up to date.

It reads changes when the database notifies it, before each request, and at least every two seconds. When another driver
becomes active, streams end with a goodbye frame and everything is read again; clients resume at the next number.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

import structlog

from driver.app.active import DriverContext
from driver.app.wiring import INSTANCE, catalog_of
from driver.dataserver.context import DataView, Role
from driver.dataserver.snapshot import Snapshot
from driver.domain.asset import Asset
from driver.domain.facts import CommLoss, CommReason
from driver.domain.outbound_message import OutboundMessage
from driver.errors import StartError, StoreUnavailableError
from driver.ports.store import Changes, Place
from driver.runtime.metrics import ACTIVE, Metrics
from driver.runtime.supervisor import Supervisor
from driver.services.asset_states import AssetStates, first_state
from driver.services.event_bus import EventBus
from driver.services.tables import Tables
from driver.store import Notifications, SqlFollower

_log = structlog.get_logger("driver.standby")
#: Seconds between two reads while no notification arrives.
LOOK_S = 2.0
#: Reason given when streams end because another driver has become active.
TAKEOVER = "takeover"
#: Reason given when streams end because the database cannot be read for a while.
STORE_AWAY = "store unavailable"


class StandbyView(DataView):
    """What clients can read from this driver."""

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
        self.wakeup = asyncio.Event()
        self.instance_id = ""
        self.address, self.term = "", 0
        self._place = Place(0, 0, 0)
        self._look: asyncio.Task[None] | None = None
        self._next_look: asyncio.Task[None] | None = None
        self._reload = False
        self._error = ""
        self._seen = context.clock.monotonic()

    async def waiting(self) -> Sequence[OutboundMessage]:
        """Return the messages that are waiting or being sent, in order of acceptance."""
        return await self.store.waiting()

    async def load(self) -> None:
        """Read everything; streams based on the previous view end.

        Raises:
            StoreUnavailableError: The database cannot be read, or does not match the configuration.
        """
        whole = await self.store.whole()
        self._show(whole.marks, whole.assets.values())
        self.instance_id = whole.marks.get(INSTANCE, "")
        self.address, self.term = whole.address, whole.place.term
        self._place = whole.place
        self.bus.restart(whole.place.seq, TAKEOVER)

    async def catch_up(self) -> None:
        """Read everything stored until now; concurrent callers wait for the same read.

        Raises:
            StoreUnavailableError: The database cannot be read, or does not match the configuration.
        """
        if self._next_look is None:
            self._next_look = asyncio.create_task(self._after(self._look), name="look")
            self._next_look.add_done_callback(lambda ended: ended.cancelled() or ended.exception())
        await asyncio.shield(self._next_look)

    async def _after(self, before: "asyncio.Task[None] | None") -> None:
        """Read once the previous read is over, which may have begun too early for the callers waiting for this one."""
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
            self._show(changes.marks, [asset for _, asset in self.assets.all()])
        self._place = changes.place
        self.assets.show(changes.assets)
        if changes.events:
            self.bus.publish(changes.events)

    async def close(self) -> None:
        """Stop reading."""
        looks = {look for look in (self._look, self._next_look) if look is not None}
        for look in looks:
            look.cancel()
        await asyncio.gather(*looks, return_exceptions=True)

    async def reload(self) -> None:
        """Reload a changed configuration."""
        self._reload = True
        with suppress(StoreUnavailableError):  # the next read does it
            await self.catch_up()

    async def run(self, notifications: Notifications, look: Callable[[], Awaitable[None]]) -> None:
        """Follow changes of the database until stopped; ``look`` finds responses of the active driver."""
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
        """End the streams if the database has been unreadable for long enough that a takeover would happen."""
        patience = timedelta(seconds=self._context.config.failover.takeover_after_s)
        if self.clock.monotonic() - self._seen >= patience:
            self.bus.restart(self.bus.last_seq, STORE_AWAY)

    def _show(self, marks: Mapping[str, str], known: Iterable[Asset]) -> None:
        """Apply assets and tables; those in ``known`` have their state, and nothing is known yet about the others."""
        config = self._context.config
        try:
            tables = self.tables = Tables(config, marks)
        except StartError as exc:
            raise StoreUnavailableError(f"the database does not match this driver's configuration: {exc}") from exc
        catalog = catalog_of(tables, tables.system, tables.phones, rules_of=tables.rules_of)
        loss = CommLoss(CommReason.INITIALIZING, "", self.clock.now())
        self.assets = AssetStates(catalog, rollup=config.states.child_fault_rollup)
        self.assets.show(first_state(entry, loss) for entry in catalog.entries.values())
        self.assets.show(known)
        self.snapshot = Snapshot(self.assets, self.clock)
