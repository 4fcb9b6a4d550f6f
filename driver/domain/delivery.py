"""Delivery of an outbound message: a pure state machine from acceptance by the driver to acceptance by Twilio.

``step`` takes what is known of a message and what has just been observed, and returns what is known from then on and
what to do next. It makes every decision and has no side effects: time, network and database are the caller's.

The rule for a message that fails comes from the platform's documentation of the Twilio SMS driver: resend it after
five seconds; if it fails a second time, terminate it. Because Twilio offers no idempotency key, two additions make the
rule safe: an attempt whose outcome is unknown is looked up before the next one, and nothing too old is ever sent.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, assert_never

from driver.domain.commands import ExecutionState
from driver.domain.execution import Attempt
from driver.domain.outbound_message import OutboundMessage
from driver.domain.send_result import Accepted, Failure, FailureKind, Outcome

#: ``Attempt.outcome`` of an attempt that Twilio accepted, and of one whose message was found there later.
ACCEPTED, ADOPTED = "accepted", "adopted"
#: ``Execution.result`` of a message that is deliberately not sent.
DROPPED = "dropped"
#: ``Execution.result`` of a message that a person canceled while it waited.
CANCELED = "canceled"


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """How often to try, and how long to wait in between.

    ``attempts`` counts all of them, the first included; ``wait_s`` is the time from a failure to the next attempt.
    Without ``retry_permanent``, a message ends at once if Twilio refused it for a reason that a second try cannot
    change. If a response is lost, the message is sent again only after ``lookups_before_resend`` look-ups,
    ``lookup_wait_s`` apart, have not found it; after the last attempt, ``lookups`` of them decide.
    """

    attempts: int = 2
    wait_s: float = 5.0
    retry_permanent: bool = True
    lookups: int = 4
    lookups_before_resend: int = 4
    lookup_wait_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Due:
    """The message is due: for the first time, after a wait or after a restart."""


@dataclass(frozen=True, slots=True)
class Found:
    """Twilio has the message although no response said so: a list or a receipt shows it."""

    accepted: Accepted


@dataclass(frozen=True, slots=True)
class NotFound:
    """Twilio's list does not show the message, or shows only one that Twilio refused (``refusal``)."""

    refusal: Failure | None = None


@dataclass(frozen=True, slots=True)
class LookupFailed:
    """Twilio could not be asked whether it has the message."""

    detail: str


@dataclass(frozen=True, slots=True)
class Broken:
    """The driver itself failed on the message too often."""

    detail: str


@dataclass(frozen=True, slots=True)
class Obsolete:
    """What the message says is no longer true; ``why`` is a clause for people."""

    why: str


@dataclass(frozen=True, slots=True)
class Canceled:
    """A person cancels the message; ``by`` is the user."""

    by: str


Observation = Due | Accepted | Failure | Found | NotFound | LookupFailed | Broken | Obsolete | Canceled


class Action(StrEnum):
    """What to do next."""

    SEND = "send"
    """Store the attempt that has begun, then hand the message to Twilio."""
    LOOK_UP = "look up"
    """Find out whether Twilio has the message."""
    WAIT = "wait"
    """Store the message and continue at its ``due_at``."""
    END = "end"
    """Store how the message ended, together with everything that follows from it."""
    NOTHING = "nothing"
    """The message has ended, or can no longer be canceled: leave it unchanged."""


@dataclass(frozen=True, slots=True)
class Step:
    """The new state of the message, and what to do; ``outcome`` is what ended it, if it was sent or refused."""

    message: OutboundMessage
    action: Action
    outcome: Outcome | None = None


def step(message: OutboundMessage, observation: Observation, policy: DeliveryPolicy, *, now: datetime) -> Step:
    """Return the next step for a message after an observation at ``now``.

    In whatever order things are observed, an ended message does not change, and none gets more attempts than allowed.
    """
    if message.state.final:
        return Step(message, Action.NOTHING)
    match observation:
        case Due():
            return Step(message, Action.LOOK_UP) if message.in_doubt else _begin(message, policy, now)
        case Accepted(sid):
            return _succeed(message, observation, now, outcome=ACCEPTED, sid=sid)
        case Found(accepted):
            detail = f"found at Twilio after all ({message.last_attempt.detail or 'no answer'})"
            return _succeed(message, accepted, now, outcome=ADOPTED, sid=accepted.sid, detail=detail)
        case Failure():
            return _failed(message, observation, policy, now=now)
        case NotFound(refusal):
            return _not_found(message, refusal, policy, now=now)
        case LookupFailed(detail):
            return _lookup_failed(message, detail, policy, now=now)
        case Broken(detail):
            return _end(message, ExecutionState.UNKNOWN, now, reason=f"the driver failed to process it: {detail}")
        case Obsolete(why):
            return _end(message, ExecutionState.TERMINATED, now, reason=why, result=DROPPED)
        case Canceled() if message.in_doubt:
            return Step(message, Action.NOTHING)
        case Canceled(by):
            return _end(message, ExecutionState.TERMINATED, now, reason=f"canceled by {by}", result=CANCELED)
        case _:
            assert_never(observation)


