"""Converts the driver's records to the models of the API."""

from datetime import datetime

from driver.api import alarm_models, models
from driver.domain.alarms import AlarmRecord
from driver.domain.asset import Asset, active_states, true_states
from driver.domain.execution import Execution
from driver.domain.explanations import awaiting, reason
from driver.domain.message import Message
from driver.services.asset_catalog import AssetEntry
from driver.services.asset_states import AssetStates


def asset_model(assets: AssetStates, entry: AssetEntry, asset: Asset, *, now: datetime) -> models.AssetModel:
    """Return the model of an asset with everything that explains its status."""
    has_numbers = bool(entry.external_phone_number or entry.twilio_phone_number)
    return models.AssetModel(
        asset_id=entry.asset_id,
        item_id=entry.item_id,
        asset_type=entry.asset_type,
        caption=entry.caption,
        status=asset.status,
        active_states=sorted(active_states(asset)),
        true_states=sorted(true_states(asset.facts)),
        facts=models.FactsModel.of(asset.facts),
        reason=reason(asset),
        awaiting=awaiting(asset, entry.rules),
        status_table=entry.rules.table.table_id,
        command_table=entry.command_table,
        since=asset.since,
        alarms=[alarm_model(assets, entry, asset, record=record, now=now) for record in asset.records],
        shelved=list(map(alarm_models.ShelfModel.model_validate, asset.shelves)),
        external_phone_number=entry.external_phone_number if has_numbers else None,
        twilio_phone_number=entry.twilio_phone_number if has_numbers else None,
    )


def alarm_model(
    assets: AssetStates, entry: AssetEntry, asset: Asset, *, record: AlarmRecord, now: datetime
) -> alarm_models.AlarmModel:
    """Return the model of an alarm; ``now`` determines its age."""
    shown, shelf = record.annunciated_at, asset.shelf(record.status)
    return alarm_models.AlarmModel(
        alarm_id=record.alarm_id,
        asset_id=entry.asset_id,
        item_id=entry.item_id,
        caption=entry.caption,
        alarm_type=record.alarm_type,
        status=record.status,
        state="Acknowledged" if record.state.acked else "Unacknowledged",
        active=record.state.active,
        masked=asset.facts.mask is not None,
        time=record.raised_at,
        age=None if shown is None else max(0.0, (now - shown).total_seconds()),
        count=record.count,
        last_seen=record.last_seen,
        acknowledged_at=record.acked_at,
        acknowledged_by=record.acked_by,
        acknowledged_via=record.acked_from,
        acknowledged_at_workstation=record.acked_at_workstation,
        comment=record.comment,
        cleared_at=record.cleared_at,
        location=entry.location,
        severity=entry.rules.severities.of(record.alarm_type),
        cause=assets.cause_of(asset, record),
        causes=record.causes,
        reason=reason(asset),
        shelved=shelf and alarm_models.ShelfModel.model_validate(shelf),
    )


def execution_model(execution: Execution, message: Message | None = None) -> models.ExecutionModel:
    """Return the model of an execution, with Twilio's last status of its message."""
    model = models.ExecutionModel.model_validate(execution)
    return model.model_copy(update={"delivery": message.status, "error_code": message.error_code}) if message else model
