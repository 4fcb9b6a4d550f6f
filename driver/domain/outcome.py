"""What became of one attempt to hand a message to Twilio."""

from dataclasses import dataclass
from enum import StrEnum


class FailureKind(StrEnum):
    """How much a failed attempt tells about whether the message exists at Twilio."""

    REFUSED = "refused"
    """Twilio answered and did not create the message."""
    TRANSIENT = "transient"
    """The message was certainly not created; trying again is safe (no connection, 429)."""
    UNKNOWN = "unknown"
    """The message may or may not exist (time-out after sending, reset, 5xx): look it up before trying again."""


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
    the trouble lies with the connection or the credentials, not with this message.
    """

    kind: FailureKind
    detail: str
    http_status: int | None = None
    code: int | None = None
    transport: bool = False


Outcome = Accepted | Failure
