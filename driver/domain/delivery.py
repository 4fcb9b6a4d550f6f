"""What happens to an outgoing message: a pure state machine from acceptance by the driver to acceptance by Twilio.

``step`` takes what is known of a message and what has just been observed, and returns what is known from then on and
what to do next. It decides everything and does nothing: time, network and database are the caller's.

The rule for a message that fails comes from the platform's documentation of the Twilio SMS driver: resend it after
five seconds; if it fails a second time, terminate it. Around it stands what makes the rule safe where Twilio offers no
idempotency key: an attempt whose outcome is unknown is looked up before the next one, and nobody is sent a message
that is too old.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from driver.domain.send_result import Accepted, Failure, FailureKind

#: ``Attempt.outcome`` of an attempt that Twilio accepted, and of one whose message was found there later.
ACCEPTED, ADOPTED = "accepted", "adopted"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt to hand a message to Twilio.

    ``outcome`` is ``accepted``, ``adopted``, a ``FailureKind``, or empty while the attempt is in flight or was cut
    short by a crash.
    """

    number: int
    at: datetime
    outcome: str = ""
    http_status: int | None = None
    code: int | None = None
    sid: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OutboundMessage:
    """A message that still has to go out, with everything needed to carry on after a crash.

    ``attempt`` counts attempts begun. ``in_doubt`` is set with the start of an attempt and taken back when its
    outcome is certain: after a crash or an ambiguous answer the message may already exist at Twilio. ``lookups``
    counts looks that did not find it since then. ``first_at`` is what Twilio's clock showed when the first
    attempt began, so that no setting of this machine's clock hides the message from a look. ``asset_id`` is empty
    for a message of the system command. ``last``, the latest attempt, and ``failed_lookups``, looks that told nothing,
    are not stored with the message.
    """

    execution_id: str
    asset_id: str
    from_number: str
    to_number: str
    body: str
    due_at: datetime
    created_at: datetime
    attempt: int = 0
    in_doubt: bool = False
    lookups: int = 0
    first_at: datetime | None = None
    expires_at: datetime | None = None
    position: int = 0
    last: Attempt | None = None
    failed_lookups: int = 0

    def life(self, now: datetime) -> timedelta | None:
        """Return for how long the message is still of use; never longer than it ever was, however clocks are set."""
        return None if self.expires_at is None else self.expires_at - max(now, self.created_at)

    def too_old(self, now: datetime) -> bool:
        """Return whether the message is of no use any more, so that no attempt may start."""
        return self.expires_at is not None and now >= self.expires_at


@dataclass(frozen=True, slots=True)
class DeliveryPolicy:
    """How often and how far apart.

    ``attempts`` counts all of them, the first included; ``wait_s`` is the time from a failure to the next attempt.
    ``retry_permanent`` off ends a message at once when Twilio refused it for a reason that a second try cannot change.
    ``lookups_before_resend`` looks, ``lookup_wait_s`` apart, must not find a message whose answer was lost before it
    is sent again; after the last attempt, ``lookups`` looks decide.
    """

    attempts: int = 2
    wait_s: float = 5.0
    retry_permanent: bool = True
    lookups: int = 4
    lookups_before_resend: int = 4
    lookup_wait_s: float = 10.0


@dataclass(frozen=True, slots=True)
class Due:
    """The message's time has come, for the first time, after a wait or after a restart."""


@dataclass(frozen=True, slots=True)
class Found:
    """The message is at Twilio although no answer said so: a list or a receipt shows it."""

    accepted: Accepted


@dataclass(frozen=True, slots=True)
class NotFound:
    """Twilio's list does not show the message, or only one that it refused, with this ``refusal``."""

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


Observation = Due | Accepted | Failure | Found | NotFound | LookupFailed | Broken | Obsolete


@dataclass(frozen=True, slots=True)
class Send:
    """Store the attempt that has begun, then hand the message to Twilio."""


@dataclass(frozen=True, slots=True)
class LookUp:
    """Find out whether Twilio has the message."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Store the message and go on at its ``due_at``."""


@dataclass(frozen=True, slots=True)
class Succeed:
    """End the message: Twilio has it."""

    accepted: Accepted


@dataclass(frozen=True, slots=True)
class Terminate:
    """End the message: it was not sent. ``why`` is a clause for people, ``failure`` the last thing that went wrong."""

    why: str
    failure: Failure


@dataclass(frozen=True, slots=True)
class Drop:
    """End the message: it is not sent, on purpose. ``why`` is a clause for people."""

    why: str


@dataclass(frozen=True, slots=True)
class EndUnknown:
    """End the message: nobody knows whether it was sent, and a person decides. ``why`` is a clause for people."""

    why: str


Action = Send | LookUp | Wait | Succeed | Terminate | Drop | EndUnknown


@dataclass(frozen=True, slots=True)
class Step:
    """The message from now on, what to do, and the attempt to store with it, if the step changed one."""

    message: OutboundMessage
    action: Action
    attempt: Attempt | None = None


