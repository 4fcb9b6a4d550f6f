"""The waiting messages as operators see them, and how to cancel them before they leave.

A message that is on its way to Twilio, or that Twilio may have, cannot be canceled: the result would be uncertain.
"""

import asyncio
from collections.abc import Collection, Sequence

import structlog

from driver.domain.asset_changes import Operator
from driver.domain.commands import SOURCE_PHONE_NUMBER
from driver.domain.delivery import CANCELED, Canceled, DeliveryPolicy, step
from driver.domain.events import MESSAGE_CANCELED
from driver.domain.execution import Execution
from driver.domain.outbound_message import OutboundMessage
from driver.errors import CommandRefusedError, NotFoundError
from driver.ports.store import Store, Write
from driver.runtime.clock import Clock
from driver.runtime.metrics import Metrics
from driver.services.assets import Assets
from driver.services.command_parameters import sender_of
from driver.services.delivery_tracking import message_event
from driver.services.orphan_receipts import OrphanReceipts
from driver.services.outbox import Outbox

_log = structlog.get_logger("driver.sending")


class SendQueue:
    """Shows and cancels what is waiting in the outbox."""

    def __init__(
        self,
        store: Store,
        assets: Assets,
        outbox: Outbox,
        *,
        orphan_receipts: OrphanReceipts,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._store = store
        self._assets = assets
        self._outbox = outbox
        self._orphan_receipts = orphan_receipts
        self._clock = clock
        self._metrics = metrics
        self._one_at_a_time = asyncio.Lock()

    def waiting(self) -> Sequence[OutboundMessage]:
        """Return what is waiting or being sent, in the order of acceptance."""
        return sorted(self._outbox.waiting(), key=lambda message: message.position)

    async def cancel(self, execution_id: str, by: Operator) -> Execution:
        """Cancel a message; idempotent.

        Raises:
            NotFoundError: the execution does not exist.
            CommandRefusedError: the message is not waiting, or no longer; the text gives its state.
            StoreUnavailableError: the database cannot store it; the message is still sent.
        """
        async with self._one_at_a_time:
            message = next((each for each in self._outbox.waiting() if each.execution_id == execution_id), None)
            if message is not None:
                if self._outbox.on_its_way(message):
                    raise CommandRefusedError("the message is on its way: Twilio was asked to send it and may have it")
                (ended,) = await self._end([message], by)
                return ended
        known = await self._store.execution(execution_id)
        if known is None:
            raise NotFoundError(f"there is no execution {execution_id!r}")
        if known.result == CANCELED:
            return known
        raise CommandRefusedError(
            f"execution {execution_id} is {known.state.value}; only a waiting message can be canceled"
        )

    async def cancel_all(self, command_ids: Collection[str], by: Operator) -> None:
        """Cancel the messages of these commands that are waiting and not on their way; same errors as ``cancel``."""
        async with self._one_at_a_time:
            found = [message for message in self._outbox.waiting() if message.command_id in command_ids]
            await self._end([message for message in found if not self._outbox.on_its_way(message)], by)

    async def purge(self, from_number: str, by: Operator) -> tuple[int, int]:
        """Cancel all messages of a sender; return how many, and how many are on their way; errors as ``cancel``."""
        wanted = sender_of(from_number)
        async with self._one_at_a_time:
            found = [message for message in self._outbox.waiting() if message.from_number == wanted]
            free = [message for message in found if not self._outbox.on_its_way(message)]
            return len(await self._end(free, by)), len(found) - len(free)

    async def _end(self, messages: Sequence[OutboundMessage], by: Operator) -> Sequence[OutboundMessage]:
        now, canceled = self._clock.now(), Canceled(by.user)
        ended = [step(message, canceled, DeliveryPolicy(), now=now).message for message in messages]
        with self._outbox.taking_out(messages):
            await self._store.commit([write for message in ended for write in self._writes(message, by)])
        for message in ended:
            self._metrics.messages.labels("canceled").inc()
            _log.info("message_canceled", asset_id=message.asset_id, user=by.user)
            await self._orphan_receipts.resolve(message)
        return ended

    def _writes(self, message: OutboundMessage, by: Operator) -> list[Write]:
        entry = self._assets.catalog.entries.get(message.asset_id, self._assets.catalog.system)
        action = f"Command canceled; {SOURCE_PHONE_NUMBER}: {message.from_number}"
        line = self._assets.audit(entry, message.command, action, computer=by.workstation, user=by.user)
        parameters = {"Reason": message.reason}
        return [message, message_event(self._assets, message, MESSAGE_CANCELED, parameters=parameters), line]