def _begin(message: OutboundMessage, policy: DeliveryPolicy, now: datetime) -> Step:
    if len(message.attempts) >= policy.attempts:  # a reloaded policy may allow fewer than were already made
        last = message.last_attempt
        failure = Failure(FailureKind.TRANSIENT, last.detail or "no answer", last.http_status, last.code)
        return _terminate(message, failure, _no_more(message, failure, policy, at=now), now=now)
    if message.too_old(now):
        why = f"it was too old to be sent: {age(message, now)} after the command"
        return _terminate(message, Failure(FailureKind.EXPIRED, why), why, now=now)
    begun = replace(
        message,
        state=ExecutionState.EXECUTING,
        attempts=(*message.attempts, Attempt(len(message.attempts) + 1, now)),
        in_doubt=True,
        lookups=0,
        failed_lookups=0,
        due_at=now + timedelta(seconds=policy.wait_s),
    )
    return Step(begun, Action.SEND)


def _failed(message: OutboundMessage, failure: Failure, policy: DeliveryPolicy, *, now: datetime) -> Step:
    message = _noted(
        message, outcome=failure.kind.value, http_status=failure.http_status, code=failure.code, detail=failure.detail
    )
    due = now + timedelta(seconds=policy.wait_s)
    why = _no_more(message, failure, policy, at=due)
    if failure.kind is FailureKind.UNKNOWN:
        # An error that Twilio itself reports counts as all look-ups but one; no response counts as none.
        lookups = _lookups(policy, more=not why) - 1 if failure.answered else 0
        return Step(replace(message, lookups=lookups, due_at=now if why else due), Action.WAIT)
    if why:
        return _terminate(message, failure, why, now=now)
    return Step(replace(message, in_doubt=False, due_at=due), Action.WAIT)


def _not_found(message: OutboundMessage, refusal: Failure | None, policy: DeliveryPolicy, *, now: datetime) -> Step:
    last = message.last_attempt
    failure = refusal or Failure(
        FailureKind.UNKNOWN, last.detail or "no answer", last.http_status, last.code, transport=True
    )
    why = _no_more(message, failure, policy, at=now)
    if message.lookups + 1 < _lookups(policy, more=not why):
        return _look_later(replace(message, lookups=message.lookups + 1), policy, now)
    if why:
        return _terminate(message, failure, why, now=now)
    return _begin(message, policy, now)


def _lookup_failed(message: OutboundMessage, detail: str, policy: DeliveryPolicy, *, now: datetime) -> Step:
    failed = message.failed_lookups + 1
    if failed >= policy.lookups:
        why = f"Twilio may or may not have it, and the look-ups failed: {detail}"
        return _end(message, ExecutionState.UNKNOWN, now, reason=why)
    return _look_later(replace(message, failed_lookups=failed), policy, now)


def _no_more(message: OutboundMessage, failure: Failure, policy: DeliveryPolicy, *, at: datetime) -> str:
    """Return why no further attempt follows at a given time, as a clause; empty if one does."""
    if failure.kind is FailureKind.EXPIRED:
        return failure.detail
    if len(message.attempts) >= policy.attempts:
        return f"attempt {len(message.attempts)} of {policy.attempts} failed: {failure.detail}"
    if failure.kind is FailureKind.REFUSED and not policy.retry_permanent:
        return f"Twilio refused it permanently: {failure.detail}"
    if message.too_old(at):
        return f"it would be too old by the next attempt: {failure.detail}"
    return ""


def _lookups(policy: DeliveryPolicy, *, more: bool) -> int:
    return policy.lookups_before_resend if more else policy.lookups


def _look_later(message: OutboundMessage, policy: DeliveryPolicy, now: datetime) -> Step:
    return Step(replace(message, due_at=now + timedelta(seconds=policy.lookup_wait_s)), Action.WAIT)


def _noted(message: OutboundMessage, **changes: Any) -> OutboundMessage:
    """Return a message with changes to its latest attempt, if there was one."""
    if not message.attempts:
        return message
    return replace(message, attempts=(*message.attempts[:-1], replace(message.last_attempt, **changes)))


def _succeed(message: OutboundMessage, accepted: Accepted, now: datetime, **changes: Any) -> Step:
    """End a message that Twilio has; ``changes`` are those of its latest attempt."""
    message = _noted(message, **changes)
    return _end(message, ExecutionState.SUCCEEDED, now, outcome=accepted, message_sid=accepted.sid)


def _terminate(message: OutboundMessage, failure: Failure, why: str, *, now: datetime) -> Step:
    return _end(message, ExecutionState.TERMINATED, now, outcome=failure, reason=why)


def _end(
    message: OutboundMessage,
    state: ExecutionState,
    now: datetime,
    *,
    outcome: Outcome | None = None,
    reason: str = "",
    **more: Any,
) -> Step:
    ended = replace(message, state=state, finished_at=now, reason=reason, in_doubt=False, **more)
    return Step(ended, Action.END, outcome)


def age(message: OutboundMessage, now: datetime) -> str:
    """Return how long ago the command was given, in words."""
    minutes = int((now - message.created_at).total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    return f"{minutes} min" if minutes < 180 else f"{minutes // 60} h"
