"""Which rows are old enough to go. What is not finished stays, whatever its age; the audit stays for ever.

The newest event stays as well: events are numbered on from it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Delete, Select, Table, delete, func, select

from driver.domain.commands import ExecutionState
from driver.domain.message import FINAL
from driver.store import schema

_ENDED = [state.value for state in ExecutionState if state.final]
_AT_REST = [status.value for status in FINAL]


def _aged(before: datetime) -> Sequence[tuple[Table, ColumnElement[Any], ColumnElement[bool]]]:
    """Return each table with its key and what tells rows that may go."""
    events, messages, executions = schema.events, schema.messages, schema.executions
    newest = select(func.max(events.c.seq)).scalar_subquery()
    waiting = select(schema.outbox.c.execution_id)
    return (
        (events, events.c.seq, (events.c.observed_at < before) & (events.c.seq < newest)),
        (messages, messages.c.sid, (messages.c.created_at < before) & messages.c.status.in_(_AT_REST)),
        (
            executions,
            executions.c.execution_id,
            (executions.c.created_at < before)
            & executions.c.state.in_(_ENDED)
            & executions.c.execution_id.not_in(waiting),
        ),
    )


def oldest(before: datetime) -> Sequence[Select[Any]]:
    """Return queries of which one finds something as long as anything may go."""
    return [select(key).where(old).limit(1) for _, key, old in _aged(before)]


def deletions(before: datetime, most: int) -> Sequence[Delete]:
    """Return the statements that delete at most so many rows of each table, an execution's attempts with it."""
    statements = []
    for table, key, old in _aged(before):
        doomed = select(key).where(old).order_by(key).limit(most).scalar_subquery()
        if table is schema.executions:
            statements.append(delete(schema.attempts).where(schema.attempts.c.execution_id.in_(doomed)))
        statements.append(delete(table).where(key.in_(doomed)))
    return statements
