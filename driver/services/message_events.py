"""The events that tell of one message: whose they are, and the numbers and the execution that all of them name."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from driver.domain.asset_events import AssetEvent
from driver.domain.commands import ExecutionState
from driver.domain.events import MESSAGE_DROPPED
from driver.ports.records import Execution
from driver.ports.store import AppendAudit, AppendEvent, PutExecution, Write
from driver.services.assets import Assets


def message_event(
    assets: Assets,
    asset_id: str,
    name: str,
    parameters: Mapping[str, object],
    *,
    source: str,
    destination: str,
    execution_id: str,
    key: str,
) -> AppendEvent:
    """Return an event of the phone, or of the system for a text without one; ``key`` and ``name`` make it unique."""
    entry = assets.catalog.entries.get(asset_id, assets.catalog.system)
    numbers = {"Destination Number": destination, "Source Phone Number": source, "Execution ID": execution_id}
    return AppendEvent(assets.event(entry, AssetEvent(name, {**parameters, **numbers}), event_id=f"{key}:{name}"))


def message_dropped(
    assets: Assets, execution: Execution, why: str, source: str, destination: str, now: datetime
) -> list[Write]:
    """Return what puts on record that a message of a rule is not sent: a dead letter, an event, a line of the audit."""
    entry = assets.catalog.entries.get(execution.asset_id, assets.catalog.system)
    dropped = replace(execution, state=ExecutionState.TERMINATED, finished_at=now, result="dropped", reason=why)
    event = message_event(
        assets,
        execution.asset_id,
        MESSAGE_DROPPED,
        {"Reason": why, "Rule": execution.user},
        source=source,
        destination=destination,
        execution_id=execution.execution_id,
        key=execution.execution_id,
    )
    audit = assets.audit(entry, execution.command, f"Command dropped: {why}", user=execution.user)
    return [PutExecution(dropped), event, AppendAudit(audit)]
