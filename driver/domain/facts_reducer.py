"""What each change does to an asset's facts, and what each command does to its alarm records."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from driver.domain.asset import AlarmRules, Asset, true_states
from driver.domain.asset_changes import (
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
    Shelved,
    TimePassed,
    Unshelved,
)
from driver.domain.asset_events import CONDITION_ENDED, CONDITION_FOUND, Transition, alarm_event, condition_event
from driver.domain.commands import CommandResult
from driver.domain.facts import HEALTHY, CauseKind, CommLoss, Fault, Mask
from driver.domain.shelving import shelve_or_take_back, take_back_due
from driver.domain.status_table import State


def apply(asset: Asset, change: Change, rules: AlarmRules, *, now: datetime) -> Transition:
    """Apply a change to the facts, and a command to the alarm records; records do not follow the facts yet."""
    match change:
        case CommLost(reason, detail, hint, phones):
            known = asset.facts.comm
            loss = CommLoss(reason, detail, known.since if known else now, hint, phones)
            return Transition(replace(asset, facts=replace(asset.facts, comm=loss)))
        case CommRestored():
            facts = replace(asset.facts, comm=None)
            return Transition(replace(asset, facts=HEALTHY if facts == HEALTHY else facts, startup_grace_until=None))
        case FaultRaised():
            return _raise_fault(asset, change, rules, now=now)
        case FaultCleared(kind, causes):
            return Transition(replace(asset, facts=asset.facts.without(*causes, kind=kind)))
        case ConditionsFound():
            return _conditions(asset, change)
        case Masked():
            return _mask(asset, change, rules, now=now)
        case AcknowledgeGiven():
            return _acknowledge(asset, change, now)
        case Shelved() | Unshelved():
            return shelve_or_take_back(asset, change, now)
        case ResetGiven():
            return _reset(asset, rules, now)
        case CancelGiven():
            return Transition(asset, why="the selection was cleared; states and messages are unchanged")
        case TimePassed():
            return _time_passed(asset, rules, now)
        case _:
            assert_never(change)


def _raise_fault(asset: Asset, change: FaultRaised, rules: AlarmRules, *, now: datetime) -> Transition:
    known = next((f for f in asset.facts.faults if (f.cause, f.kind) == (change.cause, change.kind)), None)
    fault = Fault(change.cause, change.kind, change.detail, now, now, change.code, hint=change.hint)
    if known is not None and change.kind is CauseKind.STANDING:
        same = replace(fault, since=known.since, count=known.count)
        faults = tuple(same if f is known else f for f in asset.facts.faults)
        return Transition(replace(asset, facts=replace(asset.facts, faults=faults)))
    asset = replace(asset, facts=asset.facts.with_fault(fault))
    record = asset.record(State.FAULT)
    if record is None or not record.state.active:
        return Transition(asset)
    if record.state.acked and rules.re_alarm_on_repeat:
        return Transition(asset.without_record(record))
    again = replace(record, count=record.count + 1, last_seen=now)
    return Transition(asset.with_record(again), (alarm_event("AlarmRepeated", asset, again),))


def _conditions(asset: Asset, change: ConditionsFound) -> Transition:
    before = {known.cause: known for known in asset.facts.conditions}
    now = tuple(replace(c, since=before[c.cause].since) if c.cause in before else c for c in change.conditions)
    found = [condition for condition in now if condition.cause not in before]
    ended = [before[cause] for cause in before if cause not in {condition.cause for condition in now}]
    return Transition(
        replace(asset, facts=replace(asset.facts, conditions=now)),
        (
            *(condition_event(CONDITION_FOUND, condition) for condition in found),
            *(condition_event(CONDITION_ENDED, condition) for condition in ended),
        ),
    )


def _mask(asset: Asset, change: Masked, rules: AlarmRules, *, now: datetime) -> Transition:
    mask = asset.facts.mask
    if mask is not None and rules.mask_toggles:
        return _unmask(asset, now)
    if mask is not None and mask.until == change.until:
        return Transition(asset, result=CommandResult.NOOP, why="it is already masked")
    since = mask.since if mask else now
    facts = replace(asset.facts, mask=Mask(change.by.user, since, change.until, change.by.comment))
    silenced = tuple(replace(record, annunciated_at=None) for record in asset.records)
    return Transition(
        replace(asset, facts=facts, records=silenced),
        tuple(alarm_event("AlarmMasked", asset, record) for record in silenced) if mask is None else (),
    )


def _unmask(asset: Asset, now: datetime) -> Transition:
    asset = replace(asset, facts=replace(asset.facts, mask=None))
    records = tuple(
        record if asset.silenced(record.status) else replace(record, annunciated_at=now) for record in asset.records
    )
    heard = (record for record in records if record.annunciated_at and not record.state.acked)
    return Transition(
        replace(asset, records=records), tuple(alarm_event("AlarmRaised", asset, record) for record in heard)
    )


def _acknowledge(asset: Asset, change: AcknowledgeGiven, now: datetime) -> Transition:
    if change.alarm_id and all(record.alarm_id != change.alarm_id for record in asset.records):
        return Transition(asset, result=CommandResult.REJECTED, why=f"it has no alarm {change.alarm_id}, or it ended")
    records = tuple(
        record.acknowledged(now, change.by) if change.alarm_id in ("", record.alarm_id) else record
        for record in asset.records
    )
    if records == asset.records:
        return Transition(asset, result=CommandResult.NOOP, why="no alarm is waiting for acknowledgement")
    new = [after for before, after in zip(asset.records, records, strict=True) if before != after]
    return Transition(
        replace(asset, records=records), tuple(alarm_event("AlarmAcknowledged", asset, record) for record in new)
    )


def _reset(asset: Asset, rules: AlarmRules, now: datetime) -> Transition:
    """Unmask, drop acknowledged alarms and event faults that may end; a state that still holds is a new alarm."""
    waiting = [r.status.value for r in asset.records if not r.state.acked and rules.latches(r.status)]
    done = _unmask(asset, now) if asset.facts.mask is not None else Transition(asset)
    after, asset_events = done.asset, list(done.asset_events)
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
        after = after.without_record(record)
        asset_events.append(alarm_event("AlarmReset", asset, record))
    if not waiting and not refused:
        result = CommandResult.OK if after != asset else CommandResult.NOOP
        return Transition(after, tuple(asset_events), result, "" if after != asset else "nothing to reset")
    why = f"acknowledge {' and '.join(waiting)} first" if waiting else f"{' and '.join(refused)} still holds"
    result = CommandResult.PARTIAL if after != asset else CommandResult.REJECTED
    return Transition(after, tuple(asset_events), result, why)


def _time_passed(asset: Asset, rules: AlarmRules, now: datetime) -> Transition:
    back = take_back_due(asset, now)
    asset, asset_events = back.asset, back.asset_events
    if asset.startup_grace_until is not None and asset.startup_grace_until <= now:
        asset = replace(asset, startup_grace_until=None)
    mask = asset.facts.mask
    if mask is not None and mask.until is not None and mask.until <= now:
        unmasked = _unmask(asset, now)
        asset, asset_events = unmasked.asset, asset_events + unmasked.asset_events
    if rules.fault_hold_s:
        oldest = now - timedelta(seconds=rules.fault_hold_s)
        kept = tuple(f for f in asset.facts.faults if f.kind is not CauseKind.EVENT or f.last_seen > oldest)
        asset = replace(asset, facts=replace(asset.facts, faults=kept))
    return Transition(asset, asset_events)
