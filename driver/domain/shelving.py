"""Shelving as in ISA-18.2: an operator sets an alarm aside for a limited time, and it comes back by itself."""

from dataclasses import replace
from datetime import datetime, timedelta

from driver.domain.alarms import Shelf
from driver.domain.asset import Asset
from driver.domain.asset_changes import Shelved, Unshelved
from driver.domain.asset_events import AssetEvent, Transition, alarm_event
from driver.domain.commands import CommandResult

SHELVED, UNSHELVED = "AlarmShelved", "AlarmUnshelved"
#: The maximum time an alarm can be shelved, because a forgotten shelf hides alarms.
MAX_SHELVING = timedelta(hours=24)


def shelve_or_take_back(asset: Asset, change: Shelved | Unshelved, now: datetime) -> Transition:
    """Shelve or unshelve an alarm."""
    return _shelve(asset, change, now) if isinstance(change, Shelved) else _unshelve(asset, change, now)


def take_back_due(asset: Asset, now: datetime) -> Transition:
    """Unshelve the alarms whose shelving time is over."""
    if not asset.shelves:
        return Transition(asset)
    return _take_back(asset, [shelf for shelf in asset.shelves if shelf.until <= now], now)


def _shelve(asset: Asset, change: Shelved, now: datetime) -> Transition:
    """Shelve an alarm; if its state is already shelved, only the time, the person and the reason change."""
    record = next((record for record in asset.records if record.alarm_id == change.alarm_id), None)
    if record is None:
        return Transition(asset, result=CommandResult.REJECTED, why=f"it has no alarm {change.alarm_id}, or it ended")
    known, by = asset.shelf(record.status), change.by
    shelf = Shelf(change.alarm_id, record.status, by.user, now, change.until, by.comment)
    others = tuple(other for other in asset.shelves if other is not known)
    silent = replace(record, annunciated_at=None)
    after = replace(asset.with_record(silent), shelves=(*others, shelf))
    return Transition(after, () if known else (alarm_event(SHELVED, after, silent),))


def _unshelve(asset: Asset, change: Unshelved, now: datetime) -> Transition:
    """Unshelve an alarm, by its own id or by the id of the alarm that was shelved."""
    states = {record.status for record in asset.records if record.alarm_id == change.alarm_id}
    found = [shelf for shelf in asset.shelves if shelf.alarm_id == change.alarm_id or shelf.status in states]
    if not found:
        return Transition(asset, result=CommandResult.NOOP, why=f"{change.alarm_id} is not shelved")
    return _take_back(asset, found, now)


def _take_back(asset: Asset, shelves: list[Shelf], now: datetime) -> Transition:
    """Remove shelves, and annunciate again the alarms that remain, unless the asset is masked."""
    asset = replace(asset, shelves=tuple(shelf for shelf in asset.shelves if shelf not in shelves))
    asset_events: list[AssetEvent] = []
    for shelf in shelves:
        record = asset.record(shelf.status)
        if record is None:
            continue
        heard = replace(record, annunciated_at=None if asset.silenced(record.status) else now)
        asset = asset.with_record(heard)
        asset_events.append(alarm_event(UNSHELVED, asset, heard))
        if heard.annunciated_at and not heard.state.acked:
            asset_events.append(alarm_event("AlarmRaised", asset, heard))
    return Transition(asset, tuple(asset_events))
