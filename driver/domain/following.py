"""How alarm records follow the facts and the status table: raised, held back, repeated, latched and cleared."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from driver.domain.alarms import ON_CLEAR_LATCHED, AlarmRecord, RecordState
from driver.domain.asset import ALARMING, AlarmRules, Asset, causes, true_states
from driver.domain.facts import CommReason
from driver.domain.happenings import Happening, alarm_happening
from driver.domain.settled import Settled
from driver.domain.status import State

Mint = Callable[[], str]
"""Makes a new alarm id."""


def follow(asset: Asset, rules: AlarmRules, now: datetime, mint: Mint) -> Settled:
    """Let the alarm records follow the facts and the table."""
    true = true_states(asset.facts)
    happenings: list[Happening] = []
    for state in ALARMING:
        record, row = asset.record(state), rules.table.binding(state)
        if row is None:
            asset = asset.without_record(record) if record else asset
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
        return asset.with_record(fresh), "AlarmRaised" if fresh.annunciated_at else "AlarmMasked"
    if record.state is RecordState.LATCHED_UNACKED:
        back = replace(
            record, state=RecordState.ACTIVE_UNACKED, cleared_at=None, count=record.count + 1, last_seen=fresh.last_seen
        )
        return asset.with_record(back), "AlarmRepeated"
    return asset, ""


def _caused(asset: Asset, state: State) -> Asset:
    """Let the alarm of a state say what causes it."""
    why = causes(asset.facts, state)
    records = tuple(record.caused(why) if record.status is state else record for record in asset.records)
    return replace(asset, records=records)


def _clear_record(asset: Asset, record: AlarmRecord, *, latch: bool, now: datetime) -> tuple[Asset, str]:
    if not latch:
        return asset.without_record(record), "AlarmCleared"
    if not record.state.active:
        return asset, ""
    return asset.with_record(replace(record, state=ON_CLEAR_LATCHED[record.state], cleared_at=now)), "AlarmCleared"


def _told(name: str, asset: Asset, record: AlarmRecord | None) -> list[Happening]:
    return [alarm_happening(name, asset, record)] if name and record is not None else []
