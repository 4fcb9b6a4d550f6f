"""How a text ends, each way in one commit: Twilio has taken it, it is terminated, or nobody knows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import structlog

from driver.clock import Clock
from driver.domain.changes import Change, FaultCleared, FaultRaised
from driver.domain.codes import meaning
from driver.domain.commands import ExecutionState
from driver.domain.events import MESSAGE_ACCEPTED, MESSAGE_FAILED
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.message import MessageStatus
from driver.domain.outcome import Accepted, Failure
from driver.ports.records import Attempt, Execution, MessageRow, OutboxText
from driver.ports.store import AppendEvent, DropOutbox, PutAttempt, PutExecution, PutMessage, Write
from driver.services.assets import Assets
from driver.services.claims import Claims
from driver.services.health import Health
from driver.services.message_events import message_event
from driver.services.metrics import Metrics
from driver.services.receipts import Receipts

_log = structlog.get_logger("driver.sending")
#: Event faults that a successful send ends.
ENDED_BY_SUCCESS = (FaultCause.SEND_FAILED, FaultCause.OPTED_OUT, FaultCause.NUMBER_PROBLEM)


class Endings:
    """Ends texts, and says what that means for their assets."""

    def __init__(
        self, assets: Assets, health: Health, receipts: Receipts, claims: Claims, clock: Clock, metrics: Metrics
    ) -> None:
        self._assets = assets
        self._health = health
        self._receipts = receipts
        self._claims = claims
        self._clock = clock
        self._metrics = metrics
        self.fault_on_failure = True
        self.with_callback = False

    async def accepted(self, text: OutboxText, execution: Execution, outcome: Accepted, tried: Attempt) -> None:
        """End a text that Twilio has taken."""
        now = self._clock.now()
        self._health.answered()
        message = MessageRow(
            sid=outcome.sid,
            direction="outbound",
            source=text.sender,
            destination=text.recipient,
            body=text.body,
            status=_status(outcome.status),
            created_at=now,
            updated_at=now,
            execution_id=text.execution_id,
            asset_id=text.asset_id,
            segments=outcome.segments,
        )
        done = replace(execution, state=ExecutionState.SUCCEEDED, finished_at=now, message_sid=outcome.sid)
        writes: list[Write] = [
            PutAttempt(text.execution_id, tried),
            PutExecution(done),
            DropOutbox(text.execution_id),
            PutMessage(message),
            self._event(
                text,
                MESSAGE_ACCEPTED,
                {"Message SID": outcome.sid, "Attempts": text.attempt, "Explanation": "Twilio has taken the text"},
                outcome.sid,
            ),
        ]
        staged = self._change(text, FaultCleared(CauseKind.EVENT, ENDED_BY_SUCCESS)) + self._callbacks_work()
        await self._assets.commit(staged, writes)
        self._metrics.attempts.labels(tried.outcome).inc()
        self._metrics.messages.labels("accepted").inc()
        _log.info("accepted by Twilio", asset=text.asset_id, sid=outcome.sid, attempt=tried.number)
        self._receipts.follow(message)
        await self._claims.settle(done)

    def _callbacks_work(self) -> list[Write]:
        """Twilio took a text together with our address for receipts: what was wrong with the address is over."""
        system = self._assets.catalogue.system.asset_id
        faults = self._assets.get(system).facts.faults
        if not self.with_callback or all(fault.cause is not FaultCause.WEBHOOK_INVALID for fault in faults):
            return []
        return list(self._assets.stage(system, FaultCleared(CauseKind.CONDITION, (FaultCause.WEBHOOK_INVALID,))).writes)

    async def terminated(
        self, text: OutboxText, execution: Execution, failure: Failure, why: str, writes: Sequence[Write]
    ) -> None:
        """End a text for good. If the system has no communication, that is the alarm; the phone gets no second one."""
        if failure.transport:
            await self._health.probe()
        known = meaning(failure.code, FaultCause.SEND_FAILED, "a message could not be sent")
        more: list[Write] = []
        if self.fault_on_failure and not (failure.transport and self._assets.system_down):
            words = known.words if failure.code else f"{known.words}: {failure.detail}"
            more = self._change(text, FaultRaised(known.cause, CauseKind.EVENT, words, failure.code, known.hint))
        done = replace(execution, state=ExecutionState.TERMINATED, finished_at=self._clock.now(), reason=why)
        parameters = {"Reason": why, "Error Code": failure.code, "Attempts": text.attempt, "Explanation": known.words}
        failed = self._event(text, MESSAGE_FAILED, parameters, text.execution_id)
        await self._assets.commit(more, [*writes, PutExecution(done), DropOutbox(text.execution_id), failed])
        self._metrics.messages.labels("terminated").inc()
        _log.warning("message terminated", asset=text.asset_id, why=why)
        await self._claims.settle(done)

    async def unknown(self, text: OutboxText, execution: Execution, why: str) -> None:
        """End a text of which nobody can tell whether it was sent; a person decides whether to send it again."""
        done = replace(execution, state=ExecutionState.UNKNOWN, finished_at=self._clock.now(), reason=why)
        parameters = {"Reason": why, "Error Code": None, "Attempts": text.attempt, "Explanation": why}
        failed = self._event(text, MESSAGE_FAILED, parameters, text.execution_id)
        fault: list[Write] = []
        if self.fault_on_failure and not self._assets.system_down:
            doubt = FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "nobody knows whether a message was sent")
            fault = self._change(text, doubt)
        await self._assets.commit(fault, [PutExecution(done), DropOutbox(text.execution_id), failed])
        self._metrics.messages.labels("unknown").inc()
        _log.warning("nobody knows whether a message was sent", asset=text.asset_id, why=why)
        await self._claims.settle(done)

    def _change(self, text: OutboxText, change: Change) -> list[Write]:
        if text.asset_id not in self._assets.catalogue.entries:
            return []
        return list(self._assets.stage(text.asset_id, change).writes)

    def _event(self, text: OutboxText, name: str, parameters: Mapping[str, object], key: str) -> AppendEvent:
        return message_event(
            self._assets,
            text.asset_id,
            name,
            parameters,
            source=text.sender,
            destination=text.recipient,
            execution_id=text.execution_id,
            key=key,
        )


def _status(text: str) -> MessageStatus:
    return MessageStatus(text) if text in set(MessageStatus) else MessageStatus.QUEUED
