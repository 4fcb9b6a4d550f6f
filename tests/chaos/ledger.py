"""What was promised during a run, and what was found afterwards: plain facts, judged elsewhere."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

FINAL = frozenset({"succeeded", "terminated", "rejected", "unknown"})


def key_of(body: str) -> str:
    """Return the word that each message of a run begins with and is recognized by everywhere."""
    return body.split(" ", 1)[0]


@dataclass
class Promise:
    """A command that was given repeatedly with one commandId until a driver acknowledged it."""

    key: str
    asset: str
    asked_at: datetime
    acknowledged_at: datetime | None = None
    executions: set[str] = field(default_factory=set)
    """Every execution that was ever returned for it."""
    refusal: str = ""
    """The response that rejected it as invalid, if any."""


@dataclass(frozen=True)
class Outcome:
    """The outcome of an execution, as reported by the driver."""

    state: str
    attempts: int = 1
    sid: str = ""
    age_s: float = 0.0
    """From its beginning to its end, by the clocks of the drivers that recorded them."""


@dataclass(frozen=True)
class Create:
    """A request to create a message, as seen by Twilio. ``clear``: its response, if it arrived, left no doubt."""

    key: str
    at: datetime
    clear: bool = True


@dataclass(frozen=True)
class Row:
    """A message in Twilio's list. ``refused``: the create was refused, and the row only records that."""

    sid: str
    key: str
    incoming: bool = False
    refused: bool = False


@dataclass(frozen=True)
class PublishedEvent:
    """An event on the driver's stream."""

    seq: int
    name: str
    asset: str
    sid: str = ""
    execution: str = ""


@dataclass(frozen=True)
class Interruption:
    """A period in which a driver or its database could not work normally."""

    kind: str
    began: datetime
    ended: datetime


@dataclass
class Ledger:
    """Everything about one site. ``complaints`` are findings that need no comparison, such as a traceback."""

    validity_s: float
    largest_step_s: float = 0.0
    takeover_s: float | None = None
    """Time until another driver takes over; None without one."""
    promises: list[Promise] = field(default_factory=list)
    outcomes: dict[str, Outcome] = field(default_factory=dict)
    creates: list[Create] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    events: list[PublishedEvent] = field(default_factory=list)
    interruptions: list[Interruption] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    misfortunes: Counter[str] = field(default_factory=Counter)
    failovers: int = 0
    exits: list[tuple[str, datetime, int]] = field(default_factory=list)
    """Drivers that exited without being killed: which, when, and with which status."""
