"""A flood of the same record: a burst passes, then an occasional one that says how many were left out."""

from driver.runtime.log_rate_limit import BURST, EACH, LogRateLimit
from fake_twilio import ManualClock


async def test_a_flood_is_counted() -> None:
    clock = ManualClock()
    limit = LogRateLimit(clock)
    assert [limit.let("login") for _ in range(BURST)] == [{}] * BURST
    assert [limit.let("login") for _ in range(1000)] == [None] * 1000
    assert limit.let("webhook") == {}, "another kind has its own"
    await clock.advance(EACH.total_seconds())
    assert limit.let("login") == {"left_out": 1000}
    assert limit.let("login") is None
    await clock.advance(EACH.total_seconds() * 100)
    assert [limit.let("login") for _ in range(BURST)] == [{"left_out": 1}] + [{}] * (BURST - 1)
    assert limit.let("login") is None
