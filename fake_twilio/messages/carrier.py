"""The carrier: moves accepted messages through their life cycle on the fake's clock, to the handset or to a failure."""

import random
from collections.abc import Callable
from dataclasses import field
from datetime import timedelta
from functools import partial
from typing import Any

from fake_twilio.context import Context
from fake_twilio.errors import GENERATIONS, mask
from fake_twilio.faults.final_statuses import FINAL_STATUSES, release_problems
from fake_twilio.messages import channel_sessions, optouts
from fake_twilio.messages.delivery_plans import DeliveryPlans
from fake_twilio.messages.quotas import Quotas
from fake_twilio.messages.sender_selection import SenderSelection
from fake_twilio.messages.status_callbacks import StatusCallbacks
from fake_twilio.messages.throughput import Throughput
from fake_twilio.model import mms, prices, segments
from fake_twilio.model.addresses import channel, country
from fake_twilio.model.incoming_phone_number import IncomingPhoneNumber
from fake_twilio.model.lifecycle import Life, Lifecycle, Step
from fake_twilio.model.message import COMPLETE, LEFT, Message, Status, may_become
from fake_twilio.records import dataclass

LIVES: dict[str, Life] = {
    "realistic": (Step(Status.SENDING, 0.05, 0.3), Step(Status.SENT, 0.2, 1.0), Step(Status.DELIVERED, 0.8, 4.0)),
    "instant": (Step(Status.SENT), Step(Status.DELIVERED)),
}
"""The default life cycle of a message at each pace, from ``queued`` on."""

SUSPENDED, QUEUE_OVERFLOW, EXPIRED, UNSUBSCRIBED, NO_SENDER = 30002, 30001, 30036, 21610, 21703
TOO_LONG_FOR_TRIAL, TOO_MANY_FOR_TRIAL, BLOCKED = 30044, 30454, 30004


_SCHEDULED, _QUEUED, _DELIVERED, _FAILED = Status.SCHEDULED, Status.QUEUED, Status.DELIVERED, Status.FAILED
"""Statuses that every message is compared with; looking up an enum member is slow in Python 3.11."""


