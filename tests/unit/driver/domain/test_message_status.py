"""The statuses of a message: they only move forward."""

from hypothesis import given
from hypothesis import strategies as st

from driver.domain.message_status import FINAL, RANK, MessageStatus, advance


@given(st.lists(st.sampled_from(MessageStatus), max_size=10))
def test_a_status_never_moves_back_and_a_final_one_hardly_at_all(reports: list[MessageStatus]) -> None:
    status = MessageStatus.QUEUED
    for report in reports:
        after = advance(status, report)
        assert RANK[after] >= RANK[status]
        if status in FINAL and after is not status:
            assert after is MessageStatus.READ
        status = after
