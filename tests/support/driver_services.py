"""The driver's services wired together on a clock that the test advances, with an in-memory store and Twilio."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, cast

from driver.config.models import ReceiveConfig, StatesConfig, SystemConfig
from driver.config.phones import PhoneConfig
from driver.domain.asset import AlarmRules, Asset
from driver.domain.commands import MESSAGE_CONTENT
from driver.domain.execution import Execution
from driver.domain.facts import FaultCause
from driver.domain.outbound_message import OutboundMessage
from driver.ports.store import Store
from driver.runtime.idle import IdleTracker
from driver.runtime.metrics import Metrics
from driver.runtime.ulid import Ids
from driver.services.asset_catalog import asset_catalog
from driver.services.assets import Assets
from driver.services.broadcasts import Broadcasts
from driver.services.commands import Commands
from driver.services.delivery_tracking import DeliveryTracking
from driver.services.inbox import Inbox
from driver.services.message_lookup import MessageLookup
from driver.services.orphan_receipts import OrphanReceipts
from driver.services.outbox import Outbox
from driver.services.pin_redaction import PinRedaction
from driver.services.poll_cursors import CURSOR, FLOOR, PollCursors
from driver.services.polled_messages import PolledMessages
from driver.services.poller import Poller, SlowPolls
from driver.services.rate_limits import RateLimits
from driver.services.send_attempts import SendAttempts
from driver.services.send_outcomes import SendOutcomes
from driver.services.send_queue import SendQueue
from driver.services.twilio_monitor import TwilioMonitor
from fake_twilio import ManualClock
from support.driver_memory import GATE, GUARD, OURS, MemoryStore, ScriptedTwilio

PHONES = (
    PhoneConfig(id="guard", caption="Guard", external_phone_number=GUARD, twilio_phone_number=OURS),
    PhoneConfig(id="gate", caption="Gate", external_phone_number=GATE, twilio_phone_number=OURS),
)


class ServicesRig:
    """Services wired as in the driver; a test runs those of their tasks that it needs."""

    def __init__(self, *phones: PhoneConfig, rules: AlarmRules | None = None, **states: object) -> None:
        self.clock = ManualClock()
        self.activity = IdleTracker(self.clock)
        self.memory = MemoryStore()
        self.twilio = ScriptedTwilio(self.clock)
        self.ids, self.metrics = Ids(self.clock), Metrics()
        self.states = StatesConfig.model_validate(states)
        store, clock, activity = self.store, self.clock, self.activity
        self.limits = RateLimits(clock, activity, 50)
        self.twilio.answered = self.limits.answered
        catalog = asset_catalog(SystemConfig(), phones or PHONES, lambda _asset_id: rules or AlarmRules())
        self.assets = Assets(catalog, store, clock, ids=self.ids, activity=activity)
        self.assets.start({}, 0)
        self.monitor = TwilioMonitor(
            self.twilio, self.assets, clock, activity=activity, states=self.states, limits=self.limits
        )
        self.tracking = DeliveryTracking(
            store,
            self.twilio,
            self.assets,
            monitor=self.monitor,
            clock=clock,
            activity=activity,
            metrics=self.metrics,
        )
        self.orphan_receipts = OrphanReceipts(store, self.assets, self.tracking)
        self.lookup = MessageLookup(
            store, self.twilio, self.assets, monitor=self.monitor, orphan_receipts=self.orphan_receipts
        )
        self.outcomes = SendOutcomes(
            self.assets, self.monitor, self.tracking, orphan_receipts=self.orphan_receipts, metrics=self.metrics
        )
        self.attempts = SendAttempts(
            store, self.twilio, self.assets, lookup=self.lookup, outcomes=self.outcomes, clock=clock
        )
        self.outbox = Outbox(self.attempts, self.limits, clock=clock, activity=activity)
        self.send_queue = SendQueue(
            store, self.assets, self.outbox, orphan_receipts=self.orphan_receipts, clock=clock, metrics=self.metrics
        )
        self.commands = Commands(store, self.assets, self.outbox, monitor=self.monitor, clock=clock, ids=self.ids)
        self.commands.configure(validity_s=3600, reject_when_down=False)
        self.broadcasts = Broadcasts(store, self.assets, self.commands, send_queue=self.send_queue)
        self.redaction = PinRedaction(store, self.twilio, clock, activity=activity, marks={})
        self.inbox = Inbox(store, self.assets, self.metrics, redaction=self.redaction)
        self.intake = self.polled_messages({})

    def polled_messages(self, marks: Mapping[str, str]) -> PolledMessages:
        """Return the intake of polled messages for a driver that starts with these cursors."""
        return PolledMessages(
            self.store, self.twilio, self.inbox, assets=self.assets, clock=self.clock, ids=self.ids, marks=marks
        )

    def poller(self, floor: datetime, *, own: bool = True, known: bool = True, **receive: object) -> Poller:
        """Return a poller; unless ``known``, Twilio has not been polled yet."""
        marks = {FLOOR: floor.isoformat()} | ({f"{CURSOR}own": json.dumps({OURS: floor.isoformat()})} if known else {})
        config = ReceiveConfig.model_validate(receive)
        return Poller(
            self.store,
            self.twilio,
            self.intake,
            assets=self.assets,
            monitor=self.monitor,
            clock=self.clock,
            activity=self.activity,
            metrics=self.metrics,
            config=config,
            cursors=PollCursors(marks),
            lateness=SlowPolls(self.assets),
            own=own,
        )

    @property
    def store(self) -> Store:
        """The store as the services see it; it lacks what they never call in these tests."""
        return cast(Store, self.memory)

    def asset(self, asset_id: str = "guard") -> Asset:
        return self.assets.get(asset_id)

    def faults(self, asset_id: str = "guard") -> dict[FaultCause, tuple[str, int | None, str]]:
        """Return the faults of an asset by cause: detail, code and remedy."""
        return {each.cause: (each.detail, each.code, each.hint) for each in self.asset(asset_id).facts.faults}

    def counted(self, name: str, **labels: str) -> float:
        """Return the value of a counter."""
        return self.metrics.registry.get_sample_value(f"sms_driver_{name}_total", labels) or 0

    def message(self, name: str = "E1", **more: object) -> OutboundMessage:
        """Return a newly accepted message."""
        now = self.clock.now()
        execution = Execution(
            execution_id=name,
            asset_id="guard",
            command="Send Message",
            created_at=now,
            parameters={MESSAGE_CONTENT: "Fire"},
            user="alice",
        )
        made = OutboundMessage.of(execution, OURS, GUARD, position=self.outbox.next_position())
        return replace(made, **more)  # type: ignore[arg-type]  # the keys are the class's own

    async def online(self) -> None:
        """Let Twilio respond for the first time."""
        assert await self.monitor.probe()

    @asynccontextmanager
    async def running(self, *tasks: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
        """Run long-lived tasks while the context lasts."""
        started = [asyncio.create_task(task()) for task in tasks]
        for task in started:
            self.activity.track(task)
        self.clock.add_idle_waiter(self.activity.wait_idle)
        try:
            await self.clock.wait_idle()
            yield
        finally:
            self.clock.remove_idle_waiter(self.activity.wait_idle)
            for task in started:
                task.cancel()
            await asyncio.gather(*started, return_exceptions=True)