@dataclass(eq=False)
class Carrier:
    """Moves messages through their life cycle. ``on_delivered`` is called for each message that reaches a handset."""

    context: Context
    receipts: StatusCallbacks
    senders: SenderSelection
    throughput: Throughput
    quotas: Quotas
    on_delivered: list[Callable[[Message], None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._plans = DeliveryPlans(self.context)
        self._chance = random.Random(self.context.seed.random_seed)  # noqa: S311 - plausible delays, not secrets
        self.context.on_reset.append(self._begin_anew)

    def accept(self, message: Message) -> None:
        """Start a new message's life cycle, from ``queued``, ``accepted`` (by a service) or ``scheduled``."""
        usual = LIVES[self.context.pace]
        if message.status is not _QUEUED:
            usual = (Step(_QUEUED), *usual)
        self._plan(message, self._plans.life_of(message, usual))

    def fail(self, message: Message, error_code: int) -> None:
        """Fail a message now."""
        self._take(message, Step(_FAILED, error_code=error_code))

    def release(self, message: Message, status: str = "", error_code: int | None = None) -> None:
        """Let a parked message continue, to the given final status or on its default life cycle.

        Raises:
            KeyError: if the message is not parked.
        """
        life = self._plans.release(
            message, status, error_code or FINAL_STATUSES.get(status), usual=LIVES[self.context.pace]
        )
        self._plan(message, life)

    def decide(self, sid: str, status: str = "", error_code: int | None = None) -> None:
        """Release the parked message with this SID.

        Raises:
            KeyError: if no such message is parked.
            ValueError: if a message cannot end with this status and error code.
        """
        problems = release_problems(status, error_code)
        if problems:
            raise ValueError("; ".join(problems))
        state = self.context.state
        message = state.message(state.held.get(sid, ""), sid)
        if message is None:
            raise KeyError(f"{sid} is not parked; parked messages: {', '.join(state.held) or 'none'}")
        self.release(message, status, error_code)

    def cancel(self, message: Message) -> Message:
        """Cancel a scheduled message and return it."""
        self.context.state.lifecycles.pop(message.sid, None)
        message = self.context.change_message(message, Status.CANCELED)
        self.receipts.announce(message)
        return message

    def read(self, message: Message) -> Message:
        """Mark a delivered message as read and return it; only channels other than SMS report this."""
        message = self.context.change_message(message, Status.READ)
        self.receipts.announce(message)
        return message

    def resume(self, lifecycle: Lifecycle) -> None:
        """Resume the life cycle of a message restored from a snapshot."""
        message = self.context.state.message(lifecycle.account_sid, lifecycle.sid)
        if message is not None and message.status is _QUEUED:
            self.throughput.recall(message, lifecycle.due)
        self.context.scheduler.at(
            lifecycle.due, partial(self._advance, lifecycle.account_sid, lifecycle.sid, lifecycle.steps)
        )

    def _begin_anew(self) -> None:
        self._chance.seed(self.context.seed.random_seed)

    def _plan(self, message: Message, steps: Life) -> None:
        """Schedule a message's first step."""
        if not steps:
            return
        least, most = steps[0].least, steps[0].most
        now = due = self.context.now()
        if message.status is _SCHEDULED and message.options.send_at is not None:
            due = message.options.send_at
        elif message.status is _QUEUED and message.sender is not None:
            due = self.throughput.slot(message, now)
            if due > now and due - now > (limit := self._validity(message)):
                due, steps = now + limit, (Step(_FAILED, error_code=EXPIRED),)
        if most:
            due += timedelta(seconds=self._chance.uniform(least, most))
        step = partial(self._advance, message.account_sid, message.sid, steps)
        if due > now:
            self.context.state.lifecycles[message.sid] = Lifecycle(message.sid, message.account_sid, due, steps)
            self.context.scheduler.at(due, step)
        else:
            self.context.scheduler.soon(step)

    def _advance(self, account_sid: str, sid: str, steps: Life) -> None:
        """Take every step that is due, unless the message was meanwhile deleted, canceled or released."""
        state = self.context.state
        state.lifecycles.pop(sid, None)
        message = state.message(account_sid, sid)
        unseen = message is not None and steps == LIVES["instant"] and self._unseen(message)
        if unseen:
            steps = steps[1:]
        while message is not None and steps:
            step = steps[0]
            if not may_become(message.status, step.status):
                return
            message = self._take(message, self._obstacle(message, step) or step, unseen=unseen)
            steps = steps[1:] if message.status is step.status else ()
            if steps and (steps[0].most or self._waits(message)):
                self._plan(message, steps)
                return

    def _waits(self, message: Message) -> bool:
        """Return whether a message may have to wait for its sender."""
        return message.status is _QUEUED and self.throughput.speed(message) > 0

    def _validity(self, message: Message) -> timedelta:
        """Return how long a message may wait: its own limit or the service's, whichever is shorter."""
        seconds = message.options.validity_period
        service = self.context.state.services.rows.get(message.service_sid) if message.service_sid else None
        return timedelta(seconds=min(seconds, service.validity_period) if service is not None else seconds)

    def _unseen(self, message: Message) -> bool:
        """Return whether nobody would notice a zero-length ``sent`` on a message's way to ``delivered``."""
        context = self.context
        return not (context.watchers or context.events.wanted or self.receipts.target(message))

    def _obstacle(self, message: Message, step: Step) -> Step | None:
        """Return the failure that replaces a message's next step, or None."""
        context = self.context
        account = context.state.accounts[message.account_sid]
        code = 0
        if step.status is _FAILED:
            return None
        if message.sent is None and not context.state.works(account):
            code = SUSPENDED
        elif step.status is _QUEUED:
            code = self._assign(message)
            if (
                not code
                and message.options.send_at is not None
                and not self.quotas.take(account, message.to, counted=False)
            ):
                code = TOO_MANY_FOR_TRIAL
        elif account.trial and 0 < context.seed.trial_segment_limit < message.segments:
            code = TOO_LONG_FOR_TRIAL
        elif channel_sessions.not_joined(context, message):
            code = channel_sessions.NOT_JOINED
        elif step.status is _DELIVERED and (lost := self._lost(message)):
            return Step(Status.UNDELIVERED, error_code=lost)
        return Step(_FAILED, error_code=code) if code else None

    def _lost(self, message: Message) -> int:
        """Return the error code with which carriers lose a message that Twilio handed over, 0 if they deliver it."""
        if channel_sessions.outside(self.context, message):
            return channel_sessions.OUTSIDE
        number = self.context.state.number(message.sender or "")
        if not isinstance(number, IncomingPhoneNumber):
            return 0
        if optouts.lost(self.context.state, number.phone_number, message.to):
            return BLOCKED
        return number.refused_by_carriers(message.to)

    def _assign(self, message: Message) -> int:
        """Assign a sender to a service's message; return the error code if that fails, else 0."""
        sender = message.sender
        if sender is None:
            sender = self._pick(message)
        if sender is None:
            return NO_SENDER
        if optouts.blocks(self.context.state, sender, message.service_sid or "", person=message.to):
            return UNSUBSCRIBED
        return QUEUE_OVERFLOW if self.throughput.full(sender) else 0

    def _pick(self, message: Message) -> str | None:
        """Return the sender of a service's message, or None if no sender in the pool is able."""
        return self.senders.pick(
            message.service_sid or "",
            message.to,
            media=message.sid.startswith("MM"),
            fallback=message.options.fallback_from,
        )

    def _take(self, message: Message, step: Step, *, unseen: bool = False) -> Message:
        """Move a message to its next status, with all side effects; an ``unseen`` step sends no status callback."""
        changes: dict[str, Any] = {"error_code": step.error_code} if step.error_code else {}
        if step.status is _QUEUED and message.sender is None:
            changes["sender"] = sender = self._pick(message)
            whole = mms.carried(message) or bool(channel(sender or "")[0])
            changes["segments"] = 1 if whole else segments.count(message.body)
        elif message.price is None and step.status in LEFT:
            old = self.context.generation != GENERATIONS[0]
            price = prices.outbound(country(message.to), message.segments, media=mms.carried(message), old=old)
            changes["price"] = prices.shown(price)
            self.context.state.charge(message.account_sid, price)
        message = self.context.change_message(message, step.status, **changes)
        if not unseen:
            self.receipts.announce(message)
        if step.status is _DELIVERED:
            for deliver in self.on_delivered:
                deliver(message)
        return self._forget(message) if step.status in COMPLETE else message

    def _forget(self, message: Message) -> Message:
        """Remove from a finished message what its sender asked not to retain."""
        options = message.options
        changes: dict[str, Any] = {}
        if options.content_retention == "discard" and message.terminal:
            changes["body"] = ""
        if options.address_retention == "obfuscate" and message.terminal:
            changes["to"] = mask(message.to)
        return self.context.change_message(message, message.status, **changes) if changes else message
