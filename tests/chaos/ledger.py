"""What was promised during a run, and what was found of it afterwards: plain facts, judged elsewhere."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

FINAL = frozenset({"succeeded", "terminated", "rejected", "unknown"})


def key_of(body: str) -> str:
    """Return the word with which each text of a run begins, and by which it is recognized everywhere."""
    return body.split(" ", 1)[0]


@dataclass
class Promise:
    """A command that somebody gave, again and again under one commandId until a driver acknowledged it."""

    key: str
    asset: str
    asked_at: datetime
    acknowledged_at: datetime | None = None
    executions: set[str] = field(default_factory=set)
    """Every execution that was ever answered for it."""
    refusal: str = ""
    """The answer that said it is wrong, if there was one."""


@dataclass(frozen=True)
class Outcome:
    """What became of an execution, as the driver answers it."""

    state: str
    attempts: int = 1
    sid: str = ""
    age_s: float = 0.0
    """From its beginning to its end, by the clocks of the drivers that noted them."""


@dataclass(frozen=True)
class Create:
    """A request to create a message, as Twilio saw it. ``clear``: its answer left no doubt, if it arrived."""

    key: str
    at: datetime
    clear: bool = True


@dataclass(frozen=True)
class Row:
    """A message that Twilio lists. ``refused``: the create was refused, and the row only says so."""

    sid: str
    key: str
    incoming: bool = False
    refused: bool = False


@dataclass(frozen=True)
class PublishedEvent:
    """An event of the driver's stream."""

    seq: int
    name: str
    asset: str
    sid: str = ""
    execution: str = ""


@dataclass(frozen=True)
class Interruption:
    """A stretch in which a driver or its database could not go on as usual."""

    kind: str
    began: datetime
    ended: datetime


@dataclass
class Ledger:
    """Everything about one site. ``complaints`` are findings that need no comparison, such as a traceback."""

    validity_s: float
    largest_step_s: float = 0.0
    takeover_s: float | None = None
    """After how long another driver takes over; None where there is no other."""
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
    """Drivers that ended without being killed: which, when, and with what status."""
