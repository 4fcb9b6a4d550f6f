"""How an asset's state responds to everything that happens to it: one pure function over frozen data.

``transition`` changes the facts, updates the alarm records to match, and determines the shown status and the resulting
events. The transition tables in ``docs/reference/driver-states.md`` are generated from it.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from driver.domain.alarm_lifecycle import Mint, follow
from driver.domain.asset import AlarmRules, Asset, active_states
from driver.domain.asset_changes import Change
from driver.domain.asset_events import Transition, state_changed
from driver.domain.facts import CHOSEN_FAULTS, CauseKind, Fault
from driver.domain.facts_reducer import apply
from driver.domain.status_table import State, shown


def transition(asset: Asset, change: Change, rules: AlarmRules, *, now: datetime, mint: Mint) -> Transition:
    """Apply one change, and update the records and the shown status. Total: every change is legal in every state."""
    done = apply(asset, change, rules, now=now)
    followed = follow(_with_chosen_faults(done.asset, rules, now), rules, now, mint=mint)
    after, status = followed.asset, _status(followed.asset, rules)
    asset_events = done.asset_events + followed.asset_events
    if status != asset.status:
        after = replace(after, status=status, since=now)
        asset_events += (state_changed(after, asset.status),)
    return Transition(after, asset_events, done.result, done.why)


def next_due(asset: Asset, rules: AlarmRules) -> datetime | None:
    """Return when time alone will change the asset (``TimePassed`` is due then), or None if never."""
    moments = [asset.startup_grace_until] if asset.startup_grace_until else []
    if asset.facts.mask is not None and asset.facts.mask.until is not None:
        moments.append(asset.facts.mask.until)
    moments.extend(shelf.until for shelf in asset.shelves)
    if rules.fault_hold_s:
        hold = timedelta(seconds=rules.fault_hold_s)
        moments.extend(f.last_seen + hold for f in asset.facts.faults if f.kind is CauseKind.EVENT)
    return min(moments, default=None)


def reclocked(asset: Asset, step: timedelta) -> Asset:
    """Return the asset with its durations unchanged, after the wall clock was set by ``step``.

    A mask or a shelf ends at the time that the operator gave, whatever the clock did.
    """
    grace_until = asset.startup_grace_until and asset.startup_grace_until + step
    faults = tuple(
        replace(fault, last_seen=fault.last_seen + step) if fault.kind is CauseKind.EVENT else fault
        for fault in asset.facts.faults
    )
    return replace(asset, startup_grace_until=grace_until, facts=replace(asset.facts, faults=faults))


def _with_chosen_faults(asset: Asset, rules: AlarmRules, now: datetime) -> Asset:
    """Turn the conditions that the site has configured as faults into faults, and no others."""
    if not asset.facts.faults and not asset.facts.conditions:
        return asset
    known = {fault.cause: fault for fault in asset.facts.faults if fault.cause in CHOSEN_FAULTS}
    wanted = [
        replace(
            known.get(condition.cause) or Fault(condition.cause, CauseKind.STANDING, "", now, now),
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


def _status(asset: Asset, rules: AlarmRules) -> str:
    if rules.latch_strict and asset.facts.mask is None:
        latched = sorted((r for r in asset.records if rules.latches(r.status)), key=lambda r: r.raised_at)
        if latched:
            first = latched[0]
            return shown({State.ACKNOWLEDGED if first.state.acked else first.status}, rules.table)
    return shown(active_states(asset), rules.table)
