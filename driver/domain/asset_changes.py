"""Everything that can happen to an asset's state, one small class each."""

from dataclasses import dataclass
from datetime import datetime

from driver.domain.facts import CauseKind, CommReason, Condition, FaultCause


@dataclass(frozen=True, slots=True)
class Operator:
    """Who gave a command, and through which channel (``workstation``, ``api``, ``workflow``, ``sms``)."""

    user: str
    channel: str = "api"
    workstation: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class CommLost:
    """Communication is down, or is down for another reason than before.

    ``hint`` says what to do about it; ``phones`` is the number of phones affected if it is the system's.
    """

    reason: CommReason
    detail: str
    hint: str = ""
    phones: int = 0


@dataclass(frozen=True, slots=True)
class CommRestored:
    """Communication works."""


@dataclass(frozen=True, slots=True)
class FaultRaised:
    """A fault was seen. ``kind`` says how it will end."""

    cause: FaultCause
    kind: CauseKind
    detail: str
    code: int | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class FaultCleared:
    """Faults of these causes and this kind are over; no causes named means all of the kind."""

    kind: CauseKind
    causes: tuple[FaultCause, ...] = ()


@dataclass(frozen=True, slots=True)
class ConditionsFound:
    """A probe found these conditions and no others."""

    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class Masked:
    """The command Mask, until Reset or until a given time."""

    by: Operator
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AcknowledgeGiven:
    """The command Acknowledge, for all alarms of the asset or for one."""

    by: Operator
    alarm_id: str = ""


@dataclass(frozen=True, slots=True)
class Shelved:
    """An operator shelves one alarm until a given time."""

    by: Operator
    alarm_id: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Unshelved:
    """An operator unshelves one alarm before its time is over."""

    by: Operator
    alarm_id: str


@dataclass(frozen=True, slots=True)
class ResetGiven:
    """The command Reset."""

    by: Operator


@dataclass(frozen=True, slots=True)
class CancelGiven:
    """The command Cancel: it only affects the selection in a client and never changes a state."""

    by: Operator


@dataclass(frozen=True, slots=True)
class TimePassed:
    """Time has passed: a mask, a shelf, a hold time or the startup grace may be over."""


Change = (
    CommLost
    | CommRestored
    | FaultRaised
    | FaultCleared
    | ConditionsFound
    | Masked
    | AcknowledgeGiven
    | Shelved
    | Unshelved
    | ResetGiven
    | CancelGiven
    | TimePassed
)
