"""What a fault decides in each phase, as plain values; the code that runs the phase carries them out."""

from fake_twilio.records import dataclass


@dataclass(frozen=True, slots=True)
class Refuse:
    """Respond with an error instead of processing the request."""

    status: int
    code: int
    message: str
    headers: tuple[tuple[str, str], ...] = ()
    rfc9457: bool = False


@dataclass(frozen=True, slots=True)
class Drop:
    """Reset the connection without a response."""


@dataclass(frozen=True, slots=True)
class Hang:
    """Keep the connection open and never respond."""


@dataclass(frozen=True, slots=True)
class Delay:
    """Send the response, whatever it is, this many seconds later on the fake's clock."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Lag:
    """Omit from a list whatever was created less than this many seconds ago."""

    seconds: float


@dataclass(frozen=True, slots=True)
class CorruptResponse:
    """Change the response to a processed request; None leaves a part unchanged.

    ``cut`` is the number of bytes of the body to write before the connection is dropped.
    """

    status: int | None = None
    body: bytes | None = None
    content_type: str | None = None
    cut: int | None = None


@dataclass(frozen=True, slots=True)
class EndMessage:
    """End a message in this status, ``seconds`` later than usual."""

    status: str
    error_code: int | None = None
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class HoldMessage:
    """Park a message at this status until it is released."""

    at: str


@dataclass(frozen=True, slots=True)
class ChangeWebhook:
    """Change one webhook request: drop, repeat, delay or reorder it, or forge its signature."""

    drop: bool = False
    copies: int = 0
    seconds: float = 0.0
    behind: float | None = None
    forged: bool = False


ResponseAction = Drop | Hang | CorruptResponse
