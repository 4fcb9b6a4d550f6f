"""What a fault decides in each phase, as plain values; the part that runs the phase carries them out."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refuse:
    """Answer with an error instead of processing the request."""

    status: int
    code: int
    message: str
    headers: tuple[tuple[str, str], ...] = ()
    rfc9457: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """Reset the connection without an answer."""


@dataclass(frozen=True, slots=True)
class Hang:
    """Keep the connection open and never answer."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Send the answer, whatever it is, this many seconds later on the fake's clock."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Lag:
    """Leave out of a list what was made less than this many seconds ago."""

    seconds: float


@dataclass(frozen=True, slots=True)
class CorruptResponse:
    """Change the answer to a processed request; None leaves a part as it was.

    ``cut`` is the number of bytes of the body to write before the connection is dropped.
    """

    status: int | None = None
    body: bytes | None = None
    content_type: str | None = None
    cut: int | None = None


@dataclass(frozen=True, slots=True)
class EndMessage:
    """Let a message end in this status; ``seconds`` later than it otherwise would."""

    status: str
    error_code: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class HoldMessage:
    """Keep a message at this status until somebody decides."""

    at: str


@dataclass(frozen=True, slots=True)
class ChangeWebhook:
    """What becomes of one webhook call: never made, made again, made later, made behind the next one, badly signed."""

    drop: bool = False
    copies: int = 0
    seconds: float = 0.0
    behind: float | None = None
    forged: bool = False


ResponseAction = Drop | Hang | CorruptResponse
