"""Carries out what ``domain.delivery`` decides about a message: sends it to Twilio, looks it up, waits, ends it.

Every step is one commit, and an attempt is on disk before the network is touched. Whatever happens in between (a
crash, a timeout, a broken database), the message is then in doubt and is looked up before it is sent again.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from driver.config.models import SendConfig
from driver.domain.commands import ABOUT
from driver.domain.delivery import Action, Broken, DeliveryPolicy, Due, Observation, Obsolete, Step, step
from driver.domain.outbound_message import OutboundMessage
from driver.domain.phone_numbers import shortened
from driver.domain.relevance import read
from driver.domain.send_result import Failure
from driver.errors import StoreUnavailableError
from driver.ports.gateway import SmsGateway
from driver.ports.store import Store
from driver.runtime.clock import Clock
from driver.services.assets import Assets
from driver.services.message_lookup import MessageLookup
from driver.services.send_outcomes import SendOutcomes

_log = structlog.get_logger("driver.sending")
#: How far this machine's clock may be ahead of Twilio's until the first response shows the difference.
MAX_SKEW = timedelta(days=1)


class SendAttempts:
    """Takes messages from one wait to the next, or to their end."""

    def __init__(
        self,
        store: Store,
        gateway: SmsGateway,
        assets: Assets,
        *,
        lookup: MessageLookup,
        outcomes: SendOutcomes,
        clock: Clock,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._assets = assets
        self._lookup = lookup
        self.outcomes = outcomes
        self._clock = clock
        self._policy = DeliveryPolicy()

    def configure(self, config: SendConfig) -> None:
        """Apply new settings to steps from now on."""
        self._policy = DeliveryPolicy(
            retry_permanent=config.retry_permanent,
            lookups=config.lookups,
            lookups_before_resend=config.lookups_before_resend,
            lookup_wait_s=config.lookup_wait_s,
        )

    @property
    def longest_wait(self) -> timedelta:
        """The maximum wait of a message between two attempts or look-ups."""
        return timedelta(seconds=max(self._policy.wait_s, self._policy.lookup_wait_s))

    async def work(self, message: OutboundMessage) -> OutboundMessage | None:
        """Do what is due for a message; return the message if it still waits, or None if it ended.

        Raises:
            StoreUnavailableError: the database did not store the attempt, so nothing was sent.
        """
        if message.in_doubt:
            stored = await self._as_stored(message)
            if stored is None:
                return None
            message = stored
        observation: Observation = Due()
        while True:
            taken = self._step(message, observation)
            if taken.action is Action.SEND:
                return await self._send(message, taken.message)
            if taken.action is not Action.LOOK_UP:
                return await self._carry_out(taken)
            observation = await self._lookup.look_up(message)

    async def give_up(self, message: OutboundMessage, detail: str) -> None:
        """End a message on which the driver itself failed: its outcome is unknown, and a person decides.

        Raises:
            StoreUnavailableError: the database did not store it.
        """
        stored = await self._as_stored(message)
        if stored is not None:
            await self._carry_out(self._step(stored, Broken(detail)))

    def _step(self, message: OutboundMessage, observation: Observation) -> Step:
        return step(message, observation, self._policy, now=self._clock.now())

    async def _as_stored(self, message: OutboundMessage) -> OutboundMessage | None:
        """Return a message as stored, which shows whether an attempt was cut short; None if it ended."""
        stored = await self._store.execution(message.execution_id)
        if not isinstance(stored, OutboundMessage) or stored.state.final:
            return None
        return replace(message, state=stored.state, attempts=stored.attempts, in_doubt=stored.in_doubt)

    async def _send(self, waiting: OutboundMessage, begun: OutboundMessage) -> OutboundMessage | None:
        """Begin an attempt, unless the message of a rule is no longer true; operators' messages always go out."""
        subjects = read(waiting.parameters.get(ABOUT, ""))
        if why := self._assets.why_over(subjects):
            return await self._carry_out(self._step(waiting, Obsolete(why)))
        if subjects and waiting.never_left:
            begun = begun.with_body(self._assets.reworded(begun.body, subjects))
        if begun.first_at is None:
            begun = replace(begun, first_at=self._twilio_time())
        await self._store.commit([begun])
        self._lookup.note_sender(begun.from_number)
        try:
            return await self._hand_over(begun)
        except StoreUnavailableError as exc:
            _log.error("attempt_outcome_not_stored", asset_id=begun.asset_id, reason=str(exc))
        except Exception:  # noqa: BLE001 - whatever failed, Twilio may have the message, and its lane continues
            _log.exception("attempt_broken", asset_id=begun.asset_id)
        return replace(begun, due_at=self._clock.now() + timedelta(seconds=self._policy.wait_s))

    def _twilio_time(self) -> datetime:
        """Return Twilio's time; before its first response, a time that is early enough for any clock."""
        known = self._gateway.twilio_time(self._clock.monotonic())
        return known or self._clock.now() - MAX_SKEW

    async def _hand_over(self, begun: OutboundMessage) -> OutboundMessage | None:
        """Send a message whose attempt is on disk; any failure from now on leaves it in doubt."""
        to_number, attempt = shortened(begun.to_number), len(begun.attempts)
        _log.info("attempt_started", asset_id=begun.asset_id, to_number=to_number, attempt=attempt)
        url = self.outcomes.callback_url
        outcome = await self._gateway.send(begun, callback=url and f"{url}?execution={begun.execution_id}")
        if isinstance(outcome, Failure):
            await self.outcomes.attempt_failed(begun, outcome)
        return await self._carry_out(self._step(begun, outcome))

    async def _carry_out(self, taken: Step) -> OutboundMessage | None:
        """Store the decision of a step, and everything that follows from it, in one commit."""
        if taken.action is Action.END:
            await self.outcomes.end(taken.message, taken.outcome)
            return None
        if taken.action is Action.NOTHING:
            return None
        await self._store.commit([taken.message])
        return taken.message
