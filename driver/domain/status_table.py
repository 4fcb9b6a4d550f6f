"""Status tables: which of an asset's active states is shown, and which states raise alarms."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """The five states of the platform's driver page, under their display names."""

    NORMAL = "Normal"
    MASKED = "Masked"
    FAULT = "Fault"
    NO_COMMUNICATION = "No Communication"
    ACKNOWLEDGED = "Acknowledged"


#: Numbers of the states in table files. Acknowledged is 0 because the platform's import page calls 0 the usual value of
#: ``Status.AcknowledgedStatusState.Value``; the others count on from there.
STATE_NUMBERS: dict[State, int] = {
    State.ACKNOWLEDGED: 0,
    State.NORMAL: 1,
    State.MASKED: 2,
    State.FAULT: 3,
    State.NO_COMMUNICATION: 4,
}


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One row: shown when all its ``states`` are active and no row with a smaller ``priority`` matches."""

    status: str
    states: frozenset[State]
    priority: int
    alarm: bool = False
    latch: bool = False
    alarm_type: str = ""


@dataclass(frozen=True, slots=True)
class StatusTable:
    """The rows that apply to an asset, in the order of the table."""

    table_id: str
    description: str
    rows: tuple[StatusRow, ...]

    def binding(self, state: State) -> StatusRow | None:
        """Return the row that binds a state to an alarm, or None if none does."""
        for row in self.rows:
            if row.alarm and row.states == {state}:
                return row
        return None


def default_table(*, latch: bool = False) -> StatusTable:
    """Return the table every asset has until another is configured.

    The platform's documentation leaves priorities open; the order Masked, No Communication, Fault, Acknowledged,
    Normal lets nothing beat a mask and an unacknowledged alarm beat an acknowledged one. Fault and No Communication
    raise alarms.
    """

    def row(state: State, priority: int, alarm_type: str = "") -> StatusRow:
        return StatusRow(
            state.value, frozenset({state}), priority, bool(alarm_type), latch and bool(alarm_type), alarm_type
        )

    return StatusTable(
        "default",
        "Default",
        (
            row(State.MASKED, 1),
            row(State.NO_COMMUNICATION, 2, "No Communication"),
            row(State.FAULT, 3, "Fault"),
            row(State.ACKNOWLEDGED, 4),
            row(State.NORMAL, 5),
        ),
    )


def shown(active: AbstractSet[State], table: StatusTable) -> str:
    """Return the status to show: smallest priority first, then the row with more states, then the table's order.

    A table need not have a row for every state; if none matches, the name of the most important active state is shown.
    """
    matching = [row for row in table.rows if row.states <= active]
    if not matching:
        return min(active, key=_FALLBACK.index).value
    return min(matching, key=lambda row: (row.priority, -len(row.states))).status


_FALLBACK = (State.MASKED, State.NO_COMMUNICATION, State.FAULT, State.ACKNOWLEDGED, State.NORMAL)
