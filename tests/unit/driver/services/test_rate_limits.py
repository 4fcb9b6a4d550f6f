"""How many requests may be in flight, and when a sender's next message may leave."""

import asyncio
from datetime import UTC, datetime, timedelta

from driver.domain.send_result import Failure, FailureKind, Limit
from driver.runtime.idle import IdleTracker
from driver.services.rate_limits import CALM_S, MAX_ACCOUNT_PAUSE_S, RateLimits

START = timedelta(hours=1)


class Hand:
    """A clock that only a test moves."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + self.at

    def monotonic(self) -> timedelta:
        return self.at

    async def sleep_until(self, when: datetime) -> None:
        raise NotImplementedError(when)

    def on(self, seconds: float) -> timedelta:
        self.at += timedelta(seconds=seconds)
        return self.at


def too_many(limit: Limit = Limit.ACCOUNT, **more: float) -> Failure:
    return Failure(FailureKind.TRANSIENT, "too many", 429, limit=limit, **more)  # type: ignore[arg-type]


async def fill(limits: RateLimits, number: int) -> list[asyncio.Task[None]]:
    """Keep requests in flight until they are cancelled; return those that got a slot and those that wait."""

    async def hold() -> None:
        async with limits.request():
            await asyncio.Event().wait()

    tasks = [asyncio.create_task(hold()) for _ in range(number)]
    await asyncio.wait(tasks, timeout=0)
    return tasks


async def release(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_one_burst_is_one_limit_and_half_of_what_had_room_stays() -> None:
    clock = Hand()
    limits = RateLimits(clock, IdleTracker(clock), 50)
    tasks = await fill(limits, 50)
    begun, _ = clock.monotonic(), clock.on(0.2)
    for _ in range(40):
        limits.refused(too_many(), begun)
    assert limits.size == 5
    assert limits.free_at("+1", clock.monotonic(), alone=True) == clock.monotonic() + timedelta(seconds=1)
    await release(tasks)


async def test_what_twilio_counts_itself_is_nearer() -> None:
    clock = Hand()
    limits = RateLimits(clock, IdleTracker(clock), 50)
    tasks = await fill(limits, 50)
    for seen in (30, 11, 20):
        limits.refused(too_many(concurrent=seen), clock.monotonic())
    assert limits.size == 4
    await release(tasks)


async def test_nobody_tries_for_more_while_it_is_not_calm() -> None:
    clock = Hand()
    limits = RateLimits(clock, IdleTracker(clock), 6)
    limits.refused(too_many(), clock.monotonic())
    clock.on(1 + CALM_S)
    assert limits.size == 1
    clock.on(3)
    assert limits.size == 4
    limits.accepted("+1", resent=True)
    assert limits.size == 1
    clock.on(CALM_S + 5)
    assert limits.size == 6


async def test_nothing_leaves_before_another_request_was_answered() -> None:
    clock = Hand()
    limits = RateLimits(clock, IdleTracker(clock), 50)
    changes: list[timedelta] = []
    limits.on_change = lambda: changes.append(clock.monotonic())
    assert limits.ask_at is None
    limits.answered(clock.monotonic())
    limits.refused(too_many(retry_after_s=20.0), clock.monotonic())
    assert limits.ask_at == clock.monotonic() + timedelta(seconds=20)
    limits.answered(START)
    now = clock.on(30)
    assert limits.free_at("+1", now, alone=True) == now + timedelta(seconds=1)
    limits.answered(now)
    assert (limits.free_at("+1", now, alone=True), limits.ask_at, changes) == (now, None, [now])


async def test_the_pause_doubles_until_something_is_accepted() -> None:
    clock = Hand()
    limits = RateLimits(clock, IdleTracker(clock), 50)
    pauses = []
    for _ in range(7):
        now = clock.on(60)
        limits.refused(too_many(), now)
        pauses.append((limits.free_at("+1", now, alone=True) - now).total_seconds())
    assert pauses == [1, 2, 4, 8, 16, 30, 30]
    limits.accepted("+1", resent=False)
    now = clock.on(60)
    limits.refused(too_many(), now)
    assert limits.free_at("+1", now, alone=True) - now == timedelta(seconds=1)


async def test_the_backlog_of_a_limited_sender_goes_one_by_one() -> None:
    clock = Hand()
    limits = RateLimits(clock, IdleTracker(clock), 50)
    limits.refused(Failure(FailureKind.REFUSED, "not a limit"), clock.monotonic(), "+1")
    for _ in range(3):
        limits.refused(too_many(Limit.SENDER), clock.monotonic(), "+1")
    now = clock.monotonic()
    assert limits.free_at("+1", now, alone=True) == now
    assert limits.free_at("+2", now, alone=False) == now
    assert limits.free_at("+1", now, alone=False) == now + timedelta(seconds=5)
    now = clock.on(5)
    limits.leaving("+1", now)
    limits.leaving("+2", now)
    assert limits.free_at("+1", now, alone=False) == now + timedelta(seconds=5)
    limits.refused(too_many(Limit.SENDER), now, "+1")
    assert limits.free_at("+1", now, alone=False) == now + timedelta(seconds=10)
    limits.accepted("+1", resent=True)
    assert limits.free_at("+1", now, alone=False) == now
    assert limits.size == 50


async def test_requests_beyond_the_limit_wait_for_their_turn() -> None:
    clock = Hand()
    limits = RateLimits(clock, IdleTracker(clock), 2)
    first, _, third, fourth = tasks = await fill(limits, 4)
    assert limits._in_flight == 2
    third.cancel()
    first.cancel()
    await asyncio.wait({first, third})
    await asyncio.wait({fourth}, timeout=0)
    assert limits._in_flight == 2, "the fourth has the place of the first"
    await release(tasks)
    assert limits._in_flight == 0


async def test_a_place_that_was_given_too_late_goes_to_the_next() -> None:
    clock = Hand()
    limits = RateLimits(clock, IdleTracker(clock), 1)
    holder, late, following = tasks = await fill(limits, 3)
    limits._leave()  # what the holder does when it ends: the slot goes to the one that is cancelled just then
    late.cancel()
    await asyncio.wait({late})
    await asyncio.wait({following}, timeout=0)
    assert (limits._in_flight, len(limits._waiting)) == (1, 0)
    limits._in_flight += 1  # the holder can still leave once more
    await release(tasks)
    assert limits._in_flight == 0
    assert holder.cancelled()


async def test_a_place_that_is_left_is_taken_by_one_and_no_more() -> None:
    clock = Hand()
    limits = RateLimits(clock, IdleTracker(clock), 2)
    first, *others = tasks = await fill(limits, 5)
    first.cancel()
    await asyncio.wait({first})
    await asyncio.wait(others, timeout=0)
    assert (limits._in_flight, len(limits._waiting)) == (2, 2)
    await release(tasks)
    assert limits._in_flight == 0


def test_a_pause_that_twilio_names_is_kept_for_messages_and_bounded_for_questions() -> None:
    for number, pause_s in (("+1", 100), ("", MAX_ACCOUNT_PAUSE_S)):
        clock = Hand()
        limits = RateLimits(clock, IdleTracker(clock), 50)
        limits.refused(too_many(retry_after_s=100.0), clock.monotonic(), *([number] if number else []))
        assert limits.ask_at == clock.monotonic() + timedelta(seconds=pause_s)
        assert limits.refusal == "too many"
