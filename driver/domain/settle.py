"""How an asset's state answers to everything that happens to it: one pure function over frozen data.

``settle`` changes the facts, lets the alarm records follow them, and says which status is shown and which events
that makes. The transition tables in ``docs/reference/driver-states.md`` are generated from it.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import assert_never

from driver.domain.alarms import ON_CLEAR_LATCHED, AlarmRecord, RecordState
from driver.domain.asset import ALARMING, AlarmRules, Asset, active_states, causes, true_states
from driver.domain.changes import (
    AcknowledgeGiven,
    CancelGiven,
    Change,
    CommLost,
    CommRestored,
    ConditionsFound,
    FaultCleared,
    FaultRaised,
    Masked,
    ResetGiven,
    TimePassed,
)
from driver.domain.commands import CommandResult
from driver.domain.facts import CHOSEN_FAULTS, CauseKind, CommLoss, CommReason, Fault, Mask
from driver.domain.happenings import (
    CONDITION_ENDED,
    CONDITION_FOUND,
    Happening,
    alarm_happening,
    condition_happening,
    state_changed,
)
from driver.domain.status import State, shown

Mint = Callable[[], str]
"""Makes a new alarm id."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The asset after a change, what happened on the way, and what a command came to (``why`` if not plainly ok)."""

    asset: Asset
    happenings: tuple[Happening, ...] = ()
    result: CommandResult = CommandResult.OK
    why: str = ""


def settle(asset: Asset, change: Change, rules: AlarmRules, now: datetime, mint: Mint) -> Settled:
    """Apply one change and let records and shown status follow. Total: every change is legal in every state."""
    done = _apply(asset, change, rules, now)
    followed = _follow(_with_chosen_faults(done.asset, rules, now), rules, now, mint)
    after = replace(followed.asset, status=_status(followed.asset, rules))
    happenings = done.happenings + followed.happenings
    if after.status != asset.status:
        after = replace(after, since=now)
        happenings += (state_changed(after, asset.status),)
    return Settled(after, happenings, done.result, done.why)


def next_due(asset: Asset, rules: AlarmRules) -> datetime | None:
    """Return when time alone will change the asset (``TimePassed`` is due then), or None if never."""
    moments = [asset.held_until] if asset.held_until else []
    if asset.facts.mask is not None and asset.facts.mask.until is not None:
        moments.append(asset.facts.mask.until)
    if rules.fault_hold_s:
        hold = timedelta(seconds=rules.fault_hold_s)
        moments.extend(f.last_seen + hold for f in asset.facts.faults if f.kind is CauseKind.EVENT)
    return min(moments, default=None)


def _apply(asset: Asset, change: Change, rules: AlarmRules, now: datetime) -> Settled:
    match change:
        case CommLost(reason, detail, hint):
            known = asset.facts.comm
            loss = CommLoss(reason, detail, known.since if known else now, hint)
            return Settled(replace(asset, facts=replace(asset.facts, comm=loss)))
        case CommRestored():
            return Settled(replace(asset, facts=replace(asset.facts, comm=None), held_until=None))
        case FaultRaised():
            return _raise_fault(asset, change, rules, now)
        case FaultCleared(kind, causes):
            return Settled(replace(asset, facts=asset.facts.without(*causes, kind=kind)))
        case ConditionsFound():
            return _conditions(asset, change)
        case Masked():
            return _mask(asset, change, rules, now)
        case AcknowledgeGiven():
            return _acknowledge(asset, change, now)
        case ResetGiven():
            return _reset(asset, rules, now)
        case CancelGiven():
            return Settled(asset, why="the selection was cleared; no state and no message is touched")
        case TimePassed():
            return _time_passed(asset, rules, now)
        case _:
            assert_never(change)


def _raise_fault(asset: Asset, change: FaultRaised, rules: AlarmRules, now: datetime) -> Settled:
    known = next((f for f in asset.facts.faults if (f.cause, f.kind) == (change.cause, change.kind)), None)
    fault = Fault(change.cause, change.kind, change.detail, now, now, change.code, hint=change.hint)
    if known is not None and change.kind is CauseKind.CONDITION:
        same = replace(fault, since=known.since, count=known.count)
        faults = tuple(same if f is known else f for f in asset.facts.faults)
        return Settled(replace(asset, facts=replace(asset.facts, faults=faults)))
    asset = replace(asset, facts=asset.facts.with_fault(fault))
    record = asset.record(State.FAULT)
    if record is None or not record.state.active:
        return Settled(asset)
    if record.state.acked and rules.re_alarm_on_repeat:
        return Settled(_without_record(asset, record))
    again = replace(record, count=record.count + 1, last_seen=now)
    return Settled(_with_record(asset, again), (alarm_happening("AlarmRepeated", asset, again),))


