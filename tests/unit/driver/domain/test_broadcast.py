"""The progress of one phone's message of a broadcast."""

from datetime import UTC, datetime

import pytest

from driver.domain.broadcast import Progress, progress_of
from driver.domain.commands import ExecutionState
from driver.domain.execution import Execution
from driver.domain.message_status import MessageStatus

S, M, P = ExecutionState, MessageStatus, Progress


@pytest.mark.parametrize(
    ("state", "result", "status", "progress"),
    [
        (S.ACCEPTED, "", None, P.WAITING),
        (S.EXECUTING, "", None, P.WAITING),
        (S.SUCCEEDED, "", None, P.ACCEPTED),
        (S.SUCCEEDED, "", M.QUEUED, P.ACCEPTED),
        (S.SUCCEEDED, "", M.SENT, P.SENT),
        (S.SUCCEEDED, "", M.PARTIALLY_DELIVERED, P.SENT),
        (S.SUCCEEDED, "", M.DELIVERED, P.DELIVERED),
        (S.SUCCEEDED, "", M.READ, P.DELIVERED),
        (S.SUCCEEDED, "", M.UNDELIVERED, P.FAILED),
        (S.SUCCEEDED, "", M.CANCELED, P.FAILED),
        (S.TERMINATED, "", None, P.FAILED),
        (S.TERMINATED, "", M.FAILED, P.FAILED),
        (S.TERMINATED, "canceled", None, P.CANCELED),
        (S.REJECTED, "rejected", None, P.FAILED),
        (S.UNKNOWN, "", None, P.UNKNOWN),
    ],
)
def test_progress(state: ExecutionState, result: str, status: MessageStatus | None, progress: Progress) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    execution = Execution(
        execution_id="1", asset_id="gate", command="Send Message", created_at=now, state=state, result=result
    )
    assert progress_of(execution, status) is progress
