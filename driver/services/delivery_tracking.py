"""What becomes of texts that Twilio accepted: asks until the fate is known, and takes in receipts from any other way.

Statuses only move forward (``domain.message.advance``), so late, doubled and disordered receipts change nothing.
"""

import asyncio
import heapq
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from weakref import WeakValueDictionary

import structlog

from driver.domain.asset_changes import Change, FaultCleared, FaultRaised
from driver.domain.events import MESSAGE_DELIVERED, MESSAGE_FAILED
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.message_status import FINAL, LOST, MessageStatus, advance
from driver.domain.twilio_errors import meaning
from driver.errors import StoreUnavailableError
from driver.ports.gateway import GatewayError, SmsGateway
from driver.ports.records import MessageRow
from driver.ports.store import AppendEvent, PutMessage, Store, Write
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker, Wakeup
from driver.runtime.metrics import Metrics
from driver.services.assets import Assets
from driver.services.message_events import message_event
from driver.services.twilio_monitor import TwilioMonitor

_log = structlog.get_logger("driver.receipts")

#: Seconds after acceptance at which a message is asked for; then every last-named interval until ``GIVE_UP_S``.
SCHEDULE_S = (1.0, 3.0, 6.0, 12.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0)
#: Some carriers never report; after so long a message that is still "sent" is left at that.
GIVE_UP_S = 86_400.0
#: Receipts kept for messages that are not known yet.
MOST_EARLY = 1000


