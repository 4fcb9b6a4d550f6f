"""An asset as one frozen value: its facts, its alarm records, and the status that is shown."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from driver.domain.alarms import AlarmRecord, Shelf
from driver.domain.commands import AssetType
from driver.domain.facts import Facts, FaultCause
from driver.domain.severity import Severities
from driver.domain.status_table import State, StatusTable, default_table


@dataclass(frozen=True, slots=True)
class AlarmRules:
    """The status table of an asset and the choices that the platform's documentation leaves open.

    ``mask_toggles``: a second Mask unmasks (default: only Reset does). ``latch_strict``: a latched alarm freezes the
    shown status (default: a more urgent one may still be shown). ``reject_reset_while_active``: Reset of a fault
    that still holds is refused (default: it comes back as a new alarm). ``re_alarm_on_repeat``: a failure after
    Acknowledge raises a new alarm (default: it is counted). ``fault_hold_s``: seconds after which event faults end by
    themselves; 0: never. ``suppress_parent_down``: a phone without communication only because the system has none
    raises no alarm of its own (ISA-18.2: suppressed by design), since the system's alarm is about the same cause.
    ``fault_on``: conditions that put an asset in Fault (default: none). ``severities``: how urgent its alarms are.
    """

    table: StatusTable = field(default_factory=default_table)
    mask_toggles: bool = False
    latch_strict: bool = False
    reject_reset_while_active: bool = False
    re_alarm_on_repeat: bool = False
    fault_hold_s: float = 0.0
    suppress_parent_down: bool = True
    fault_on: frozenset[FaultCause] = frozenset()
    severities: Severities = field(default_factory=Severities)

    def latches(self, state: State) -> bool:
        """Return whether the alarm of a state stays until Acknowledge and Reset."""
        row = self.table.binding(state)
        return row is not None and row.latch


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset's state.

    ``startup_grace_until``: until then No Communication raises no alarm, so that a restart causes no alarm storm.
    """

    asset_id: str
    asset_type: AssetType
    facts: Facts
    status: str
    since: datetime
    records: tuple[AlarmRecord, ...] = ()
    startup_grace_until: datetime | None = None
    shelves: tuple[Shelf, ...] = ()

    def record(self, state: State) -> AlarmRecord | None:
        """Return the alarm record of a state, if any."""
        for record in self.records:
            if record.status is state:
                return record
        return None

    def shelf(self, state: State) -> Shelf | None:
        """Return the shelf that silences the alarm of a state, if any."""
        for shelf in self.shelves:
            if shelf.status is state:
                return shelf
        return None

    def silenced(self, state: State) -> bool:
        """Return whether a mask or a shelf silences the alarm of a state."""
        return self.facts.mask is not None or self.shelf(state) is not None

    def with_record(self, record: AlarmRecord) -> "Asset":
        """Return the asset with this record, replacing any other record of the same state."""
        return replace(self, records=(*self.without_record(record).records, record))

    def without_record(self, record: AlarmRecord) -> "Asset":
        """Return the asset without its record of the same state as ``record``."""
        return replace(self, records=tuple(known for known in self.records if known.status is not record.status))


#: The states that are facts and may raise alarms, more urgent first.
ALARMING = (State.NO_COMMUNICATION, State.FAULT)
#: Keyed by whether communication is down and whether there is a fault. Precomputed, as it is read at each change.
_TRUE_STATES = {
    (False, False): frozenset({State.NORMAL}),
    (False, True): frozenset({State.FAULT}),
    (True, False): frozenset({State.NO_COMMUNICATION}),
    (True, True): frozenset(ALARMING),
}


def true_states(facts: Facts) -> frozenset[State]:
    """Return the states that actually hold, masked or acknowledged or not; Normal if nothing is wrong."""
    return _TRUE_STATES[facts.comm is not None, bool(facts.faults)]


def causes(facts: Facts, state: State) -> tuple[str, ...]:
    """Return why a state holds, as codes: the reason of a loss, or each fault's cause with Twilio's error code."""
    if state is State.NO_COMMUNICATION:
        return (facts.comm.reason.value,) if facts.comm is not None else ()
    return tuple(f"{fault.cause} {fault.code}" if fault.code else fault.cause.value for fault in facts.faults)


def active_states(asset: Asset) -> frozenset[State]:
    """Return the active states: an acknowledged alarm counts as Acknowledged, a mask adds Masked, none means Normal."""
    true = true_states(asset.facts)
    if not asset.records and asset.facts.mask is None:
        return true
    active = set()
    for state in ALARMING:
        record = asset.record(state)
        if record is not None:
            active.add(State.ACKNOWLEDGED if record.state.acked else state)
        if state in true and (record is None or not record.state.active):
            active.add(state)
    if asset.facts.mask is not None:
        active.add(State.MASKED)
    return frozenset(active) or frozenset({State.NORMAL})