def _conditions(asset: Asset, change: ConditionsFound) -> Settled:
    before = {known.cause: known for known in asset.facts.conditions}
    now = tuple(replace(c, since=before[c.cause].since) if c.cause in before else c for c in change.conditions)
    found = [condition for condition in now if condition.cause not in before]
    ended = [before[cause] for cause in before if cause not in {condition.cause for condition in now}]
    return Settled(
        replace(asset, facts=replace(asset.facts, conditions=now)),
        (
            *(condition_happening(CONDITION_FOUND, condition) for condition in found),
            *(condition_happening(CONDITION_ENDED, condition) for condition in ended),
        ),
    )


def _with_chosen_faults(asset: Asset, rules: AlarmRules, now: datetime) -> Asset:
    """Let the conditions that the site wants to be faults be faults, and no others."""
    known = {fault.cause: fault for fault in asset.facts.faults if fault.cause in CHOSEN_FAULTS}
    wanted = [
        replace(
            known.get(condition.cause) or Fault(condition.cause, CauseKind.CONDITION, "", now, now),
            detail=condition.detail,
            hint=condition.hint,
        )
        for condition in asset.facts.conditions
        if condition.cause in rules.fault_on
    ]
    if not known and not wanted:
        return asset
    others = tuple(fault for fault in asset.facts.faults if fault.cause not in CHOSEN_FAULTS)
    return replace(asset, facts=replace(asset.facts, faults=(*others, *wanted)))


def _mask(asset: Asset, change: Masked, rules: AlarmRules, now: datetime) -> Settled:
    mask = asset.facts.mask
    if mask is not None and rules.mask_toggles:
        return _unmask(asset, now)
    if mask is not None and mask.until == change.until:
        return Settled(asset, result=CommandResult.NOOP, why="it is masked already")
    since = mask.since if mask else now
    facts = replace(asset.facts, mask=Mask(change.by.user, since, change.until, change.by.comment))
    silenced = tuple(replace(record, annunciated_at=None) for record in asset.records)
    return Settled(
        replace(asset, facts=facts, records=silenced),
        tuple(alarm_happening("AlarmMasked", asset, record) for record in silenced) if mask is None else (),
    )


def _unmask(asset: Asset, now: datetime) -> Settled:
    records = tuple(replace(record, annunciated_at=now) for record in asset.records)
    return Settled(
        replace(asset, facts=replace(asset.facts, mask=None), records=records),
        tuple(alarm_happening("AlarmRaised", asset, record) for record in records if not record.state.acked),
    )


def _acknowledge(asset: Asset, change: AcknowledgeGiven, now: datetime) -> Settled:
    if change.alarm_id and all(record.alarm_id != change.alarm_id for record in asset.records):
        return Settled(asset, result=CommandResult.REJECTED, why=f"it has no alarm {change.alarm_id}, or no longer")
    records = tuple(
        record.acknowledged(now, change.by) if change.alarm_id in ("", record.alarm_id) else record
        for record in asset.records
    )
    if records == asset.records:
        return Settled(asset, result=CommandResult.NOOP, why="no alarm waits for acknowledgement")
    new = [after for before, after in zip(asset.records, records, strict=True) if before != after]
    return Settled(
        replace(asset, records=records), tuple(alarm_happening("AlarmAcknowledged", asset, record) for record in new)
    )


def _reset(asset: Asset, rules: AlarmRules, now: datetime) -> Settled:
    """Unmask, drop what is acknowledged and over, and event faults that may go; what still holds is a new alarm."""
    waiting = [r.status.value for r in asset.records if not r.state.acked and rules.latches(r.status)]
    done = _unmask(asset, now) if asset.facts.mask is not None else Settled(asset)
    after, happenings = done.asset, list(done.happenings)
    fault_record = after.record(State.FAULT)
    if fault_record is None or fault_record.state.acked or not rules.latches(State.FAULT):
        after = replace(after, facts=after.facts.without(kind=CauseKind.EVENT))
    still = true_states(after.facts)
    refused = []
    for record in after.records:
        if not record.state.acked:
            continue
        if record.status in still and rules.reject_reset_while_active:
            refused.append(record.status.value)
            continue
        after = _without_record(after, record)
        happenings.append(alarm_happening("AlarmReset", asset, record))
    if not waiting and not refused:
        result = CommandResult.OK if after != asset else CommandResult.NOOP
        return Settled(after, tuple(happenings), result, "" if after != asset else "nothing to reset")
    why = f"acknowledge {' and '.join(waiting)} first" if waiting else f"{' and '.join(refused)} still holds"
    result = CommandResult.PARTIAL if after != asset else CommandResult.REJECTED
    return Settled(after, tuple(happenings), result, why)


