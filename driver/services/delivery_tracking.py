"""Tracks messages that Twilio accepted: polls until the status is final, and processes receipts from other channels.

Statuses only move forward (``domain.message_status.advance``), so late, duplicate and out-of-order ones change nothing.
"""

import asyncio
import heapq
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple
from weakref import WeakValueDictionary

import structlog

from driver.domain.asset_changes import FaultCleared, FaultRaised
from driver.domain.asset_events import AssetEvent
from driver.domain.events import MESSAGE_ACCEPTED, MESSAGE_DELIVERED, MESSAGE_FAILED, Event
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.message import Message, Receipt
from driver.domain.message_status import FINAL, LOST, RANK, MessageStatus, advance
from driver.domain.outbound_message import OutboundMessage
from driver.domain.send_result import Accepted
from driver.domain.twilio_errors import meaning
from driver.errors import StoreUnavailableError
from driver.ports.gateway import GatewayError, SmsGateway
from driver.ports.store import MAX_FOLLOWED, Store, Write
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.runtime.metrics import Metrics
from driver.services.assets import Assets
from driver.services.twilio_monitor import TwilioMonitor

_log = structlog.get_logger("driver.delivery_tracking")

#: Seconds after acceptance at which a message is polled, then repeatedly at the last interval until ``GIVE_UP_S``.
SCHEDULE_S = (1.0, 3.0, 6.0, 12.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
#: Some carriers never report; a message that is still "sent" after this time remains so.
GIVE_UP_S = MAX_FOLLOWED.total_seconds()
#: The maximum number of receipts kept for messages that are not known yet.
MAX_EARLY = 1000


class _Due(NamedTuple):
    """When a message is polled next, and when it was created, both on the monotonic clock."""

    at: timedelta
    sid: str
    created: timedelta


class DeliveryTracking:
    """Follows accepted messages to their final status."""

    def __init__(
        self,
        store: Store,
        gateway: SmsGateway,
        assets: Assets,
        *,
        monitor: TwilioMonitor,
        clock: Clock,
        activity: IdleTracker,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._assets = assets
        self._monitor = monitor
        self._clock = clock
        self._activity = activity
        self._metrics = metrics
        self._open: dict[str, Message] = {}
        self._early: OrderedDict[str, Receipt] = OrderedDict()
        self._due: list[_Due] = []
        self._wakeup = asyncio.Event()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def restore(self, messages: Sequence[Message]) -> None:
        """Resume following the messages that were not final when the driver stopped."""
        for message in messages:
            self.follow(message)

    def accepted(
        self, message: OutboundMessage, accepted: Accepted, explanation: str, **more: object
    ) -> tuple[Message, list[Write]]:
        """Return the message that Twilio created, to be followed once it is stored, and the writes that store it."""
        now = self._clock.now()
        made = Message(
            sid=accepted.sid,
            direction="outbound",
            from_number=message.from_number,
            to_number=message.to_number,
            body=message.body,
            status=MessageStatus(accepted.status) if accepted.status in RANK else MessageStatus.QUEUED,
            created_at=now,
            updated_at=now,
            execution_id=message.execution_id,
            asset_id=message.phone_id,
            segments=accepted.segments,
        )
        parameters = {"Message SID": made.sid, **more, "Explanation": explanation}
        return made, [made, message_event(self._assets, made, MESSAGE_ACCEPTED, parameters=parameters)]

    def follow(self, message: Message) -> None:
        """Follow a message from now on."""
        if message.status in FINAL:
            return
        self._open[message.sid] = message
        now = self._clock.monotonic()
        created = min(now, now - (self._clock.now() - message.created_at))
        if message.sid in self._early:
            heapq.heappush(self._due, _Due(now, message.sid, created))
            self._wakeup.set()
        else:
            self._plan(message.sid, created)

    async def run(self) -> None:
        """Poll messages when they are due."""
        while True:
            now = self._clock.monotonic()
            while self._due and self._due[0].at <= now:
                due = heapq.heappop(self._due)
                if due.sid in self._open:
                    await self._ask(self._open[due.sid])
                if due.sid in self._open:
                    self._plan(due.sid, due.created)
            await self._activity.rest(self._wakeup, self._due[0].at if self._due else None)

    async def report(self, receipt: Receipt, *, way: str) -> bool:
        """Process a receipt that came by ``way``; return False if the message is not known, or not yet.

        Twilio may call back before its response to the create request has been read, so such a receipt is kept for a
        while. Simultaneous receipts for one message are processed one after another.

        Raises:
            StoreUnavailableError: it could not be stored; the message will be polled.
        """
        async with self._turns.setdefault(receipt.sid, asyncio.Lock()):
            return await self._take_in(receipt, way)

    async def _take_in(self, receipt: Receipt, way: str) -> bool:
        message = self._open.get(receipt.sid) or await self._store.message(receipt.sid)
        if message is None or message.direction != "outbound":
            if message is None:
                self.keep_early(receipt)
            return False
        if receipt.status not in RANK:
            _log.warning("receipt_status_unknown", status=receipt.status, sid=message.sid, asset_id=message.asset_id)
            return True
        moved = advance(message.status, MessageStatus(receipt.status))
        if moved is message.status:
            return True
        after = replace(message, status=moved, error_code=receipt.error_code, updated_at=self._clock.now())
        staged, events = self._consequences(after)
        await self._assets.commit(staged, [after, *events])
        if moved in FINAL:
            self._open.pop(after.sid, None)
        else:
            self._open[after.sid] = after
        self._metrics.receipts.labels(moved.value, way).inc()
        _log.info("message_status", sid=after.sid, asset_id=after.asset_id, status=moved.value, code=after.error_code)
        return True

    def keep_early(self, receipt: Receipt) -> None:
        """Keep a receipt for a message that is not known yet."""
        self._early[receipt.sid] = receipt
        while len(self._early) > MAX_EARLY:
            self._early.popitem(last=False)

    async def _ask(self, message: Message) -> None:
        """Process what is known about a message: a receipt that came early, or what Twilio shows."""
        receipt, way = self._early.pop(message.sid, None), "webhook"
        try:
            if receipt is None:
                remote, way = await self._gateway.message(message.sid), "poll"
                if remote is None:
                    self._open.pop(message.sid, None)
                    _log.warning("message_gone_at_twilio", sid=message.sid, asset_id=message.asset_id)
                    return
                receipt = Receipt(message.sid, remote.status, remote.error_code)
            await self.report(receipt, way=way)
        except (GatewayError, StoreUnavailableError) as exc:
            _log.debug("message_status_not_read", sid=message.sid, asset_id=message.asset_id, reason=str(exc))

    def _plan(self, sid: str, created: timedelta) -> None:
        now = self._clock.monotonic()
        age = (now - created).total_seconds()
        if age >= GIVE_UP_S:
            del self._open[sid]
            return
        after = next((moment for moment in SCHEDULE_S if moment > age), None)
        at = now + timedelta(seconds=SCHEDULE_S[-1]) if after is None else created + timedelta(seconds=after)
        heapq.heappush(self._due, _Due(at, sid, created))
        self._wakeup.set()

    def _consequences(self, message: Message) -> tuple[Sequence[Write], list[Write]]:
        """Return the effects of a new status on the asset, and its events."""
        parameters: dict[str, object] = {"Message SID": message.sid, "Status": message.status.value}
        if message.status in (MessageStatus.DELIVERED, MessageStatus.READ):
            over = FaultCleared(CauseKind.EVENT, (FaultCause.DELIVERY_FAILED,))
            delivered = message_event(self._assets, message, MESSAGE_DELIVERED, parameters=parameters)
            return self._assets.stage(message.asset_id, over).writes, [delivered]
        if message.status not in LOST:
            return (), []
        known = meaning(message.error_code, FaultCause.DELIVERY_FAILED, "the message was not delivered")
        if known.cause is FaultCause.ACCOUNT_SUSPENDED:
            # The system's problem, not the phone's; a probe of the account shows whether it persists.
            self._monitor.ask()
        detail = f"a message was not delivered: {known.text}" if message.error_code else known.text
        fault = FaultRaised(FaultCause.DELIVERY_FAILED, CauseKind.EVENT, detail, message.error_code, known.hint)
        parameters |= {"Reason": message.status.value, "Error Code": message.error_code, "Explanation": known.text}
        failed = message_event(self._assets, message, MESSAGE_FAILED, parameters=parameters)
        return self._assets.stage(message.asset_id, fault).writes, [failed]


def message_event(
    assets: Assets, message: Message | OutboundMessage, name: str, *, parameters: Mapping[str, object]
) -> Event:
    """Return an event about a message, for its phone, or for the system if it has none.

    The event id ensures that each event of a message exists only once.
    """
    if isinstance(message, Message):
        key, asset_id = message.sid, message.asset_id
    else:
        key, asset_id = message.execution_id, message.phone_id
    entry = assets.catalog.entries.get(asset_id, assets.catalog.system)
    common = {
        "Destination Number": message.to_number,
        "Source Phone Number": message.from_number,
        "Execution ID": message.execution_id,
    }
    return assets.event(entry, AssetEvent(name, {**parameters, **common}), event_id=f"{key}:{name}")
