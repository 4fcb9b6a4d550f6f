"""How an outgoing message ends, each way in one commit: accepted by Twilio, terminated, or unknown."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from driver.domain.asset_changes import Change, FaultCleared, FaultRaised
from driver.domain.commands import ExecutionState
from driver.domain.delivery import OutboundMessage
from driver.domain.events import MESSAGE_ACCEPTED, MESSAGE_FAILED
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.message_status import MessageStatus
from driver.domain.send_result import Accepted, Failure
from driver.domain.twilio_errors import meaning
from driver.ports.records import Execution, MessageRow
from driver.ports.store import AppendEvent, DropOutbox, PutAttempt, PutExecution, PutMessage, Write
from driver.runtime.clock import Clock
from driver.runtime.metrics import Metrics
from driver.services.assets import Assets
from driver.services.delivery_tracking import DeliveryTracking
from driver.services.message_events import message_dropped, message_event
from driver.services.orphan_receipts import OrphanReceipts
from driver.services.twilio_monitor import TwilioMonitor

_log = structlog.get_logger("driver.sending")
#: Event faults that a successful send ends.
ENDED_BY_SUCCESS = (FaultCause.SEND_FAILED, FaultCause.OPTED_OUT, FaultCause.NUMBER_PROBLEM)


class SendOutcomes:
    """Ends messages, and says what that means for their assets."""

    def __init__(
        self,
        assets: Assets,
        health: TwilioMonitor,
        receipts: DeliveryTracking,
        claims: OrphanReceipts,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._assets = assets
        self._health = health
        self._receipts = receipts
        self._claims = claims
        self._clock = clock
        self._metrics = metrics
        self.fault_on_failure = True
        self.with_callback = False

    async def accepted(
        self, message: OutboundMessage, execution: Execution, accepted: Accepted, writes: Sequence[Write]
    ) -> None:
        """End a message that Twilio has accepted."""
        now = self._clock.now()
        self._health.answered()
        row = MessageRow(
            sid=accepted.sid,
            direction="outbound",
            source=message.from_number,
            destination=message.to_number,
            body=message.body,
            status=_status(accepted.status),
            created_at=now,
            updated_at=now,
            execution_id=message.execution_id,
            asset_id=message.asset_id,
            segments=accepted.segments,
        )
        done = replace(execution, state=ExecutionState.SUCCEEDED, finished_at=now, message_sid=accepted.sid)
        parameters = {
            "Message SID": accepted.sid,
            "Attempts": message.attempt,
            "Explanation": "Twilio has taken the text",
        }
        event = self._event(message, MESSAGE_ACCEPTED, parameters, accepted.sid)
        staged = self._change(message, FaultCleared(CauseKind.EVENT, ENDED_BY_SUCCESS)) + self._callbacks_work()
        ended = [*writes, PutExecution(done), DropOutbox(message.execution_id), PutMessage(row), event]
        await self._assets.commit(staged, ended)
        self._metrics.attempts.labels(_outcome(writes)).inc()
        self._metrics.messages.labels("accepted").inc()
        _log.info("accepted by Twilio", asset=message.asset_id, sid=accepted.sid, attempt=message.attempt)
        self._receipts.follow(row)
        await self._claims.settle(done)

    def _callbacks_work(self) -> list[Write]:
        """Twilio took a text together with our address for receipts: what was wrong with the address is over."""
        system = self._assets.catalog.system.asset_id
        faults = self._assets.get(system).facts.faults
        if not self.with_callback or all(fault.cause is not FaultCause.WEBHOOK_INVALID for fault in faults):
            return []
        return list(self._assets.stage(system, FaultCleared(CauseKind.CONDITION, (FaultCause.WEBHOOK_INVALID,))).writes)

    async def terminated(
        self, message: OutboundMessage, execution: Execution, failure: Failure, why: str, writes: Sequence[Write]
    ) -> None:
        """End a message that was not sent; where the system has no communication, the phone gets no second alarm."""
        if failure.transport:
            await self._health.probe()
        known = meaning(failure.code, FaultCause.SEND_FAILED, "a message could not be sent")
        more: list[Write] = []
        if self.fault_on_failure and not (failure.transport and self._assets.system_down):
            words = known.text if failure.code else f"{known.text}: {failure.detail}"
            more = self._change(message, FaultRaised(known.cause, CauseKind.EVENT, words, failure.code, known.hint))
        done = replace(execution, state=ExecutionState.TERMINATED, finished_at=self._clock.now(), reason=why)
        parameters = {
            "Reason": why,
            "Error Code": failure.code,
            "Attempts": message.attempt,
            "Explanation": known.text,
        }
        failed = self._event(message, MESSAGE_FAILED, parameters, message.execution_id)
        await self._assets.commit(more, [*writes, PutExecution(done), DropOutbox(message.execution_id), failed])
        self._metrics.messages.labels("terminated").inc()
        _log.warning("message terminated", asset=message.asset_id, why=why)
        await self._claims.settle(done)

    async def dropped(self, message: OutboundMessage, execution: Execution, why: str) -> None:
        """End a message of a rule that is no longer true."""
        numbers = (message.from_number, message.to_number)
        writes = message_dropped(self._assets, execution, why, *numbers, self._clock.now())
        await self._assets.commit([], [*writes, DropOutbox(message.execution_id)])
        self._metrics.messages.labels("dropped").inc()
        _log.warning("rule_message_not_sent", asset_id=message.asset_id, rule=execution.user, reason=why)
        await self._claims.settle(replace(execution, state=ExecutionState.TERMINATED))

    async def unknown(self, message: OutboundMessage, execution: Execution, why: str) -> None:
        """End a message that may have been sent or not; a person decides whether to send it again."""
        done = replace(execution, state=ExecutionState.UNKNOWN, finished_at=self._clock.now(), reason=why)
        parameters = {"Reason": why, "Error Code": None, "Attempts": message.attempt, "Explanation": why}
        failed = self._event(message, MESSAGE_FAILED, parameters, message.execution_id)
        fault: list[Write] = []
        if self.fault_on_failure and not self._assets.system_down:
            doubt = FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "nobody knows whether a message was sent")
            fault = self._change(message, doubt)
        await self._assets.commit(fault, [PutExecution(done), DropOutbox(message.execution_id), failed])
        self._metrics.messages.labels("unknown").inc()
        _log.warning("nobody knows whether a message was sent", asset=message.asset_id, why=why)
        await self._claims.settle(done)

    def _change(self, message: OutboundMessage, change: Change) -> list[Write]:
        if message.asset_id not in self._assets.catalog.entries:
            return []
        return list(self._assets.stage(message.asset_id, change).writes)

    def _event(self, message: OutboundMessage, name: str, parameters: Mapping[str, object], key: str) -> AppendEvent:
        return message_event(
            self._assets,
            message.asset_id,
            name,
            parameters,
            source=message.from_number,
            destination=message.to_number,
            execution_id=message.execution_id,
            key=key,
        )


def _outcome(writes: Sequence[Write]) -> str:
    return next((write.attempt.outcome for write in writes if isinstance(write, PutAttempt)), "")


def _status(text: str) -> MessageStatus:
    return MessageStatus(text) if text in set(MessageStatus) else MessageStatus.QUEUED
