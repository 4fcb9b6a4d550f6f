"""The shapes of the data server's answers as OpenAPI 3.0 has them, the newest version that the bundled page shows."""

from typing import Any

from driver.config.models import Role
from driver.domain.commands import ExecutionState
from driver.domain.status_table import State

Json = dict[str, Any]


def _object(required: Json, **optional: Json) -> Json:
    return {"type": "object", "required": list(required), "properties": {**required, **optional}}


def _or_null(schema: Json) -> Json:
    return {"allOf": [schema], "nullable": True} if "$ref" in schema else {**schema, "nullable": True}


def _list(schema: Json) -> Json:
    return {"type": "array", "items": schema}


def _one_of(values: list[str]) -> Json:
    return {"type": "string", "enum": values}


def in_version_3_0(schema: Any) -> Any:
    """Return a schema of pydantic's, which are written for 3.1, without what 3.0 does not know."""
    if isinstance(schema, list):
        return [in_version_3_0(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: in_version_3_0(value) for key, value in schema.items()}
    choices = made.pop("anyOf", None)
    if choices is not None:
        kept = [choice for choice in choices if choice != {"type": "null"}]
        made |= kept[0] if len(kept) == 1 else {"anyOf": kept}
        if len(kept) < len(choices):
            made["nullable"] = True
    return made


def reference(name: str) -> Json:
    """Return a reference to a schema of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def _page(name: str) -> Json:
    return _object({"items": _list(reference(name)), "next": _or_null(TEXT)})


TEXT: Json = {"type": "string"}
NUMBER: Json = {"type": "number"}
WHOLE: Json = {"type": "integer"}
TRUTH: Json = {"type": "boolean"}
MOMENT: Json = {"type": "string", "format": "date-time"}
_STATES = _list(_one_of([state.value for state in State]))

SCHEMAS: Json = {
    "Problem": _object(
        {"type": TEXT, "title": TEXT, "status": WHOLE, "code": TEXT, "detail": TEXT},
        errors=_list(_object({"path": TEXT, "message": TEXT})),
    ),
    "Login": _object({"token": TEXT, "expiresIn": WHOLE, "role": _one_of([role.value for role in Role])}),
    "Info": _object(
        {
            "driver": TEXT,
            "version": TEXT,
            "instanceId": _or_null(TEXT),
            "role": _one_of(["active", "standby"]),
            "term": _or_null(WHOLE),
            "activeServerAddress": _or_null(TEXT),
            "systemId": TEXT,
            "projectHash": _or_null(TEXT),
            "authentication": _one_of(["none", "required"]),
            "capabilities": _list(TEXT),
        }
    ),
    "Alarm": _object(
        {
            "alarmId": TEXT,
            "assetId": TEXT,
            "itemId": TEXT,
            "caption": TEXT,
            "alarmType": TEXT,
            "status": TEXT,
            "state": _one_of(["Acknowledged", "Unacknowledged"]),
            "active": TRUTH,
            "masked": TRUTH,
            "time": MOMENT,
            "age": _or_null(NUMBER),
            "count": WHOLE,
            "lastSeen": MOMENT,
            "acknowledgedAt": _or_null(MOMENT),
            "acknowledgedBy": TEXT,
            "acknowledgedVia": _one_of(["", "workstation", "api", "workflow", "sms"]),
            "acknowledgedAtWorkstation": TEXT,
            "comment": TEXT,
            "clearedAt": _or_null(MOMENT),
            "location": TEXT,
            "severity": WHOLE,
            "cause": _or_null(TEXT),
            "causes": _list(TEXT),
            "reason": TEXT,
        }
    ),
    "Asset": _object(
        {
            "assetId": TEXT,
            "itemId": TEXT,
            "assetType": _one_of(["System", "Phone"]),
            "caption": TEXT,
            "status": TEXT,
            "activeStates": _STATES,
            "trueStates": _STATES,
            "facts": _object(
                {
                    "comm": _or_null(_object({"reason": TEXT, "detail": TEXT, "hint": TEXT, "since": MOMENT})),
                    "faults": _list(
                        _object(
                            {
                                "cause": TEXT,
                                "kind": _one_of(["condition", "event"]),
                                "detail": TEXT,
                                "hint": TEXT,
                                "code": _or_null(WHOLE),
                                "count": WHOLE,
                                "since": MOMENT,
                                "lastSeen": MOMENT,
                                "stale": TRUTH,
                            }
                        )
                    ),
                    "conditions": _list(
                        _object({"cause": TEXT, "detail": TEXT, "hint": TEXT, "since": MOMENT, "stale": TRUTH})
                    ),
                    "masked": _or_null(
                        _object({"by": TEXT, "since": MOMENT, "until": _or_null(MOMENT), "comment": TEXT})
                    ),
                }
            ),
            "reason": TEXT,
            "awaiting": TEXT,
            "statusTable": TEXT,
            "commandTable": _or_null(TEXT),
            "since": MOMENT,
            "alarms": _list(reference("Alarm")),
        },
        externalPhoneNumber=TEXT,
        twilioPhoneNumber=TEXT,
    ),
    "Accepted": _object(
        {
            "executionId": TEXT,
            "state": _one_of([state.value for state in ExecutionState]),
            "result": _or_null(TEXT),
            "reason": _or_null(TEXT),
        },
        segments=WHOLE,
        encoding=TEXT,
    ),
    "Execution": _object(
        {
            "executionId": TEXT,
            "commandId": _or_null(TEXT),
            "assetId": TEXT,
            "scope": _one_of(["asset", "system"]),
            "command": TEXT,
            "parameters": {"type": "object", "additionalProperties": TEXT},
            "user": TEXT,
            "workstation": TEXT,
            "state": _one_of([state.value for state in ExecutionState]),
            "result": _or_null(TEXT),
            "reason": _or_null(TEXT),
            "createdAt": MOMENT,
            "finishedAt": _or_null(MOMENT),
            "attempts": _list(
                _object(
                    {
                        "number": WHOLE,
                        "at": MOMENT,
                        "outcome": TEXT,
                        "httpStatus": _or_null(WHOLE),
                        "code": _or_null(WHOLE),
                        "sid": _or_null(TEXT),
                        "detail": _or_null(TEXT),
                    }
                )
            ),
            "messageSid": _or_null(TEXT),
            "delivery": _or_null(TEXT),
            "errorCode": _or_null(WHOLE),
        }
    ),
    "Message": _object(
        {
            "sid": TEXT,
            "direction": _one_of(["inbound", "outbound"]),
            "from": TEXT,
            "to": TEXT,
            "body": TEXT,
            "status": TEXT,
            "errorCode": _or_null(WHOLE),
            "segments": _or_null(WHOLE),
            "media": _list(TEXT),
            "assetId": _or_null(TEXT),
            "executionId": _or_null(TEXT),
            "createdAt": MOMENT,
            "updatedAt": MOMENT,
        }
    ),
    "AuditLine": _object(
        {
            "Record Date": MOMENT,
            "Device Type": TEXT,
            "Command/Status": TEXT,
            "Action": TEXT,
            "Computer": TEXT,
            "User Name": TEXT,
            "Location": TEXT,
        }
    ),
    "Segments": _object({"encoding": TEXT, "segments": WHOLE, "units": WHOLE, "perSegment": WHOLE, "remaining": WHOLE}),
    "Health": _object({"status": TEXT}),
    "AssetPage": _page("Asset"),
    "AlarmPage": _page("Alarm"),
    "ExecutionPage": _page("Execution"),
    "MessagePage": _page("Message"),
    "AuditPage": _page("AuditLine"),
    "Table": {"type": "object"},
}