class DeliveryTracking:
    """Follows accepted texts to their end."""

    def __init__(
        self,
        store: Store,
        gateway: SmsGateway,
        assets: Assets,
        clock: Clock,
        activity: IdleTracker,
        metrics: Metrics,
        health: TwilioMonitor,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._assets = assets
        self._clock = clock
        self._activity = activity
        self._metrics = metrics
        self._health = health
        self._open: dict[str, MessageRow] = {}
        self._early: OrderedDict[str, tuple[str, int | None]] = OrderedDict()
        #: When each message is due on the monotonic clock, its SID, and when it was created on that clock.
        self._due: list[tuple[timedelta, str, timedelta]] = []
        self._wakeup = Wakeup()
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def restore(self, messages: Sequence[MessageRow]) -> None:
        """Go on following what had no end when the driver stopped."""
        for message in messages:
            self.follow(message)

    def follow(self, message: MessageRow) -> None:
        """Follow a message from now on."""
        if message.status in FINAL:
            return
        self._open[message.sid] = message
        now = self._clock.monotonic()
        created = min(now, now - (self._clock.now() - message.created_at))
        if message.sid in self._early:
            heapq.heappush(self._due, (now, message.sid, created))
            self._wakeup.give()
        else:
            self._plan(message, created)

    async def run(self) -> None:
        """Ask for messages when they are due."""
        while True:
            now = self._clock.monotonic()
            while self._due and self._due[0][0] <= now:
                _, sid, created = heapq.heappop(self._due)
                if sid in self._open:
                    await self._ask(self._open[sid], created)
            await self._activity.rest(self._wakeup, self._due[0][0] if self._due else None)

    async def report(self, sid: str, status: str, error_code: int | None, *, way: str) -> bool:
        """Take in a receipt that came by ``way``; False if the message is not known, or not yet.

        Twilio may call back before its answer to the create has been read, so such a receipt is kept for a while.
        Receipts of one message that come at the same moment are taken in one after another.

        Raises:
            StoreUnavailableError: it could not be stored; the message will be asked for.
        """
        async with self._turns.setdefault(sid, asyncio.Lock()):
            return await self._take_in(sid, status, error_code, way)

    async def _take_in(self, sid: str, status: str, error_code: int | None, way: str) -> bool:
        message = self._open.get(sid) or await self._store.message(sid)
        if message is None or message.direction != "outbound":
            if message is None:
                self.keep_early(sid, status, error_code)
            return False
        if status not in set(MessageStatus):
            _log.warning("unknown status in a receipt", status=status, sid=sid)
            return True
        moved = advance(message.status, MessageStatus(status))
        if moved is message.status:
            return True
        after = replace(message, status=moved, error_code=error_code, updated_at=self._clock.now())
        staged, told = self._consequences(after)
        await self._assets.commit(staged, [PutMessage(after), *told])
        if moved in FINAL:
            self._open.pop(sid, None)
        else:
            self._open[sid] = after
        self._metrics.receipts.labels(moved.value, way).inc()
        _log.info("message status", sid=sid, status=moved.value, code=error_code)
        return True

    def keep_early(self, sid: str, status: str, error_code: int | None) -> None:
        """Keep a receipt for a message that is not known yet."""
        self._early[sid] = (status, error_code)
        while len(self._early) > MOST_EARLY:
            self._early.popitem(last=False)

    async def _ask(self, message: MessageRow, created: timedelta) -> None:
        early = self._early.pop(message.sid, None)
        try:
            if early is not None:
                await self.report(message.sid, *early, way="webhook")
                if message.sid in self._open:
                    self._plan(self._open[message.sid], created)
                return
            remote = await self._gateway.message(message.sid)
            if remote is None:
                _log.warning("Twilio does not know the message any more", sid=message.sid)
                del self._open[message.sid]
                return
            await self.report(remote.sid, remote.status, remote.error_code, way="poll")
        except (GatewayError, StoreUnavailableError) as exc:
            _log.debug("cannot follow the message now", sid=message.sid, trouble=str(exc))
        if message.sid in self._open:
            self._plan(self._open[message.sid], created)

    def _plan(self, message: MessageRow, created: timedelta) -> None:
        now = self._clock.monotonic()
        age = (now - created).total_seconds()
        if age >= GIVE_UP_S:
            self._open.pop(message.sid, None)
            return
        after = next((moment for moment in SCHEDULE_S if moment > age), None)
        due = now + timedelta(seconds=SCHEDULE_S[-1]) if after is None else created + timedelta(seconds=after)
        heapq.heappush(self._due, (due, message.sid, created))
        self._wakeup.give()

    def _consequences(self, message: MessageRow) -> tuple[list[Write], list[Write]]:
        """Return what a new status means for the asset, and what it makes known."""
        if message.status in (MessageStatus.DELIVERED, MessageStatus.READ):
            over = FaultCleared(CauseKind.EVENT, (FaultCause.DELIVERY_FAILED,))
            return self._change(message, over), [self._event(message, MESSAGE_DELIVERED, {})]
        if message.status not in LOST:
            return [], []
        known = meaning(message.error_code, FaultCause.DELIVERY_FAILED, "the message was not delivered")
        if known.cause is FaultCause.ACCOUNT_SUSPENDED:
            # That is the system's trouble, not the phone's: whether it is so still, the account itself says.
            self._health.ask()
        words = f"a message was not delivered: {known.text}" if message.error_code else known.text
        fault = FaultRaised(FaultCause.DELIVERY_FAILED, CauseKind.EVENT, words, message.error_code, known.hint)
        told = {"Reason": message.status.value, "Error Code": message.error_code, "Explanation": known.text}
        return self._change(message, fault), [self._event(message, MESSAGE_FAILED, told)]

    def _change(self, message: MessageRow, change: Change) -> list[Write]:
        if message.asset_id not in self._assets.catalog.entries:
            return []
        return list(self._assets.stage(message.asset_id, change).writes)

    def _event(self, message: MessageRow, name: str, parameters: Mapping[str, object]) -> AppendEvent:
        return message_event(
            self._assets,
            message.asset_id,
            name,
            {"Message SID": message.sid, "Status": message.status.value, **parameters},
            source=message.source,
            destination=message.destination,
            execution_id=message.execution_id,
            key=message.sid,
        )