def step(message: OutboundMessage, observation: Observation, policy: DeliveryPolicy, now: datetime) -> Step:
    """Return what an observation at ``now`` makes of a message."""
    match observation:
        case Due():
            return Step(message, LookUp()) if message.in_doubt else _begin(message, policy, now)
        case Accepted():
            return _succeed(message, observation, replace(_last(message), outcome=ACCEPTED))
        case Found(accepted):
            last = _last(message)
            detail = f"found at Twilio after all ({last.detail or 'no answer'})"
            return _succeed(message, accepted, replace(last, outcome=ADOPTED, detail=detail))
        case Failure():
            return _failed(message, observation, policy, now)
        case NotFound(refusal):
            return _not_found(message, refusal, policy, now)
        case LookupFailed(detail):
            failed = message.failed_lookups + 1
            if failed >= policy.lookups:
                return Step(message, EndUnknown(f"Twilio may have it or not, and cannot be asked: {detail}"))
            return _look_later(replace(message, failed_lookups=failed), policy, now)
        case Broken(detail):
            return Step(message, EndUnknown(f"the driver could not work on it: {detail}"))
        case Obsolete(why):
            return Step(replace(message, in_doubt=False), Drop(why))
        case _:
            assert_never(observation)


def _begin(message: OutboundMessage, policy: DeliveryPolicy, now: datetime) -> Step:
    if message.too_old(now):
        why = f"it was too old to be sent: {age(message, now)} after the command"
        return Step(message, Terminate(why, Failure(FailureKind.EXPIRED, why)))
    attempt = Attempt(message.attempt + 1, now)
    begun = replace(
        message,
        attempt=attempt.number,
        in_doubt=True,
        lookups=0,
        failed_lookups=0,
        due_at=now + timedelta(seconds=policy.wait_s),
        last=attempt,
    )
    return Step(begun, Send(), attempt)


def _succeed(message: OutboundMessage, accepted: Accepted, attempt: Attempt) -> Step:
    return Step(message, Succeed(accepted), replace(attempt, sid=accepted.sid))


def _failed(message: OutboundMessage, failure: Failure, policy: DeliveryPolicy, now: datetime) -> Step:
    attempt = replace(
        _last(message),
        outcome=failure.kind.value,
        http_status=failure.http_status,
        code=failure.code,
        detail=failure.detail,
    )
    message = replace(message, last=attempt)
    due = now + timedelta(seconds=policy.wait_s)
    why = _no_more(message, failure, policy, due)
    if failure.kind is FailureKind.UNKNOWN:
        # Twilio's own word that something went wrong stands for all looks but one; silence stands for none.
        looks = _looks(policy, more=not why) - 1 if failure.answered else 0
        doubtful = replace(message, in_doubt=True, lookups=looks, due_at=now if why else due)
        return Step(doubtful, Wait(), attempt)
    message = replace(message, in_doubt=False)
    if why:
        return Step(message, Terminate(why, failure), attempt)
    return Step(replace(message, due_at=due), Wait(), attempt)


def _not_found(message: OutboundMessage, refusal: Failure | None, policy: DeliveryPolicy, now: datetime) -> Step:
    last = _last(message)
    failure = refusal or Failure(
        FailureKind.UNKNOWN, last.detail or "no answer", last.http_status, last.code, transport=True
    )
    why = _no_more(message, failure, policy, now)
    if message.lookups + 1 < _looks(policy, more=not why):
        return _look_later(replace(message, lookups=message.lookups + 1), policy, now)
    if why:
        return Step(message, Terminate(why, failure))
    return _begin(message, policy, now)


def _no_more(message: OutboundMessage, failure: Failure, policy: DeliveryPolicy, at: datetime) -> str:
    """Return why there is no further attempt at a moment, as a clause; empty if there is one."""
    if failure.kind is FailureKind.EXPIRED:
        return failure.detail
    if message.attempt >= policy.attempts:
        return f"attempt {message.attempt} of {policy.attempts} failed: {failure.detail}"
    if failure.kind is FailureKind.REFUSED and not policy.retry_permanent:
        return f"Twilio refused it for good: {failure.detail}"
    if message.too_old(at):
        return f"it would be too old by the next attempt: {failure.detail}"
    return ""


def _looks(policy: DeliveryPolicy, *, more: bool) -> int:
    return policy.lookups_before_resend if more else policy.lookups


def _look_later(message: OutboundMessage, policy: DeliveryPolicy, now: datetime) -> Step:
    return Step(replace(message, due_at=now + timedelta(seconds=policy.lookup_wait_s)), Wait())


def _last(message: OutboundMessage) -> Attempt:
    return message.last or Attempt(message.attempt, message.created_at)


def age(message: OutboundMessage, now: datetime) -> str:
    """Return how long ago the command was given, in words."""
    minutes = int((now - message.created_at).total_seconds() // 60)
    if minutes < 1:
        return "less than a minute"
    return f"{minutes} min" if minutes < 180 else f"{minutes // 60} h"
