"""Invariants that must hold at the end of every scenario, although no step checks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from driver.api.models import ExecutionModel

Rows = Sequence[Mapping[str, Any]]

MAX_ATTEMPTS = 2


def broken(errors: Rows, requests: Rows, executions: Sequence[ExecutionModel], *, expected: Sequence[str]) -> list[str]:
    """Return the broken invariants, one sentence each.

    Args:
        errors: The driver's log records at level ERROR.
        requests: The backend's request log.
        executions: The commands given in the scenario, as reported by the driver.
        expected: Texts of errors that the scenario announces.
    """
    return [
        *(
            f"the driver logged an error that the scenario did not announce: {_said(record)}"
            for record in errors
            if not any(text in _said(record) for text in expected)
        ),
        *(
            f"the driver sent Twilio an unknown request: {request['method']} {request['target']}"
            for request in requests
            if not request["operation"]
        ),
        *(sentence for execution in executions for sentence in _inconsistent(execution)),
    ]


def too_late(learned: Mapping[str, object], chosen: Mapping[str, object]) -> list[str]:
    """Return configuration changes that the driver never loaded, in at most one sentence.

    Args:
        learned: The configuration at the driver's last start or reload.
        chosen: The configuration now.
    """
    names = ", ".join(name for name, value in chosen.items() if name not in learned or learned[name] != value)
    advice = "move the step before its start, or restart or reload it"
    return [f"set while the driver was running, so it never took effect: {names} ({advice})"] if names else []


def _said(record: Mapping[str, Any]) -> str:
    return " ".join(str(value) for value in record.values())


def _inconsistent(execution: ExecutionModel) -> list[str]:
    """Return contradictions within a command's record, and violations of the two-attempt limit."""
    attempts, name = execution.attempts, f"execution {execution.execution_id}"
    found = []
    if len(attempts) > MAX_ATTEMPTS:
        found.append(f"{name} took {len(attempts)} attempts; the limit is {MAX_ATTEMPTS}")
    sids = {attempt.sid for attempt in attempts if attempt.sid}
    if len(sids) > 1:
        found.append(f"{name} sent {len(sids)} messages: {', '.join(sorted(sids))}")
    if execution.state == "succeeded" and attempts and not execution.message_sid:
        found.append(f"{name} succeeded without a message")
    return found
