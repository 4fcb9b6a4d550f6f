"""The rule for a message that fails to send: resend once after five seconds, then terminate.

The platform's documentation of the Twilio SMS driver states it without conditions: "the driver will attempt to
resend the message after five seconds; if it fails a second time, the message is terminated". Attempts are counted in
the store, so the rule holds over restarts as well.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from driver.domain.outcome import Failure, FailureKind


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How often and how far apart.

    ``attempts`` counts all of them, the first included; ``wait_s`` is the time from one attempt's start to the next.
    ``retry_permanent`` off ends a message at once when Twilio refused it for a reason that a second try cannot change.
    """

    attempts: int = 2
    wait_s: float = 5.0
    retry_permanent: bool = True


@dataclass(frozen=True, slots=True)
class Again:
    """Try once more, not before ``due``."""

    due: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    """The message is terminated; ``why`` completes the sentence "terminated because …"."""

    why: str


def decide(
    policy: RetryPolicy, attempt: int, failure: Failure, now: datetime, expires_at: datetime | None = None
) -> Again | GiveUp:
    """Say what happens after attempt number ``attempt`` (1 is the first) failed at ``now``.

    ``expires_at`` is when the text would be too old to be of use; an attempt that would start later is not made.
    """
    if attempt >= policy.attempts:
        return GiveUp(f"attempt {attempt} of {policy.attempts} failed: {failure.detail}")
    if failure.kind is FailureKind.REFUSED and not policy.retry_permanent:
        return GiveUp(f"Twilio refused it for good: {failure.detail}")
    due = now + timedelta(seconds=policy.wait_s)
    if expires_at is not None and due >= expires_at:
        return GiveUp(f"it would be too old by the next attempt: {failure.detail}")
    return Again(due)
