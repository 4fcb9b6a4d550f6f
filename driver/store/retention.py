"""Which rows are old enough to delete. An unfinished execution stays, whatever its age; the audit stays forever.

The newest event also stays, because numbering continues from it. A message is deleted whatever its status: some
carriers never report what happened to it, and long before it is old enough, nobody needs it any longer.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Delete, Select, Table, delete, func, select, true

from driver.domain.commands import ExecutionState
from driver.store import schema

_ENDED = [state.value for state in ExecutionState if state.final]


def _aged(before: datetime) -> Sequence[tuple[Table, ColumnElement[Any], Column[Any], ColumnElement[bool]]]:
    """Return each table with its key, its (indexed) time, and the condition of rows that may be deleted."""
    events, messages, executions = schema.events, schema.messages, schema.executions
    newest = select(func.max(events.c.seq)).scalar_subquery()
    kinds = (
        (events, events.c.seq, events.c.observed_at, events.c.seq < newest),
        (messages, messages.c.sid, messages.c.created_at, true()),
        (executions, executions.c.execution_id, executions.c.created_at, executions.c.state.in_(_ENDED)),
    )
    return [(table, key, time, (time < before) & rest) for table, key, time, rest in kinds]


def oldest(before: datetime) -> Sequence[Select[Any]]:
    """Return queries of which at least one finds a row as long as anything may be deleted."""
    return [select(key).where(old).order_by(time).limit(1) for _, key, time, old in _aged(before)]


def deletions(before: datetime, most: int) -> Sequence[Delete]:
    """Return the statements that delete at most ``most`` rows of each table."""
    return [
        delete(table).where(key.in_(select(key).where(old).order_by(time).limit(most).scalar_subquery()))
        for table, key, time, old in _aged(before)
    ]
