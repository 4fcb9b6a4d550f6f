"""The independent facts an asset's state is made of: communication, faults and mask."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class CommReason(StrEnum):
    """Why an asset has no communication."""

    INITIALIZING = "INITIALIZING"
    CONFIG_INVALID = "CONFIG_INVALID"
    AUTH_FAILED = "AUTH_FAILED"
    UNREACHABLE = "UNREACHABLE"
    TIMEOUT = "TIMEOUT"
    PARENT_DOWN = "PARENT_DOWN"
    DRIVER_STOPPED = "DRIVER_STOPPED"
    """Never reported by the driver: a client shows it when it loses its event stream."""


#: Reasons for which a phone has no communication only because the system has none (yet).
OF_THE_SYSTEM = frozenset({CommReason.PARENT_DOWN, CommReason.INITIALIZING})


class FaultCause(StrEnum):
    """Why an asset is in Fault."""

    SEND_FAILED = "send_failed"
    DELIVERY_FAILED = "delivery_failed"
    OPTED_OUT = "opted_out"
    NUMBER_PROBLEM = "number_problem"
    ACCOUNT_SUSPENDED = "account_suspended"
    RATE_LIMITED = "rate_limited"
    POLL_LAGGING = "poll_lagging"
    NO_ANSWER = "no_answer"
    CHILD_FAULT = "child_fault"
    WEBHOOK_INVALID = "webhook_invalid"
    STORE_UNAVAILABLE = "store_unavailable"
    TRIAL = "trial"
    UNVERIFIED = "unverified"
    AUTOMATIC_REPLY = "automatic_reply"
    INBOUND_DROPPED = "inbound_dropped"
    CLOCK_SKEW = "clock_skew"

    @classmethod
    def _missing_(cls, value: object) -> "FaultCause | None":
        """Map the name that older databases use."""
        return cls.STORE_UNAVAILABLE if value == "store_trouble" else None


#: Findings of a probe that are conditions of the account, not faults, unless the site is configured that way.
CHOSEN_FAULTS = frozenset(
    {
        FaultCause.TRIAL,
        FaultCause.UNVERIFIED,
        FaultCause.AUTOMATIC_REPLY,
        FaultCause.INBOUND_DROPPED,
        FaultCause.CLOCK_SKEW,
    }
)


class CauseKind(StrEnum):
    """How a fault ends: a standing fault when a probe clears it, an event through success, Reset or its hold time."""

    STANDING = "standing"
    EVENT = "event"

    @classmethod
    def _missing_(cls, value: object) -> "CauseKind | None":
        """Map the name that older databases use."""
        return cls.STANDING if value == "condition" else None


@dataclass(frozen=True, slots=True)
class CommLoss:
    """Communication is down: since when, why, and what a person can do about it.

    ``phones`` counts the phones that have no communication because of it; it is only set for the system.
    """

    reason: CommReason
    detail: str
    since: datetime
    hint: str = ""
    phones: int = 0


@dataclass(frozen=True, slots=True)
class Fault:
    """One cause of a fault. ``hint`` says what a person can do about it, ``code`` is Twilio's, if any."""

    cause: FaultCause
    kind: CauseKind
    detail: str
    since: datetime
    last_seen: datetime
    code: int | None = None
    count: int = 1
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Mask:
    """The asset is masked: by whom, since when, until when (None: until Reset), and why."""

    by: str
    since: datetime
    until: datetime | None = None
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Condition:
    """Something a probe found that a person should know, although the asset works: what, since when, what to do."""

    cause: FaultCause
    detail: str
    hint: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """All facts of one asset at one moment. ``stale`` marks what is kept while communication is down."""

    comm: CommLoss | None = None
    faults: tuple[Fault, ...] = ()
    mask: Mask | None = None
    conditions: tuple[Condition, ...] = ()

    @property
    def stale(self) -> bool:
        """Whether conditions, including those among the faults, are only the last known ones, not current."""
        return self.comm is not None

    def with_fault(self, fault: Fault) -> "Facts":
        """Return the facts with a fault added, or counted again if the same cause of the same kind is already there."""
        for position, known in enumerate(self.faults):
            if (known.cause, known.kind) == (fault.cause, fault.kind):
                again = replace(fault, since=known.since, count=known.count + 1)
                return replace(self, faults=(*self.faults[:position], again, *self.faults[position + 1 :]))
        return replace(self, faults=(*self.faults, fault))

    def without(self, *causes: FaultCause, kind: CauseKind) -> "Facts":
        """Return the facts without these causes of a kind; if no causes are named, without any of that kind."""
        kept = tuple(fault for fault in self.faults if fault.kind is not kind or (causes and fault.cause not in causes))
        return replace(self, faults=kept) if len(kept) != len(self.faults) else self


#: The facts of a healthy asset, shared because most assets are healthy.
HEALTHY = Facts()
