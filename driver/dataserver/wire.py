"""The shapes on the wire: requests are read strictly, answers are written from frozen records."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import orjson
from aiohttp import web
from pydantic import BaseModel, Field

from driver.dataserver.bodies import COMMAND_BODY, body_of
from driver.domain.alarms import AlarmRecord
from driver.domain.asset import Asset, active_states, true_states
from driver.domain.events import Event, alias, iso
from driver.domain.execution import Execution
from driver.domain.explanations import awaiting, reason, remedy
from driver.domain.message import Message
from driver.ports.records import AuditEntry
from driver.runtime.strict_json import StrictBody, read_json
from driver.services.asset_catalog import AssetEntry

Json = dict[str, Any]
#: Names the alarm that an alarm of an asset follows from; empty if it stands for itself.
CauseOf = Callable[[Asset, AlarmRecord], str]
B = TypeVar("B", bound=BaseModel)


class LoginBody(StrictBody):
    """``POST /api/Auth/Login``."""

    username: str = Field(max_length=200)
    password: str = Field(max_length=1000)


class CommandBody(StrictBody):
    """``POST …/commands``. ``commandId`` makes repeating safe; ``user`` and ``workstation`` go into the audit."""

    command: str
    parameters: dict[str, str] = Field(default_factory=dict)
    commandId: str = Field("", max_length=200)  # noqa: N815 - a wire name
    user: str = Field("", max_length=200)
    workstation: str = Field("", max_length=200)


class AcknowledgeBody(StrictBody):
    """``POST /api/alarms/{id}/acknowledge``; everything is optional, as in ``CommandBody``."""

    comment: str = Field("", max_length=1000)
    commandId: str = Field("", max_length=200)  # noqa: N815 - a wire name
    user: str = Field("", max_length=200)
    workstation: str = Field("", max_length=200)


async def read(request: web.Request, shape: type[B], limit: int = COMMAND_BODY) -> B:
    """Read a JSON body.

    Raises:
        RequestError: it is too large, no JSON, or does not fit; the first mistakes are named with their paths.
    """
    return read_json(await body_of(request, limit), shape)


def answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return a JSON answer."""
    return web.Response(body=orjson.dumps(value), status=status, content_type="application/json", headers=headers)


