"""What became of one attempt to hand a message to Twilio."""

from dataclasses import dataclass
from enum import StrEnum


class FailureKind(StrEnum):
    """What a failed attempt says about whether the message exists at Twilio."""

    REFUSED = "refused"
    """Twilio answered and did not create the message."""
    TRANSIENT = "transient"
    """The message was certainly not created; trying again is safe (no connection, 429)."""
    UNKNOWN = "unknown"
    """The message may or may not exist (time-out after sending, reset, 5xx): look it up before trying again."""
    EXPIRED = "expired"
    """The message became too old just before it would have left, and did not leave."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Twilio took the message; delivery is another, later fact."""

    sid: str
    status: str
    segments: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that did not end in acceptance.

    ``code`` is Twilio's error code where it gave one, ``detail`` a sentence without secrets. ``transport`` says that
    the cause lies with the connection or the credentials, not with this message. ``answered`` says that Twilio itself
    named the error, in its own form, and not something on the way. Where Twilio takes no more requests for now,
    ``limit`` says whose they are, ``retry_after_s`` for how long, ``concurrent`` how many it had in flight, as far as
    Twilio said so.
    """

    kind: FailureKind
    detail: str
    http_status: int | None = None
    code: int | None = None
    transport: bool = False
    answered: bool = False
    limit: "Limit | None" = None
    retry_after_s: float | None = None
    concurrent: int | None = None


class Limit(StrEnum):
    """Whose requests Twilio takes no more of for now."""

    ACCOUNT = "account"
    """All of the account's (HTTP 429, error 20422)."""
    SENDER = "sender"
    """One sender's: its queue is full (21611) or its service is not ready (21702)."""


Outcome = Accepted | Failure
