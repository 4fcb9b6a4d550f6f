"""Builds the services of a driver and gives each only what it needs."""

import functools
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

import aiohttp

from driver.config.models import DriverConfig, SystemConfig
from driver.config.phones import PhoneConfig
from driver.config.rules import rules_of
from driver.dataserver.context import DataServer, Role
from driver.dataserver.snapshot import Snapshot
from driver.domain.asset import AlarmRules
from driver.errors import StartError
from driver.gateway import TwilioGateway
from driver.gateway.transport import Transport
from driver.ports.store import Remembered, SetMark, Store
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.runtime.metrics import ACTIVE, Metrics
from driver.runtime.supervisor import Supervisor
from driver.runtime.ulid import Ids
from driver.services.alarm_actions import AlarmActions
from driver.services.asset_catalog import AssetCatalog, asset_catalog
from driver.services.assets import Assets
from driver.services.broadcasts import Broadcasts
from driver.services.commands import Commands
from driver.services.dead_letters import DeadLetters
from driver.services.delivery_tracking import DeliveryTracking
from driver.services.event_bus import EventBus
from driver.services.inbox import Inbox
from driver.services.message_lookup import MessageLookup
from driver.services.orphan_receipts import OrphanReceipts
from driver.services.outbox import Outbox
from driver.services.pin_redaction import PinRedaction
from driver.services.poll_cursors import FLOOR, PollCursors
from driver.services.polled_messages import PolledMessages
from driver.services.poller import Poller, SlowPolls
from driver.services.rate_limits import RateLimits
from driver.services.retention import Retention
from driver.services.rule_engine import RULE_STATE, RuleEngine
from driver.services.selftest import SelfTest
from driver.services.send_attempts import SendAttempts
from driver.services.send_outcomes import SendOutcomes
from driver.services.send_queue import SendQueue
from driver.services.table_imports import TableImports
from driver.services.tables import Tables
from driver.services.twilio_monitor import TwilioMonitor
from driver.store import SqlStore
from driver.webhooks.server import STATUS_PATH, inbound_address

INSTANCE = "instance.id"


