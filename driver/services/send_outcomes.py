"""Applies the outcomes of sending: of a failed attempt to the driver, of a finished message to its phone.

A message ends in one commit, together with everything that follows from it.
"""

from collections.abc import Sequence

import structlog

from driver.domain.asset_changes import FaultCleared, FaultRaised
from driver.domain.commands import ExecutionState
from driver.domain.events import MESSAGE_DROPPED, MESSAGE_FAILED, Event
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.outbound_message import OutboundMessage
from driver.domain.send_result import Accepted, Failure, Limit, Outcome
from driver.domain.twilio_errors import meaning
from driver.ports.store import Write
from driver.runtime.metrics import Metrics
from driver.services.assets import Assets
from driver.services.delivery_tracking import DeliveryTracking, message_event
from driver.services.orphan_receipts import OrphanReceipts
from driver.services.twilio_monitor import TwilioMonitor

_log = structlog.get_logger("driver.sending")
#: Event faults that a successful send clears.
ENDED_BY_SUCCESS = (FaultCause.SEND_FAILED, FaultCause.OPTED_OUT, FaultCause.NUMBER_PROBLEM)
#: Twilio's error code for a callback URL that it refuses.
BAD_CALLBACK = 21609


class SendOutcomes:
    """Ends messages, and applies the consequences to their assets."""

    def __init__(
        self,
        assets: Assets,
        monitor: TwilioMonitor,
        tracking: DeliveryTracking,
        *,
        orphan_receipts: OrphanReceipts,
        metrics: Metrics,
    ) -> None:
        self._assets = assets
        self._monitor = monitor
        self._tracking = tracking
        self._orphan_receipts = orphan_receipts
        self._metrics = metrics
        self._fault_on_failure = True
        self.callback_url = ""

    def configure(self, *, fault_on_failure: bool, callback_url: str) -> None:
        """Apply new settings from now on."""
        self._fault_on_failure = fault_on_failure
        self.callback_url = callback_url

    async def attempt_failed(self, message: OutboundMessage, failure: Failure) -> None:
        """Apply what a failed attempt means beyond its message."""
        attempt, asset_id = len(message.attempts), message.asset_id
        _log.warning("attempt_failed", asset_id=asset_id, attempt=attempt, reason=failure.detail)
        self._metrics.attempts.labels(failure.kind.value).inc()
        if failure.transport:
            self._monitor.ask()
        if failure.limit is Limit.ACCOUNT:
            await self._monitor.rate_limited(failure.detail)
        if failure.limit is Limit.SENDER and self._fault_on_failure:
            # Messages of this sender wait from now on, maybe for hours; its phone shows it until one is accepted.
            known = meaning(failure.code, FaultCause.SEND_FAILED, failure.detail)
            full = FaultRaised(known.cause, CauseKind.EVENT, known.text, failure.code, known.hint)
            await self._assets.apply(message.phone_id, full)
        if failure.code == BAD_CALLBACK and self.callback_url:
            # Continue without receipts, poll each message instead, and report it.
            self.callback_url = ""
            known = meaning(failure.code, FaultCause.WEBHOOK_INVALID, failure.detail)
            raised = FaultRaised(known.cause, CauseKind.STANDING, known.text, failure.code, known.hint)
            await self._assets.apply(self._assets.catalog.system.asset_id, raised)

    async def end(self, message: OutboundMessage, outcome: Outcome | None) -> None:
        """End a message: its record says how, and ``outcome`` is what ended it, if it was sent or refused."""
        if isinstance(outcome, Accepted):
            await self._accepted(message, outcome)
        elif isinstance(outcome, Failure):
            await self._terminated(message, outcome)
        elif message.state is ExecutionState.UNKNOWN:
            await self._unknown(message)
        else:
            await self._assets.commit([], dropped_writes(self._assets, message))
            self._count_end(message, "dropped", "message_dropped", rule=message.user)
        await self._orphan_receipts.resolve(message)

    async def _accepted(self, message: OutboundMessage, accepted: Accepted) -> None:
        self._monitor.answered()
        attempts = len(message.attempts)
        made, writes = self._tracking.accepted(message, accepted, "Twilio accepted the message", Attempts=attempts)
        over = FaultCleared(CauseKind.EVENT, ENDED_BY_SUCCESS)
        staged = [*self._assets.stage(message.phone_id, over).writes, *self._callbacks_work()]
        await self._assets.commit(staged, [message, *writes])
        outcome = message.last_attempt.outcome
        self._metrics.attempts.labels(outcome).inc()
        self._metrics.messages.labels("accepted").inc()
        _log.info("message_sent", asset_id=message.asset_id, sid=made.sid, attempt=attempts, outcome=outcome)
        self._tracking.follow(made)

    def _callbacks_work(self) -> Sequence[Write]:
        """Clear the fault of the callback URL, since Twilio accepted a message with it."""
        system = self._assets.catalog.system.asset_id
        faults = self._assets.get(system).facts.faults
        if not self.callback_url or all(fault.cause is not FaultCause.WEBHOOK_INVALID for fault in faults):
            return ()
        return self._assets.stage(system, FaultCleared(CauseKind.STANDING, (FaultCause.WEBHOOK_INVALID,))).writes

    async def _terminated(self, message: OutboundMessage, failure: Failure) -> None:
        """End a message that was not sent; if the system has no communication, the phone gets no second alarm."""
        if failure.transport:
            await self._monitor.probe()
        known = meaning(failure.code, FaultCause.SEND_FAILED, "a message could not be sent")
        fault = None
        if self._fault_on_failure and not (failure.transport and self._assets.system_down):
            detail = known.text if failure.code else f"{known.text}: {failure.detail}"
            fault = FaultRaised(known.cause, CauseKind.EVENT, detail, failure.code, known.hint)
        await self._failed(message, fault, failure.code, explanation=known.text)
        self._count_end(message, "terminated", "message_terminated")

    async def _unknown(self, message: OutboundMessage) -> None:
        """End a message that may have been sent or not."""
        fault = None
        if self._fault_on_failure and not self._assets.system_down:
            fault = FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "it is unknown whether a message was sent")
        await self._failed(message, fault, None, explanation=message.reason)
        self._count_end(message, "unknown", "message_unknown")

    async def _failed(
        self, message: OutboundMessage, fault: FaultRaised | None, code: int | None, *, explanation: str
    ) -> None:
        attempts = len(message.attempts)
        parameters = {"Reason": message.reason, "Error Code": code, "Attempts": attempts, "Explanation": explanation}
        event = message_event(self._assets, message, MESSAGE_FAILED, parameters=parameters)
        staged = self._assets.stage(message.phone_id, fault).writes if fault is not None else ()
        await self._assets.commit(staged, [message, event])

    def _count_end(self, message: OutboundMessage, end: str, event: str, **fields: str) -> None:
        self._metrics.messages.labels(end).inc()
        _log.warning(event, asset_id=message.asset_id, reason=message.reason, **fields)


def dropped_writes(assets: Assets, message: OutboundMessage) -> list[Write]:
    """Return the writes for a rule's message that is not sent: a dead letter, an event, an audit entry."""
    entry = assets.catalog.entries.get(message.asset_id, assets.catalog.system)
    event: Event = message_event(
        assets, message, MESSAGE_DROPPED, parameters={"Reason": message.reason, "Rule": message.user}
    )
    audit = assets.audit(entry, message.command, f"Command dropped: {message.reason}", user=message.user)
    return [message, event, audit]
