"""Carries out what ``domain.delivery`` decides about a message: hands it to Twilio, looks it up, waits, ends it.

Every step is one commit, and an attempt is on disk before the network is touched. Whatever happens in between (a
crash, a time-out, a broken database), the message is in doubt then and is looked up before it is sent again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from driver.config.models import SendConfig
from driver.domain.asset_changes import FaultRaised
from driver.domain.commands import (
    ABOUT,
    DESTINATION_NUMBER,
    MESSAGE_CONTENT,
    SOURCE_PHONE_NUMBER,
    Command,
    ExecutionState,
)
from driver.domain.delivery import (
    ADOPTED,
    Broken,
    DeliveryPolicy,
    Drop,
    Due,
    EndUnknown,
    Found,
    LookUp,
    LookupFailed,
    NotFound,
    Observation,
    Obsolete,
    OutboundMessage,
    Send,
    Step,
    Succeed,
    Terminate,
    step,
)
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.phone_numbers import is_messaging_service, shortened
from driver.domain.relevance import Subject, read
from driver.domain.send_result import Accepted, Failure, FailureKind, Limit
from driver.domain.twilio_errors import meaning
from driver.errors import StoreUnavailableError
from driver.ports.gateway import GatewayError, SmsGateway
from driver.ports.records import Execution
from driver.ports.store import DropOutbox, PutAttempt, PutExecution, PutOutbox, Store, Write
from driver.runtime.clock import Clock
from driver.runtime.metrics import Metrics
from driver.services.assets import Assets
from driver.services.delivery_tracking import DeliveryTracking
from driver.services.message_lookup import MessageLookup, judged
from driver.services.orphan_receipts import OPEN, OrphanReceipt, OrphanReceipts
from driver.services.rate_limits import RateLimits
from driver.services.send_outcomes import SendOutcomes
from driver.services.twilio_monitor import TwilioMonitor

_log = structlog.get_logger("driver.sending")
#: Twilio refuses the address for receipts.
BAD_CALLBACK = 21609
#: How far this machine's clock may be ahead of Twilio's before the first answer tells.
LARGEST_SKEW = timedelta(days=1)


class SendAttempts:
    """Takes messages from one wait to the next, or to their end."""

    def __init__(
        self,
        store: Store,
        gateway: SmsGateway,
        assets: Assets,
        health: TwilioMonitor,
        receipts: DeliveryTracking,
        claims: OrphanReceipts,
        limits: RateLimits,
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
        self._claims = claims
        self._limits = limits
        self._clock = clock
        self._metrics = metrics
        self.outcomes = SendOutcomes(assets, health, receipts, claims, clock, metrics)
        self.configure(config, fault_on_send_failure=fault_on_send_failure, callback_url=callback_url)
        self._reconcile = MessageLookup(store, gateway)
        self._executions: dict[str, Execution] = {}
        self._services: set[str] = set()

    def configure(self, config: SendConfig, *, fault_on_send_failure: bool, callback_url: str) -> None:
        """Take over other choices, for steps from now on."""
        self._policy = DeliveryPolicy(
            retry_permanent=config.retry_permanent,
            lookups=config.lookups,
            lookups_before_resend=config.lookups_before_resend,
            lookup_wait_s=config.lookup_wait_s,
        )
        self.outcomes.fault_on_failure = fault_on_send_failure
        self._call_back(callback_url)

    def _call_back(self, url: str) -> None:
        self._callback_url = url
        self.outcomes.with_callback = bool(url)

    async def work(self, message: OutboundMessage) -> OutboundMessage | None:
        """Do what is due for a message; return it as it waits on, or None when it has ended.

        Raises:
            StoreUnavailableError: the database did not store the attempt, so nothing was sent.
        """
        if message.in_doubt and await self._ended_on_disk(message):
            self._forget(message)
            return None
        observation: Observation = Due()
        while True:
            taken = step(message, observation, self._policy, self._clock.now())
            if isinstance(taken.action, Send):
                about = await self._about(message)
                if why := self._assets.why_over(about):
                    return await self._carry_out(step(message, Obsolete(why), self._policy, self._clock.now()))
                if about and _never_left(message):
                    message = replace(message, body=self._assets.reworded(message.body, about))
                    taken = step(message, observation, self._policy, self._clock.now())
                return await self._after_begin(await self._begin(taken))
            if isinstance(taken.action, LookUp):
                message = await self._with_last(taken.message)
                observation = await self._look_up(message)
                continue
            return await self._carry_out(taken)

    async def give_up(self, message: OutboundMessage, detail: str) -> None:
        """End a message on which the driver itself failed: nobody knows what became of it, and a person decides.

        Raises:
            StoreUnavailableError: the database did not store it.
        """
        stored = await self._store.execution(message.execution_id)
        execution = stored[0] if stored else _rebuilt(message, self._assets.catalog.system.asset_id)
        self.know(execution)
        if execution.state.final:
            await self._store.commit([DropOutbox(message.execution_id)])
            self._forget(message)
        else:
            await self._carry_out(step(message, Broken(detail), self._policy, self._clock.now()))

    @property
    def longest_wait(self) -> timedelta:
        """How long a message waits at most between two attempts or lookups."""
        return timedelta(seconds=max(self._policy.wait_s, self._policy.lookup_wait_s))

    async def as_stored(self, message: OutboundMessage) -> OutboundMessage:
        """Return a message whose attempt was cut short as it stands on disk: if it was begun, it may be at Twilio.

        Raises:
            StoreUnavailableError: the database does not tell.
        """
        stored = await self._store.execution(message.execution_id)
        begun = stored[1][-1].number if stored and stored[1] else 0
        return replace(message, attempt=begun, in_doubt=True, last=None) if begun > message.attempt else message

    def know(self, execution: Execution) -> None:
        """Take note of an execution whose message waits, so that it need not be read for each attempt."""
        self._executions[execution.execution_id] = execution

    async def _about(self, message: OutboundMessage) -> Sequence[Subject]:
        """Return what a message of a rule stands and falls with; messages of operators and workflows always go out."""
        return read((await self._execution(message)).parameters.get(ABOUT, ""))

    async def _begin(self, taken: Step) -> OutboundMessage:
        message = taken.message
        if message.first_at is None:
            message = replace(message, first_at=self._twilio_time())
        executing = PutExecution(replace(await self._execution(message), state=ExecutionState.EXECUTING))
        await self._store.commit([PutOutbox(message), *_attempt(taken), executing])
        if is_messaging_service(message.from_number):
            self._services.add(message.from_number)
        return message

    def _twilio_time(self) -> datetime:
        """Return what Twilio's clock shows; before its first answer, a moment that is early enough for any clock."""
        known = self._gateway.twilio_time(self._clock.monotonic())
        return known or self._clock.now() - LARGEST_SKEW

    async def _after_begin(self, begun: OutboundMessage) -> OutboundMessage | None:
        """Send a message whose attempt is on disk; whatever breaks from now on leaves it in doubt."""
        try:
            outcome = await self._send(begun)
            return await self._carry_out(step(begun, outcome, self._policy, self._clock.now()))
        except StoreUnavailableError as exc:
            _log.error("the outcome of an attempt could not be stored; it will be looked up", error=str(exc))
        except Exception:  # noqa: BLE001 - whatever broke, the message may be at Twilio, and its lane goes on
            _log.exception("an attempt broke; what became of it will be looked up", asset=begun.asset_id)
        return replace(begun, due_at=self._clock.now() + timedelta(seconds=self._policy.wait_s))

    async def _send(self, begun: OutboundMessage) -> Accepted | Failure:
        _log.info("sending", asset=begun.asset_id, to=shortened(begun.to_number), attempt=begun.attempt)
        outcome = await self._gateway.send(
            from_number=begun.from_number,
            to_number=begun.to_number,
            body=begun.body,
            life=begun.life(self._clock.now()),
            callback=self._callback_url and f"{self._callback_url}?execution={begun.execution_id}",
        )
        if isinstance(outcome, Failure):
            await self._note_failure(begun, outcome)
        else:
            self._limits.accepted(begun.from_number, resent=begun.attempt > 1)
        return outcome

    async def _note_failure(self, message: OutboundMessage, failure: Failure) -> None:
        """Pass on what a failure tells about more than this message."""
        _log.warning("attempt failed", asset=message.asset_id, attempt=message.attempt, detail=failure.detail)
        self._metrics.attempts.labels(failure.kind.value).inc()
        if failure.transport:
            self._health.ask()
        if failure.limit is Limit.ACCOUNT:
            await self._health.rate_limited(failure.detail)
        if failure.code == BAD_CALLBACK and self._callback_url:
            await self._give_up_callbacks(failure)

    async def _give_up_callbacks(self, failure: Failure) -> None:
        """Twilio cannot use our address for receipts: go on without, ask for each message instead, and say so."""
        self._call_back("")
        known = meaning(failure.code, FaultCause.WEBHOOK_INVALID, failure.detail)
        raised = FaultRaised(known.cause, CauseKind.CONDITION, known.text, failure.code, known.hint)
        await self._assets.apply(self._assets.catalog.system.asset_id, raised)

    async def _look_up(self, message: OutboundMessage) -> Observation:
        """Find out whether Twilio has a message: a receipt names it, or else Twilio's list shows it or not."""
        claim = self._claims.live(message.execution_id)
        if claim is not None:
            return await self._claimed(claim)
        others = {*self._services, *self._assets.catalog.messaging_services} - {message.from_number}
        observation = await self._reconcile.look(message, others)
        if self._assets.system_down and not isinstance(observation, LookupFailed):
            await self._health.probe()  # Twilio answers, so that a message about the lost line may be obsolete
        return observation

    async def _claimed(self, claim: OrphanReceipt) -> Found | NotFound:
        """Return the message that a receipt named: as Twilio shows it, or as little as the receipt says."""
        try:
            row = await self._gateway.message(claim.sid)
        except GatewayError:
            row = None
        return Found(Accepted(claim.sid, claim.status)) if row is None else judged([row])

    async def _carry_out(self, taken: Step) -> OutboundMessage | None:
        """Store what a step decided, and all that follows from it, in one commit."""
        message, writes = taken.message, _attempt(taken)
        match taken.action:
            case Succeed(accepted):
                if taken.attempt is not None and taken.attempt.outcome == ADOPTED:
                    _log.info("found at Twilio, not sent again", asset=message.asset_id, sid=accepted.sid)
                await self.outcomes.accepted(message, await self._execution(message), accepted, writes)
            case Terminate(why, failure):
                await self.outcomes.terminated(message, await self._execution(message), failure, why, writes)
            case Drop(why):
                await self.outcomes.dropped(message, await self._execution(message), why)
            case EndUnknown(why):
                await self.outcomes.unknown(message, await self._execution(message), why)
            case _:
                await self._store.commit([*writes, PutOutbox(message)])
                return message
        self._forget(message)
        return None

    async def _ended_on_disk(self, message: OutboundMessage) -> bool:
        """Return whether the end of a message is on disk, although an attempt was cut short after that."""
        stored = await self._store.execution(message.execution_id)
        return stored is not None and stored[0].state not in OPEN

    async def _with_last(self, message: OutboundMessage) -> OutboundMessage:
        """Return a message with its latest attempt, which is read from the store after a restart."""
        if message.last is not None:
            return message
        stored = await self._store.execution(message.execution_id)
        last = next((attempt for attempt in stored[1] if attempt.number == message.attempt), None) if stored else None
        return replace(message, last=last)

    def _forget(self, message: OutboundMessage) -> None:
        self._executions.pop(message.execution_id, None)

    async def _execution(self, message: OutboundMessage) -> Execution:
        known = self._executions.get(message.execution_id)
        if known is None:
            stored = await self._store.execution(message.execution_id)
            if stored is None:
                raise LookupError(f"execution {message.execution_id} is gone")
            known = stored[0]
            self.know(known)
        return known


def _never_left(message: OutboundMessage) -> bool:
    """Return whether nobody can have a message yet, so that its words may still change; a look goes by them."""
    refused = message.last is not None and message.last.outcome in (FailureKind.TRANSIENT, FailureKind.REFUSED)
    return not message.attempt or (message.attempt == 1 and refused)


def _attempt(taken: Step) -> list[Write]:
    return [] if taken.attempt is None else [PutAttempt(taken.message.execution_id, taken.attempt)]


def _rebuilt(message: OutboundMessage, system_id: str) -> Execution:
    """Return an execution for a message whose own is gone, so that the message can be seen and sent again."""
    parameters = {MESSAGE_CONTENT: message.body}
    if not message.asset_id:
        parameters |= {DESTINATION_NUMBER: message.to_number, SOURCE_PHONE_NUMBER: message.from_number}
    return Execution(
        execution_id=message.execution_id,
        command_id="",
        asset_id=message.asset_id or system_id,
        scope="asset" if message.asset_id else "system",
        command=Command.SEND_MESSAGE.value,
        parameters=parameters,
        user="",
        workstation="",
        state=ExecutionState.ACCEPTED,
        created_at=message.created_at,
    )