class Services(DataServer):
    """All services of the active driver: those that clients access, and those in the background."""

    store: SqlStore

    async def build(
        self,
        config: DriverConfig,
        clock: Clock,
        activity: IdleTracker,
        *,
        session: aiohttp.ClientSession,
        store: SqlStore,
        address: str,
        debug_port: int,
    ) -> None:
        """Build the services and restore their stored state; nothing runs yet.

        ``address`` is the address of the data server, ``debug_port`` the port of the debug tools.

        Raises:
            StartError: The stored state of workflows cannot be read.
        """
        ids, self.metrics = Ids(clock), Metrics()
        remembered = await store.remember()
        marks = await _marks(config, clock, ids, store=store, remembered=remembered)
        self.clock, self.activity, self.store = clock, activity, store
        self.address, self.debug_port = address, debug_port
        self.system_id, self.instance_id, self.term = config.system.id, marks[INSTANCE], store.leadership.term
        twilio, states, receive = config.twilio, config.states, config.receive
        limits = {"timeout_s": twilio.timeout_s, "connect_timeout_s": twilio.connect_timeout_s}
        self.transport = Transport(session, clock, activity, allowed=store.leads, **limits)
        rate_limits = RateLimits(clock, activity, twilio.concurrency)
        gateway = self.gateway = TwilioGateway(twilio, self.transport, clock, limits=rate_limits)
        tables = self.tables = Tables(config, marks)
        catalog = functools.partial(catalog_of, tables)
        first = catalog(tables.system, tables.phones, rules_of=tables.rules_of)
        assets = self.assets = Assets(first, store, clock, ids=ids, activity=activity, rollup=states.child_fault_rollup)
        assets.start(remembered.assets, states.startup_grace_s)
        self.snapshot = Snapshot(assets, clock)
        bus = self.bus = EventBus(activity, remembered.last_seq)
        store.on_events(bus.publish)
        monitor = self.monitor = TwilioMonitor(
            gateway, assets, clock, activity=activity, states=states, limits=rate_limits
        )
        tracking = self.tracking = DeliveryTracking(
            store, gateway, assets, monitor=monitor, clock=clock, activity=activity, metrics=self.metrics
        )
        orphans = self.orphan_receipts = OrphanReceipts(store, assets, tracking)
        lookup = MessageLookup(store, gateway, assets, monitor=monitor, orphan_receipts=orphans)
        outcomes = SendOutcomes(assets, monitor, tracking, orphan_receipts=orphans, metrics=self.metrics)
        attempts = SendAttempts(store, gateway, assets, lookup=lookup, outcomes=outcomes, clock=clock)
        outbox = self.outbox = Outbox(attempts, rate_limits, clock=clock, activity=activity)
        self.redaction = PinRedaction(store, gateway, clock, activity=activity, marks=marks)
        self.inbox = Inbox(store, assets, self.metrics, redaction=self.redaction)
        self.inbox.configure(config.notify.pin_of())
        intake = PolledMessages(store, gateway, self.inbox, assets=assets, clock=clock, ids=ids, marks=marks)
        self.commands = Commands(store, assets, outbox, monitor=monitor, clock=clock, ids=ids)
        self._configure_sending(config)
        poller = functools.partial(
            Poller,
            store,
            gateway,
            intake,
            assets=assets,
            monitor=monitor,
            clock=clock,
            activity=activity,
            metrics=self.metrics,
            config=receive,
            cursors=PollCursors(marks),
            lateness=SlowPolls(assets),
        )
        self.poller, self.others_poller = poller(own=True), poller(own=False)

        async def reconfigure(
            system: SystemConfig, phones: Sequence[PhoneConfig], rules: Callable[[str], AlarmRules]
        ) -> None:
            await assets.reconfigure(catalog(system, phones, rules_of=rules))
            monitor.ask()

        self.imports = TableImports(tables, store, assets, reconfigure=reconfigure)
        self.alarm_actions = AlarmActions(store, assets, clock)
        self.dead_letters = DeadLetters(store, self.commands, intake.again)
        self.send_queue = SendQueue(store, assets, outbox, orphan_receipts=orphans, clock=clock, metrics=self.metrics)
        self.broadcasts = Broadcasts(store, assets, self.commands, send_queue=self.send_queue)
        self.supervisor = Supervisor(clock, activity)
        self.retention = Retention(store, clock, activity, days=config.store.retention_days)
        self.selftest = SelfTest(
            gateway,
            store,
            assets,
            clock=clock,
            activity=activity,
            states=states,
            receive=receive,
            inbound_address=inbound_address(receive),
        )
        outbox.restore(remembered.outbox)
        tracking.restore(remembered.open_messages)
        await orphans.restore(remembered.marks)
        try:
            self.workflows = RuleEngine(
                rules_of(config.workflows, config.notify),
                config.notify.allowances(config.send.validity_s),
                store=store,
                bus=bus,
                assets=assets,
                commands=self.commands,
                clock=clock,
                activity=activity,
                remembered=marks.get(RULE_STATE, ""),
            )
        except ValueError as exc:
            raise StartError(f"the stored state of workflows cannot be read: {exc}") from None
        watch = self.metrics.watch
        watch("outbox_texts", "Messages that are waiting or being sent.", lambda: outbox.size)
        watch("communication", "1 while Twilio is reachable, else 0.", lambda: 0 if assets.system_down else 1)
        watch(*ACTIVE, lambda: 0 if store.leadership.lapsed else 1)
        watch("last_event_seq", "Number of the last event.", lambda: bus.last_seq)

    @property
    def role(self) -> Role:
        """The current role of this driver, which changes as soon as the lease has lapsed."""
        return "standby" if self.store.leadership.lapsed else "active"

    def start(self) -> None:
        """Start the long-lived tasks."""
        for name, run in (
            ("outbox", self.outbox.run),
            ("health", self.monitor.run),
            ("poller", self.poller.run),
            ("poller of other numbers", self.others_poller.run),
            ("receipts", self.tracking.run),
            ("assets", self.assets.run),
            ("redaction", self.redaction.run),
            ("retention", self.retention.run),
            ("workflows", self.workflows.run),
        ):
            self.supervisor.start(name, run)

    def reclock(self, step: timedelta) -> None:
        """Recompute due times after the wall clock was set."""
        self.assets.reclock(step)
        self.outbox.reclock(step)
        self.workflows.reclock(step)

    async def reload(self, config: DriverConfig) -> None:
        """Apply another configuration while everything runs.

        Raises:
            StartError: The stored state conflicts with the configuration; nothing was changed.
        """
        await self.imports.reload(config, self._configure)

    def _configure(self, config: DriverConfig) -> None:
        states = config.states
        self.gateway.configure(config.twilio)
        self.assets.configure(rollup=states.child_fault_rollup, grace_s=states.startup_grace_s)
        self.monitor.configure(states)
        self._configure_sending(config)
        self.poller.configure(config.receive)
        self.others_poller.configure(config.receive)
        self.selftest.configure(states, config.receive, inbound_address=inbound_address(config.receive))
        self.inbox.configure(config.notify.pin_of())
        self.retention.configure(config.store.retention_days)
        self.workflows.configure(
            rules_of(config.workflows, config.notify), config.notify.allowances(config.send.validity_s)
        )

    def _configure_sending(self, config: DriverConfig) -> None:
        """Apply the settings of a configuration to the send path."""
        send, states, receive = config.send, config.states, config.receive
        callback = "" if receive.mode == "poll" else f"{receive.public_url}{STATUS_PATH}"
        self.commands.configure(validity_s=send.validity_s, reject_when_down=states.reject_when_down)
        self.outbox.configure(per_sender_per_s=send.per_sender_per_s)
        self.outbox.attempts.configure(send)
        self.outbox.attempts.outcomes.configure(fault_on_failure=states.fault_on_send_failure, callback_url=callback)


def catalog_of(
    tables: Tables, system: SystemConfig, phones: Sequence[PhoneConfig], *, rules_of: Callable[[str], AlarmRules]
) -> AssetCatalog:
    """Return the assets defined by the tables and the configuration."""
    any_destination = tables.config.receive.match == "external"
    return asset_catalog(
        system, phones, rules_of, command_table_of=tables.command_table_of, any_destination=any_destination
    )


async def _marks(
    config: DriverConfig, clock: Clock, ids: Ids, *, store: Store, remembered: Remembered
) -> Mapping[str, str]:
    """Return the stored marks; at the very first start, set the time from which messages count as received."""
    fresh = {}
    if FLOOR not in remembered.marks:
        floor = clock.now().replace(microsecond=0) - timedelta(seconds=config.receive.backfill_s)
        fresh[FLOOR] = floor.isoformat()
    if INSTANCE not in remembered.marks:
        fresh[INSTANCE] = ids()
    if fresh:
        await store.commit([SetMark(name, value) for name, value in fresh.items()])
    return {**remembered.marks, **fresh}