def answer_metrics(text: bytes) -> web.Response:
    """Answer with metrics in Prometheus' text format."""
    return web.Response(body=text, headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"})


def page(items: Sequence[object], following: str) -> Json:
    """Return a page of a list."""
    return {"items": items, "next": following or None}


def asset_json(entry: AssetEntry, asset: Asset, now: datetime, cause_of: CauseOf) -> Json:
    """Write an asset with everything that explains its state."""
    facts = asset.facts
    written: Json = {
        "assetId": entry.asset_id,
        "itemId": entry.item_id,
        "assetType": entry.asset_type.value,
        "caption": entry.caption,
        "status": asset.status,
        "activeStates": sorted(active_states(asset)),
        "trueStates": sorted(true_states(facts)),
        "facts": {
            "comm": None
            if facts.comm is None
            else {
                "reason": facts.comm.reason.value,
                "detail": facts.comm.detail,
                "hint": remedy(facts.comm),
                "since": iso(facts.comm.since),
            },
            "faults": [
                {
                    "cause": fault.cause.value,
                    "kind": fault.kind.value,
                    "detail": fault.detail,
                    "hint": fault.hint,
                    "code": fault.code,
                    "count": fault.count,
                    "since": iso(fault.since),
                    "lastSeen": iso(fault.last_seen),
                    "stale": facts.stale,
                }
                for fault in facts.faults
            ],
            "conditions": [
                {
                    "cause": condition.cause.value,
                    "detail": condition.detail,
                    "hint": condition.hint,
                    "since": iso(condition.since),
                    "stale": facts.stale,
                }
                for condition in facts.conditions
            ],
            "masked": None
            if facts.mask is None
            else {
                "by": facts.mask.by,
                "since": iso(facts.mask.since),
                "until": _moment(facts.mask.until),
                "comment": facts.mask.comment,
            },
        },
        "reason": reason(asset),
        "awaiting": awaiting(asset, entry.rules),
        "statusTable": entry.rules.table.table_id,
        "commandTable": entry.command_table or None,
        "since": iso(asset.since),
        "alarms": [alarm_json(entry, asset, record, now, cause_of) for record in asset.records],
    }
    if entry.external_number or entry.twilio_number:
        written["externalPhoneNumber"] = entry.external_number
        written["twilioPhoneNumber"] = entry.twilio_number
    return written


def alarm_json(entry: AssetEntry, asset: Asset, record: AlarmRecord, now: datetime, cause_of: CauseOf) -> Json:
    """Write an alarm with the columns of the platform's alarm grid; a masked one has no age."""
    shown = record.annunciated_at
    return {
        "alarmId": record.alarm_id,
        "assetId": entry.asset_id,
        "itemId": entry.item_id,
        "caption": entry.caption,
        "alarmType": record.alarm_type,
        "status": record.status.value,
        "state": "Acknowledged" if record.state.acked else "Unacknowledged",
        "active": record.state.active,
        "masked": asset.facts.mask is not None,
        "time": iso(record.raised_at),
        "age": None if shown is None else max(0.0, (now - shown).total_seconds()),
        "count": record.count,
        "lastSeen": iso(record.last_seen),
        "acknowledgedAt": _moment(record.acked_at),
        "acknowledgedBy": record.acked_by,
        "acknowledgedVia": record.acked_from,
        "acknowledgedAtWorkstation": record.acked_at_workstation,
        "comment": record.comment,
        "clearedAt": _moment(record.cleared_at),
        "location": entry.location,
        "severity": entry.rules.severities.of(record.alarm_type),
        "cause": cause_of(asset, record) or None,
        "causes": list(record.causes),
        "reason": reason(asset),
    }


def execution_json(execution: Execution, message: Message | None) -> Json:
    """Write an execution. ``delivery`` is Twilio's status of the message, once there is one."""
    return {
        "executionId": execution.execution_id,
        "commandId": execution.command_id or None,
        "assetId": execution.asset_id,
        "scope": execution.scope,
        "command": execution.command,
        "parameters": dict(execution.parameters),
        "user": execution.user,
        "workstation": execution.workstation,
        "state": execution.state.value,
        "result": execution.result or None,
        "reason": execution.reason or None,
        "createdAt": iso(execution.created_at),
        "finishedAt": _moment(execution.finished_at),
        "attempts": [
            {
                "number": attempt.number,
                "at": iso(attempt.at),
                "outcome": attempt.outcome or "in flight",
                "httpStatus": attempt.http_status,
                "code": attempt.code,
                "sid": attempt.sid or None,
                "detail": attempt.detail or None,
            }
            for attempt in execution.attempts
        ],
        "messageSid": execution.message_sid or None,
        "delivery": message.status.value if message else None,
        "errorCode": message.error_code if message else None,
    }


def message_json(message: Message) -> Json:
    """Write a message."""
    return {
        "sid": message.sid,
        "direction": message.direction,
        "from": message.from_number,
        "to": message.to_number,
        "body": message.body,
        "status": message.status.value,
        "errorCode": message.error_code,
        "segments": message.segments,
        "media": list(message.media),
        "assetId": message.asset_id or None,
        "executionId": message.execution_id or None,
        "createdAt": iso(message.created_at),
        "updatedAt": iso(message.updated_at),
    }


def event_json(event: Event) -> Json:
    """Write an event: parameters under their display names, the same under camelCase aliases."""
    return {
        "eventId": event.event_id,
        "assetId": event.asset_id,
        "itemId": event.item_id,
        "itemType": event.item_type,
        "name": event.name,
        "initial": dict(event.initial),
        "parameters": dict(event.parameters),
        "aliases": {alias(name): value for name, value in event.parameters.items()},
        "occurredAt": iso(event.occurred_at),
        "observedAt": iso(event.observed_at),
    }


def audit_json(entry: AuditEntry) -> Json:
    """Write a line of the audit with the seven columns of the platform's report."""
    return {
        "Record Date": iso(entry.at),
        "Device Type": entry.device_type,
        "Command/Status": entry.command_or_status,
        "Action": entry.action,
        "Computer": entry.computer,
        "User Name": entry.user_name,
        "Location": entry.location,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else iso(moment)
