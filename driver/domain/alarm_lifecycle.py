"""How alarm records follow the facts and the status table: raised, held back, repeated, latched and cleared."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from driver.domain.alarms import ON_CLEAR_LATCHED, AlarmRecord, RecordState
from driver.domain.asset import ALARMING, AlarmRules, Asset, causes, true_states
from driver.domain.asset_events import AssetEvent, Transition, alarm_event
from driver.domain.commands import AssetType
from driver.domain.facts import OF_THE_SYSTEM
from driver.domain.shelving import SHELVED
from driver.domain.status_table import State

Mint = Callable[[], str]
"""Creates a new alarm id."""


def follow(asset: Asset, rules: AlarmRules, now: datetime, *, mint: Mint) -> Transition:
    """Update the alarm records to match the facts and the status table."""
    true = true_states(asset.facts)
    asset_events: list[AssetEvent] = []
    for state in ALARMING:
        record, row = asset.record(state), rules.table.binding(state)
        if row is None:
            asset = asset.without_record(record) if record else asset
        elif state in true and not _suppressed(asset, state, rules):
            if _in_startup_grace(asset, state) and (record is None or not record.state.active):
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
                    None if asset.silenced(state) else now,
                ),
            )
            asset = _caused(asset, state)
            asset_events += _alarm_events(name, asset, asset.record(state))
        elif record is not None and not (state in true and record.state.active and _of_its_own(record)):
            asset, name = _clear_record(asset, record, latch=row.latch, now=now)
            asset_events += _alarm_events(name, asset, asset.record(state) or record)
    return Transition(asset, tuple(asset_events))


def _in_startup_grace(asset: Asset, state: State) -> bool:
    """Return whether No Communication raises no alarm for now, because the driver has just started."""
    return state is State.NO_COMMUNICATION and asset.startup_grace_until is not None


def _suppressed(asset: Asset, state: State, rules: AlarmRules) -> bool:
    """Return whether a state raises no alarm by design: a phone has no communication only because the system has none.

    The system's own alarm covers the same cause and says how many phones are affected.
    """
    comm = asset.facts.comm
    if not rules.suppress_parent_down or asset.asset_type is not AssetType.PHONE or comm is None:
        return False
    return state is State.NO_COMMUNICATION and comm.reason in OF_THE_SYSTEM


def _of_its_own(record: AlarmRecord) -> bool:
    """Return whether an alarm has a cause other than the system's, which may still hold while the system hides it."""
    return any(cause not in OF_THE_SYSTEM for cause in record.causes)


def _raise_record(asset: Asset, record: AlarmRecord | None, fresh: AlarmRecord) -> tuple[Asset, str]:
    if record is None or record.state is RecordState.LATCHED_ACKED:
        silent = "AlarmMasked" if asset.facts.mask else SHELVED
        return asset.with_record(fresh), "AlarmRaised" if fresh.annunciated_at else silent
    if record.state is RecordState.LATCHED_UNACKED:
        back = replace(
            record, state=RecordState.ACTIVE_UNACKED, cleared_at=None, count=record.count + 1, last_seen=fresh.last_seen
        )
        return asset.with_record(back), "AlarmRepeated"
    return asset, ""


def _caused(asset: Asset, state: State) -> Asset:
    """Record the causes of a state in its alarm."""
    why = causes(asset.facts, state)
    records = tuple(record.caused(why) if record.status is state else record for record in asset.records)
    return replace(asset, records=records)


def _clear_record(asset: Asset, record: AlarmRecord, *, latch: bool, now: datetime) -> tuple[Asset, str]:
    if not latch:
        return asset.without_record(record), "AlarmCleared"
    if not record.state.active:
        return asset, ""
    return asset.with_record(replace(record, state=ON_CLEAR_LATCHED[record.state], cleared_at=now)), "AlarmCleared"


def _alarm_events(name: str, asset: Asset, record: AlarmRecord | None) -> list[AssetEvent]:
    return [alarm_event(name, asset, record)] if name and record is not None else []
