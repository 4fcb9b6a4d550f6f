"""One row per outbound message: the outbox and the attempts become part of its execution."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

Row = Mapping[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SEND_MESSAGE, MESSAGE_CONTENT = "Send Message", "Message Content"
LOST = "the database did not say whether it waits or was sent"
OLD_MARK, NEW_MARK = "claim.", "orphan_receipt."


def upgrade() -> None:
    op.execute("ALTER TABLE messages RENAME COLUMN source TO from_number")
    op.execute("ALTER TABLE messages RENAME COLUMN destination TO to_number")
    op.add_column("executions", sa.Column("attempts", sa.Text(), nullable=False, server_default="[]"))
    for name in ("from_number", "to_number"):
        op.add_column("executions", sa.Column(name, sa.Text()))
    for name in ("due_at", "position", "expires_at", "first_at"):
        op.add_column("executions", sa.Column(name, sa.BigInteger()))
    for name in ("in_doubt", "lookups"):
        op.add_column("executions", sa.Column(name, sa.Integer()))
    waiting = {row["execution_id"]: row for row in _rows("outbox")}
    _insert_missing(waiting)
    _merge(waiting)
    _rename_marks()
    op.drop_table("outbox")
    op.drop_table("attempts")


def _insert_missing(waiting: Mapping[str, Row]) -> None:
    """Create an execution for each message that lacks one, so that a person sees the message and can send it again."""
    for execution_id in waiting.keys() - {row["execution_id"] for row in _rows("executions", "execution_id")}:
        row = waiting[execution_id]
        systems = (each["asset_id"] for each in _rows("assets") if '"asset_type":"System"' in each["state"])
        parameters = {MESSAGE_CONTENT: row["body"]}
        if not row["asset_id"]:
            parameters |= {"Destination Number": row["recipient"], "Source Phone Number": row["sender"]}
        values = {
            "execution_id": execution_id,
            "asset_id": row["asset_id"] or next(systems, ""),
            "scope": "asset" if row["asset_id"] else "system",
            "command": SEND_MESSAGE,
            "parameters": json.dumps(parameters, ensure_ascii=False),
            "created_at": row["created_at"],
            **_lost(row["created_at"]),
            **dict.fromkeys(("user", "workstation", "result", "message_sid"), ""),
        }
        op.get_bind().execute(sa.insert(sa.table("executions", *map(sa.column, values))).values(values))


def _merge(waiting: Mapping[str, Row]) -> None:
    attempts: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(_rows("attempts"), key=lambda row: int(row["number"])):
        attempt = {**row, "at": _iso(row["at"])}
        attempts.setdefault(attempt.pop("execution_id"), []).append(attempt)
    sent = {row["sid"]: row for row in _rows("messages", "sid, from_number, to_number")}
    for row in _rows("executions"):
        if row["command"] != SEND_MESSAGE:
            continue
        made, waits = attempts.get(row["execution_id"], []), waiting.get(row["execution_id"])
        unfinished = row["state"] in ("accepted", "executing")
        if waits is not None:
            begun, at = range(len(made) + 1, waits["attempt"] + 1), _iso(waits["created_at"])
            made += [{"number": number, "at": at} for number in begun]
            numbers = {"from_number": waits["sender"], "to_number": waits["recipient"]}
            state = {key: waits[key] for key in ("due_at", "position", "expires_at", "first_at", "in_doubt", "lookups")}
            parameters = {**json.loads(row["parameters"]), MESSAGE_CONTENT: waits["body"]}
            state |= {"parameters": json.dumps(parameters, ensure_ascii=False), "created_at": waits["created_at"]}
        else:
            message = sent.get(row["message_sid"])
            numbers = {key: message[key] if message else "" for key in ("from_number", "to_number")}
            state = {"due_at": row["created_at"], "position": 0, "in_doubt": 0, "lookups": 0}
            state |= _lost(row["created_at"]) if unfinished else {}
        values = {**numbers, **state, "attempts": json.dumps(made, ensure_ascii=False)}
        executions = sa.table("executions", *map(sa.column, ("execution_id", *values)))
        this = executions.c.execution_id == row["execution_id"]
        op.get_bind().execute(sa.update(executions).where(this).values(values))


def _lost(at: int) -> dict[str, Any]:
    return {"state": "unknown", "finished_at": at, "reason": LOST}


def _rename_marks() -> None:
    marks = sa.table("marks", sa.column("name"), sa.column("value"))
    for row in _rows("marks"):
        if row["name"].startswith(OLD_MARK):
            receipt = json.loads(row["value"])
            receipt["from_number"], receipt["to_number"] = receipt.pop("source"), receipt.pop("destination")
            values = {"name": NEW_MARK + row["name"].removeprefix(OLD_MARK), "value": json.dumps(receipt)}
            op.get_bind().execute(sa.update(marks).where(marks.c.name == row["name"]).values(values))


def _rows(table: str, columns: str = "*") -> list[Row]:
    query = sa.text(f"SELECT {columns} FROM {table}")  # noqa: S608 - names from above
    return [row._asdict() for row in op.get_bind().execute(query)]


def _iso(micros: int) -> str:
    return (EPOCH + timedelta(microseconds=micros)).isoformat()
