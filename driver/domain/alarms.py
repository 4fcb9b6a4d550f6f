"""Alarm records: the four states a record goes through, as tables.

The names follow ISA-18.2 (alarm management in the process industries): unacknowledged, acknowledged, and both again
for an alarm whose cause is gone while it is latched. A record that is not latched never outlives its cause.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from driver.domain.asset_changes import Operator
from driver.domain.status_table import State


class RecordState(StrEnum):
    """Whether the cause still holds (active or latched) and whether an operator has acknowledged."""

    ACTIVE_UNACKED = "UA"
    ACTIVE_ACKED = "AA"
    LATCHED_UNACKED = "UL"
    LATCHED_ACKED = "AL"

    @property
    def acked(self) -> bool:
        """Whether an operator has acknowledged the alarm."""
        return self in (RecordState.ACTIVE_ACKED, RecordState.LATCHED_ACKED)

    @property
    def active(self) -> bool:
        """Whether the cause still holds."""
        return self in (RecordState.ACTIVE_UNACKED, RecordState.ACTIVE_ACKED)


#: The state of an unacknowledged record after Acknowledge; an acknowledged one stays as it is.
ON_ACKNOWLEDGE = {
    RecordState.ACTIVE_UNACKED: RecordState.ACTIVE_ACKED,
    RecordState.LATCHED_UNACKED: RecordState.LATCHED_ACKED,
}

#: The state of a record after its cause ends, if its status latches; without a latch, the record is dropped.
ON_CLEAR_LATCHED = {
    RecordState.ACTIVE_UNACKED: RecordState.LATCHED_UNACKED,
    RecordState.ACTIVE_ACKED: RecordState.LATCHED_ACKED,
}


@dataclass(frozen=True, slots=True)
class AlarmRecord:
    """One alarm of one asset, from when it is raised until it ends.

    ``annunciated_at`` is None while a mask keeps the alarm silent; after a Reset it is the time of the Reset, from
    which the age in the alarm grid counts. ``acked_from`` is the channel of the acknowledgement (``workstation``,
    ``api``, ``workflow``, ``sms``), ``acked_at_workstation`` where it was given. ``causes`` lists every cause that has
    held at any time, such as ``number_problem 21612``: nothing else shows it once it is over and the alarm is latched.
    """

    alarm_id: str
    status: State
    alarm_type: str
    state: RecordState
    raised_at: datetime
    last_seen: datetime
    annunciated_at: datetime | None = None
    acked_at: datetime | None = None
    acked_by: str = ""
    acked_from: str = ""
    acked_at_workstation: str = ""
    comment: str = ""
    cleared_at: datetime | None = None
    count: int = 1
    causes: tuple[str, ...] = ()

    def acknowledged(self, at: datetime, by: Operator) -> "AlarmRecord":
        """Return the record acknowledged; unchanged if it already was."""
        if self.state.acked:
            return self
        return replace(
            self,
            state=ON_ACKNOWLEDGE[self.state],
            acked_at=at,
            acked_by=by.user,
            acked_from=by.channel,
            acked_at_workstation=by.workstation,
            comment=by.comment,
        )

    def caused(self, causes: Sequence[str]) -> "AlarmRecord":
        """Return the record with the causes that hold now added to those that held before."""
        known = tuple(dict.fromkeys((*self.causes, *causes)))
        return self if known == self.causes else replace(self, causes=known)


@dataclass(frozen=True, slots=True)
class Shelf:
    """An alarm that an operator has set aside for a while (ISA-18.2: shelved): who, since when, until when, and why.

    It applies to every alarm of the asset's ``status``, even one raised meanwhile; ``alarm_id`` is the one shelved.
    """

    alarm_id: str
    status: State
    by: str
    since: datetime
    until: datetime
    comment: str = ""
