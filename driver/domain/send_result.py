"""The result of one attempt to hand a message to Twilio."""

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
    """The message became too old just before it would have been sent, and was not sent."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """Twilio accepted the message; delivery is reported separately, later."""

    sid: str
    status: str
    segments: int | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """An attempt that did not end in acceptance.

    ``code`` is Twilio's error code if it gave one, ``detail`` a sentence without secrets. ``transport``: the cause is
    the connection or the credentials, not this message. ``answered``: Twilio itself reported the error, in its own
    format, not something on the way. If Twilio takes no more requests for now, ``limit`` says whose, ``retry_after_s``
    for how long, and ``concurrent`` how many were in flight, as far as Twilio said so.
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
    """Whose requests Twilio refuses for now."""

    ACCOUNT = "account"
    """All of the account's (HTTP 429, error 20422)."""
    SENDER = "sender"
    """One sender's: its queue is full (21611) or its service is not ready (21702)."""


Outcome = Accepted | Failure
