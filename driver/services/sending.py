"""One attempt of one text, from writing its number down to what follows from its outcome.

The attempt is written before the network is touched, marked as in doubt until its outcome is certain. Whatever
happens in between (a crash, a time-out, a 5xx), a text in doubt is only sent again if no receipt spoke of it and
Twilio's list does not show it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import structlog

from driver.clock import Clock
from driver.config.models import SendConfig
from driver.domain.changes import Change, FaultCleared, FaultRaised
from driver.domain.codes import meaning
from driver.domain.commands import ExecutionState
from driver.domain.events import MESSAGE_ACCEPTED, MESSAGE_FAILED
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.message import MessageStatus
from driver.domain.outcome import Accepted, Failure, FailureKind
from driver.domain.phone import shortened
from driver.domain.retry import Again, RetryPolicy, decide
from driver.errors import StoreUnavailableError
from driver.ports.gateway import GatewayError, RemoteMessage, SmsGateway
from driver.ports.records import Attempt, Execution, MessageRow, OutboxText
from driver.ports.store import AppendEvent, DropOutbox, PutAttempt, PutExecution, PutMessage, PutOutbox, Store, Write
from driver.services.assets import Assets
from driver.services.claims import OPEN, Claim, Claims
from driver.services.health import Health
from driver.services.message_events import message_event
from driver.services.metrics import Metrics
from driver.services.receipts import Receipts
from driver.services.reconcile import Looked, Reconcile

_log = structlog.get_logger("driver.sending")
#: Event faults that a successful send ends.
ENDED_BY_SUCCESS = (FaultCause.SEND_FAILED, FaultCause.OPTED_OUT, FaultCause.NUMBER_PROBLEM)

#: Twilio refuses the address for receipts.
BAD_CALLBACK = 21609
#: HTTP status of a request that Twilio did not process because there were too many.
RATE_LIMIT = 429


class Sending:
    """Carries out attempts."""

    def __init__(
        self,
        store: Store,
        gateway: SmsGateway,
        assets: Assets,
        health: Health,
        receipts: Receipts,
        claims: Claims,
        clock: Clock,
        metrics: Metrics,
        config: SendConfig,
        *,
        fault_on_send_failure: bool = True,
        callback_url: str = "",
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._assets = assets
        self._health = health
        self._receipts = receipts
        self._claims = claims
        self._clock = clock
        self._metrics = metrics
        self.configure(config, fault_on_send_failure=fault_on_send_failure, callback_url=callback_url)
        self._reconcile = Reconcile(store, gateway)
        self._executions: dict[str, Execution] = {}

    def configure(self, config: SendConfig, *, fault_on_send_failure: bool, callback_url: str) -> None:
        """Take over other choices, for attempts from now on."""
        self._config = config
        self._policy = RetryPolicy(retry_permanent=config.retry_permanent)
        self._fault_on_send_failure = fault_on_send_failure
        self._callback_url = callback_url

    async def attempt(self, text: OutboxText) -> OutboxText | None:
        """Do what is due for a text; return it as it waits on, or None when it is done with.

        Raises:
            StoreUnavailableError: the database did not take the attempt down, so nothing was sent.
        """
        waiting = await self._attempt(text)
        if waiting is None:
            self._executions.pop(text.execution_id, None)
        return waiting

    async def _attempt(self, text: OutboxText) -> OutboxText | None:
        if text.in_doubt:
            if await self._decided(text):
                return None
            claim = self._claims.first(text.execution_id)
            looked = Looked(await self._claimed(text, claim)) if claim else await self._reconcile.look(text)
            if looked.found is not None:
                await self._adopt(text, looked.found)
                return None
            if looked.trouble or text.attempt >= self._policy.attempts:
                return await self._still_in_doubt(text, looked)
            if text.lookups + 1 < self._config.lookups_before_resend:
                return await self._look_later(text)
        now = self._clock.now()
        tried = Attempt(text.attempt + 1, now)
        begun = replace(
            text,
            attempt=tried.number,
            in_doubt=True,
            lookups=0,
            first_at=text.first_at or now,
            due_at=now + timedelta(seconds=self._policy.wait_s),
        )
        execution = await self._execution(text)
        executing = PutExecution(replace(execution, state=ExecutionState.EXECUTING))
        await self._store.commit([PutOutbox(begun), PutAttempt(text.execution_id, tried), executing])
        try:
            return await self._send(begun, execution, tried)
        except StoreUnavailableError as trouble:
            _log.error("the outcome of an attempt could not be stored; it will be looked up", trouble=str(trouble))
        except Exception:  # noqa: BLE001 - whatever broke, the text may be at Twilio, and its lane goes on
            _log.exception("an attempt broke; what became of it will be looked up", asset=text.asset_id)
        return replace(begun, due_at=self._clock.now() + timedelta(seconds=self._policy.wait_s))

    async def _send(self, begun: OutboxText, execution: Execution, tried: Attempt) -> OutboxText | None:
        _log.info("sending", asset=begun.asset_id, to=shortened(begun.recipient), attempt=tried.number)
        outcome = await self._gateway.send(
            sender=begun.sender,
            recipient=begun.recipient,
            body=begun.body,
            validity_s=self._validity(begun),
            callback=self._callback_url and f"{self._callback_url}?execution={begun.execution_id}",
        )
        if isinstance(outcome, Accepted):
            await self._accepted(begun, execution, outcome, replace(tried, outcome="accepted", sid=outcome.sid))
            return None
        return await self._failed(begun, execution, outcome, tried)

    def _validity(self, text: OutboxText) -> int | None:
        """Return for how many seconds the text may still be delivered, so that a stale alarm never arrives."""
        if text.expires_at is None:
            return None
        return max(1, int((text.expires_at - self._clock.now()).total_seconds()))

    async def _accepted(self, text: OutboxText, execution: Execution, outcome: Accepted, tried: Attempt) -> None:
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

    async def _decided(self, text: OutboxText) -> bool:
        """Tell whether the end of a text is on disk, although an attempt was cut short after that."""
        held = await self._store.execution(text.execution_id)
        return held is not None and held[0].state not in OPEN

    async def _claimed(self, text: OutboxText, claim: Claim) -> RemoteMessage:
        """Return the message that a receipt spoke of: as Twilio shows it, or as little as the receipt tells."""
        try:
            found = await self._gateway.message(claim.sid)
        except GatewayError:
            found = None
        if found is None:
            queued = MessageStatus.QUEUED.value
            return RemoteMessage(claim.sid, "outbound-api", text.sender, text.recipient, text.body, queued, None, None)
        return found

    async def _failed(
        self, text: OutboxText, execution: Execution, failure: Failure, tried: Attempt
    ) -> OutboxText | None:
        now = self._clock.now()
        ended = replace(
            tried,
            outcome=failure.kind.value,
            http_status=failure.http_status,
            code=failure.code,
            detail=failure.detail,
        )
        _log.warning("attempt failed", asset=text.asset_id, attempt=tried.number, detail=failure.detail)
        self._metrics.attempts.labels(failure.kind.value).inc()
        if failure.transport:
            self._health.ask()
        if failure.http_status == RATE_LIMIT:
            await self._health.rate_limited(failure.detail)
        if failure.code == BAD_CALLBACK and self._callback_url:
            await self._give_up_callbacks(failure)
        doubtful = failure.kind is FailureKind.UNKNOWN
        verdict = decide(self._policy, text.attempt, failure, now, text.expires_at)
        if isinstance(verdict, Again):
            waiting = replace(text, due_at=verdict.due, in_doubt=doubtful)
            await self._store.commit([PutAttempt(text.execution_id, ended), PutOutbox(waiting)])
            return waiting
        if doubtful:
            waiting = replace(text, due_at=now, in_doubt=True)
            await self._store.commit([PutAttempt(text.execution_id, ended), PutOutbox(waiting)])
            return waiting
        await self._terminate(text, execution, failure, verdict.why, [PutAttempt(text.execution_id, ended)])
        return None

    async def _give_up_callbacks(self, failure: Failure) -> None:
        """Twilio cannot use our address for receipts: go on without, ask for each message instead, and say so."""
        self._callback_url = ""
        known = meaning(failure.code, FaultCause.WEBHOOK_INVALID, failure.detail)
        raised = FaultRaised(known.cause, CauseKind.CONDITION, known.words, failure.code, known.hint)
        await self._assets.apply(self._assets.catalogue.system.asset_id, raised)

    def _callbacks_work(self) -> list[Write]:
        """Twilio took a text together with our address for receipts: what was wrong with the address is over."""
        system = self._assets.catalogue.system.asset_id
        faults = self._assets.get(system).facts.faults
        if not self._callback_url or all(fault.cause is not FaultCause.WEBHOOK_INVALID for fault in faults):
            return []
        return list(self._assets.stage(system, FaultCleared(CauseKind.CONDITION, (FaultCause.WEBHOOK_INVALID,))).writes)

    async def _terminate(
        self, text: OutboxText, execution: Execution, failure: Failure, why: str, writes: Sequence[Write]
    ) -> None:
        """End a text for good. If the system has no communication, that is the alarm; the phone gets no second one."""
        if failure.transport:
            await self._health.probe()
        known = meaning(failure.code, FaultCause.SEND_FAILED, "a message could not be sent")
        more: list[Write] = []
        if self._fault_on_send_failure and not (failure.transport and self._assets.system_down):
            words = known.words if failure.code else f"{known.words}: {failure.detail}"
            more = self._change(text, FaultRaised(known.cause, CauseKind.EVENT, words, failure.code, known.hint))
        done = replace(execution, state=ExecutionState.TERMINATED, finished_at=self._clock.now(), reason=why)
        parameters = {"Reason": why, "Error Code": failure.code, "Attempts": text.attempt, "Explanation": known.words}
        failed = self._event(text, MESSAGE_FAILED, parameters, text.execution_id)
        await self._assets.commit(more, [*writes, PutExecution(done), DropOutbox(text.execution_id), failed])
        self._metrics.messages.labels("terminated").inc()
        _log.warning("message terminated", asset=text.asset_id, why=why)
        await self._claims.settle(done)

    async def _adopt(self, text: OutboxText, found: RemoteMessage) -> None:
        execution = await self._execution(text)
        number = text.attempt
        held = await self._store.execution(text.execution_id)
        tried = next((a for a in held[1] if a.number == number), None) if held else None
        tried = tried or Attempt(number, text.first_at or self._clock.now())
        _log.info("found at Twilio, not sent again", asset=text.asset_id, sid=found.sid)
        outcome = Accepted(found.sid, found.status, found.segments)
        detail = f"found at Twilio after all ({tried.detail or 'no answer'})"
        await self._accepted(text, execution, outcome, replace(tried, outcome="adopted", sid=found.sid, detail=detail))

    async def _still_in_doubt(self, text: OutboxText, looked: Looked) -> OutboxText | None:
        """Look again later; after the last look either it is not there, or nobody can tell and a person must decide."""
        now = self._clock.now()
        held = await self._store.execution(text.execution_id)
        last = held[1][-1] if held and held[1] else Attempt(text.attempt, now)
        answered = last.http_status is not None
        looks = text.lookups + 1
        if (answered and not looked.trouble) or looks >= self._config.lookups:
            execution = await self._execution(text)
            if not looked.trouble:
                why = f"attempt {text.attempt} of {self._policy.attempts} failed: {last.detail or 'no answer'}"
                failure = Failure(FailureKind.UNKNOWN, last.detail, last.http_status, last.code, transport=True)
                await self._terminate(text, execution, failure, why, [])
                return None
            why = f"Twilio may have it or not, and cannot be asked: {looked.trouble}"
            done = replace(execution, state=ExecutionState.UNKNOWN, finished_at=now, reason=why)
            parameters = {"Reason": why, "Error Code": None, "Attempts": text.attempt, "Explanation": why}
            failed = self._event(text, MESSAGE_FAILED, parameters, text.execution_id)
            doubt = FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "nobody knows whether a message was sent")
            fault = [] if self._assets.system_down else self._change(text, doubt)
            await self._assets.commit(fault, [PutExecution(done), DropOutbox(text.execution_id), failed])
            self._metrics.messages.labels("unknown").inc()
            await self._claims.settle(done)
            return None
        return await self._look_later(text)

    async def _look_later(self, text: OutboxText) -> OutboxText:
        due = self._clock.now() + timedelta(seconds=self._config.lookup_wait_s)
        waiting = replace(text, lookups=text.lookups + 1, due_at=due)
        await self._store.commit([PutOutbox(waiting)])
        return waiting

    def know(self, execution: Execution) -> None:
        """Take note of an execution whose text waits, so that it need not be read for each attempt."""
        self._executions[execution.execution_id] = execution

    async def _execution(self, text: OutboxText) -> Execution:
        known = self._executions.get(text.execution_id)
        if known is None:
            held = await self._store.execution(text.execution_id)
            if held is None:
                raise LookupError(f"execution {text.execution_id} is gone")
            known = held[0]
            self.know(known)
        return known

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
