"""The states of executions."""

import pytest

from driver.domain.commands import ExecutionState


@pytest.mark.parametrize("state", ExecutionState)
def test_which_executions_are_over(state: ExecutionState) -> None:
    assert state.final is (state.value not in {"accepted", "executing"})