def _time_passed(asset: Asset, rules: AlarmRules, now: datetime) -> Settled:
    happenings: tuple[Happening, ...] = ()
    if asset.held_until is not None and asset.held_until <= now:
        asset = replace(asset, held_until=None)
    mask = asset.facts.mask
    if mask is not None and mask.until is not None and mask.until <= now:
        unmasked = _unmask(asset, now)
        asset, happenings = unmasked.asset, unmasked.happenings
    if rules.fault_hold_s:
        oldest = now - timedelta(seconds=rules.fault_hold_s)
        kept = tuple(f for f in asset.facts.faults if f.kind is not CauseKind.EVENT or f.last_seen > oldest)
        asset = replace(asset, facts=replace(asset.facts, faults=kept))
    return Settled(asset, happenings)


def _follow(asset: Asset, rules: AlarmRules, now: datetime, mint: Mint) -> Settled:
    """Let the alarm records follow the facts and the table."""
    true = true_states(asset.facts)
    happenings: list[Happening] = []
    for state in ALARMING:
        record, row = asset.record(state), rules.table.binding(state)
        if row is None:
            asset = _without_record(asset, record) if record else asset
        elif state in true:
            if _held(asset, state, rules) and record is None:
                continue
            asset, name = _raise_record(
                asset,
                record,
                AlarmRecord(
                    mint() if record is None or record.state is RecordState.LATCHED_ACKED else record.alarm_id,
                    state,
                    row.alarm_type,
                    RecordState.ACTIVE_UNACKED,
                    now,
                    now,
                    None if asset.facts.mask else now,
                ),
            )
            asset = _caused(asset, state)
            happenings += _told(name, asset, asset.record(state))
        elif record is not None:
            asset, name = _clear_record(asset, record, latch=row.latch, now=now)
            happenings += _told(name, asset, asset.record(state) or record)
    return Settled(asset, tuple(happenings))


def _held(asset: Asset, state: State, rules: AlarmRules) -> bool:
    """Tell whether No Communication raises no alarm for now: just started, or only because the system has none."""
    comm = asset.facts.comm
    if state is not State.NO_COMMUNICATION or comm is None:
        return False
    return asset.held_until is not None or (rules.suppress_parent_down and comm.reason is CommReason.PARENT_DOWN)


def _raise_record(asset: Asset, record: AlarmRecord | None, fresh: AlarmRecord) -> tuple[Asset, str]:
    if record is None or record.state is RecordState.LATCHED_ACKED:
        return _with_record(asset, fresh), "AlarmRaised" if fresh.annunciated_at else "AlarmMasked"
    if record.state is RecordState.LATCHED_UNACKED:
        back = replace(
            record, state=RecordState.ACTIVE_UNACKED, cleared_at=None, count=record.count + 1, last_seen=fresh.last_seen
        )
        return _with_record(asset, back), "AlarmRepeated"
    return asset, ""


def _caused(asset: Asset, state: State) -> Asset:
    """Let the alarm of a state say what causes it."""
    why = causes(asset.facts, state)
    records = tuple(record.caused(why) if record.status is state else record for record in asset.records)
    return replace(asset, records=records)


def _clear_record(asset: Asset, record: AlarmRecord, *, latch: bool, now: datetime) -> tuple[Asset, str]:
    if not latch:
        return _without_record(asset, record), "AlarmCleared"
    if not record.state.active:
        return asset, ""
    return _with_record(asset, replace(record, state=ON_CLEAR_LATCHED[record.state], cleared_at=now)), "AlarmCleared"


def _told(name: str, asset: Asset, record: AlarmRecord | None) -> list[Happening]:
    return [alarm_happening(name, asset, record)] if name and record is not None else []


def _status(asset: Asset, rules: AlarmRules) -> str:
    if rules.latch_strict and asset.facts.mask is None:
        latched = sorted((r for r in asset.records if rules.latches(r.status)), key=lambda r: r.raised_at)
        if latched:
            first = latched[0]
            return shown({State.ACKNOWLEDGED if first.state.acked else first.status}, rules.table)
    return shown(active_states(asset), rules.table)


def _with_record(asset: Asset, record: AlarmRecord) -> Asset:
    others = tuple(known for known in asset.records if known.status is not record.status)
    return replace(asset, records=(*others, record))


def _without_record(asset: Asset, record: AlarmRecord) -> Asset:
    return replace(asset, records=tuple(known for known in asset.records if known.status is not record.status))
