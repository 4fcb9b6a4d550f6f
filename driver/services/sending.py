"""One attempt of one text, from writing its number down to its outcome.

The attempt is written before the network is touched, marked as in doubt until its outcome is certain. Whatever
happens in between (a crash, a time-out, a 5xx), a text in doubt is only sent again if no receipt spoke of it and
Twilio's list does not show it.
"""

from dataclasses import replace
from datetime import timedelta

import structlog

from driver.clock import Clock
from driver.config.models import SendConfig
from driver.domain.changes import FaultRaised
from driver.domain.codes import meaning
from driver.domain.commands import (
    DESTINATION_NUMBER,
    MESSAGE_CONTENT,
    SOURCE_PHONE_NUMBER,
    Command,
    ExecutionState,
)
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.message import MessageStatus
from driver.domain.outcome import Accepted, Failure, FailureKind
from driver.domain.phone import shortened
from driver.domain.retry import Again, RetryPolicy, decide
from driver.errors import StoreUnavailableError
from driver.ports.gateway import GatewayError, RemoteMessage, SmsGateway
from driver.ports.records import Attempt, Execution, OutboxText
from driver.ports.store import DropOutbox, PutAttempt, PutExecution, PutOutbox, Store
from driver.services.assets import Assets
from driver.services.claims import OPEN, Claim, Claims
from driver.services.endings import Endings
from driver.services.health import Health
from driver.services.metrics import Metrics
from driver.services.receipts import Receipts
from driver.services.reconcile import Looked, Reconcile

_log = structlog.get_logger("driver.sending")
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
        self.endings = Endings(assets, health, receipts, claims, clock, metrics)
        self.configure(config, fault_on_send_failure=fault_on_send_failure, callback_url=callback_url)
        self._reconcile = Reconcile(store, gateway)
        self._executions: dict[str, Execution] = {}

    def configure(self, config: SendConfig, *, fault_on_send_failure: bool, callback_url: str) -> None:
        """Take over other choices, for attempts from now on."""
        self._config = config
        self._policy = RetryPolicy(retry_permanent=config.retry_permanent)
        self.endings.fault_on_failure = fault_on_send_failure
        self._call_back(callback_url)

    def _call_back(self, url: str) -> None:
        self._callback_url = url
        self.endings.with_callback = bool(url)

    @property
    def longest_wait(self) -> timedelta:
        """How long a text waits at most between two attempts or lookups."""
        return timedelta(seconds=max(self._policy.wait_s, self._config.lookup_wait_s))

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
            await self.endings.accepted(begun, execution, outcome, replace(tried, outcome="accepted", sid=outcome.sid))
            return None
        return await self._failed(begun, execution, outcome, tried)

    def _validity(self, text: OutboxText) -> int | None:
        """Return for how many seconds the text may still be delivered, so that a stale alarm never arrives."""
        if text.expires_at is None:
            return None
        # A wall clock that was set back must not ask Twilio for a longer life than the text ever had.
        life = (text.expires_at - max(self._clock.now(), text.created_at)).total_seconds()
        return max(1, int(life))

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
        await self.endings.terminated(text, execution, failure, verdict.why, [PutAttempt(text.execution_id, ended)])
        return None

    async def _give_up_callbacks(self, failure: Failure) -> None:
        """Twilio cannot use our address for receipts: go on without, ask for each message instead, and say so."""
        self._call_back("")
        known = meaning(failure.code, FaultCause.WEBHOOK_INVALID, failure.detail)
        raised = FaultRaised(known.cause, CauseKind.CONDITION, known.words, failure.code, known.hint)
        await self._assets.apply(self._assets.catalogue.system.asset_id, raised)

    async def _adopt(self, text: OutboxText, found: RemoteMessage) -> None:
        execution = await self._execution(text)
        number = text.attempt
        held = await self._store.execution(text.execution_id)
        tried = next((a for a in held[1] if a.number == number), None) if held else None
        tried = tried or Attempt(number, text.first_at or self._clock.now())
        _log.info("found at Twilio, not sent again", asset=text.asset_id, sid=found.sid)
        outcome = Accepted(found.sid, found.status, found.segments)
        detail = f"found at Twilio after all ({tried.detail or 'no answer'})"
        await self.endings.accepted(
            text, execution, outcome, replace(tried, outcome="adopted", sid=found.sid, detail=detail)
        )

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
                await self.endings.terminated(text, execution, failure, why, [])
                return None
            why = f"Twilio may have it or not, and cannot be asked: {looked.trouble}"
            await self.endings.unknown(text, execution, why)
            return None
        return await self._look_later(text)

    async def give_up(self, text: OutboxText, trouble: str) -> None:
        """End a text that the driver cannot work on: nobody knows its fate, and a person decides.

        Raises:
            StoreUnavailableError: the database did not take it down.
        """
        held = await self._store.execution(text.execution_id)
        execution = held[0] if held else _execution_again(text, self._assets.catalogue.system.asset_id)
        if execution.state.final:
            await self._store.commit([DropOutbox(text.execution_id)])
        else:
            await self.endings.unknown(text, execution, f"the driver could not work on it: {trouble}")
        self._executions.pop(text.execution_id, None)

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


def _execution_again(text: OutboxText, system_id: str) -> Execution:
    """Return an execution for a text whose own is gone, so that the text can be seen and sent again."""
    parameters = {MESSAGE_CONTENT: text.body}
    if not text.asset_id:
        parameters |= {DESTINATION_NUMBER: text.recipient, SOURCE_PHONE_NUMBER: text.sender}
    return Execution(
        execution_id=text.execution_id,
        command_id="",
        asset_id=text.asset_id or system_id,
        scope="asset" if text.asset_id else "system",
        command=Command.SEND_MESSAGE.value,
        parameters=parameters,
        user="",
        workstation="",
        state=ExecutionState.ACCEPTED,
        created_at=text.created_at,
    )
