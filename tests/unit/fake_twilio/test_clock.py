"""The manual clock and the scheduler: the guarantees of ``advance``."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from fake_twilio.clock import ManualClock, RealClock, turn
from fake_twilio.scheduler import Scheduler

START = datetime(2026, 1, 1, tzinfo=UTC)


async def test_sleepers_wake_in_order_and_at_their_time() -> None:
    clock = ManualClock(START)
    woken: list[tuple[str, datetime]] = []

    async def sleep(name: str, seconds: float) -> None:
        await clock.sleep_until(START + timedelta(seconds=seconds))
        woken.append((name, clock.now()))

    tasks = [asyncio.create_task(sleep("late", 9)), asyncio.create_task(sleep("soon", 2))]
    await turn()
    assert clock.next_due() == START + timedelta(seconds=2)
    await clock.advance(5)
    assert woken == [("soon", START + timedelta(seconds=2))]
    assert clock.now() == START + timedelta(seconds=5)
    await clock.advance(5)
    assert [name for name, _ in woken] == ["soon", "late"]
    await asyncio.gather(*tasks)


async def test_what_falls_due_through_what_fell_due_is_carried_out_too() -> None:
    clock = ManualClock(START)
    scheduler = Scheduler(clock)
    clock.add_idle_waiter(scheduler.wait_idle)
    seen: list[datetime] = []

    def again() -> None:
        seen.append(clock.now())
        if len(seen) < 4:
            scheduler.at(clock.now() + timedelta(seconds=1), again)

    scheduler.at(START + timedelta(seconds=1), again)
    await clock.advance(10)
    assert seen == [START + timedelta(seconds=second) for second in (1, 2, 3, 4)]
    assert scheduler.next_due is None
    await scheduler.close()


async def test_work_in_flight_is_waited_for_but_not_while_it_sleeps() -> None:
    clock = ManualClock(START)
    scheduler = Scheduler(clock)
    clock.add_idle_waiter(scheduler.wait_idle)
    steps: list[str] = []

    async def work() -> None:
        for _ in range(5):
            await turn()
        steps.append("begun")
        await scheduler.sleep_until(START + timedelta(seconds=30))
        for _ in range(5):
            await turn()
        steps.append("done")

    scheduler.start(work())
    await clock.advance(0)
    assert steps == ["begun"]
    await clock.advance(30)
    assert steps == ["begun", "done"]
    await scheduler.close()


async def test_a_cancelled_sleeper_is_forgotten() -> None:
    clock = ManualClock(START)
    task = asyncio.create_task(clock.sleep_until(START + timedelta(seconds=2)))
    await turn()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert clock.next_due() is None


async def test_time_does_not_run_backwards() -> None:
    with pytest.raises(ValueError, match="cannot go back"):
        await ManualClock(START).advance(-1)


async def test_a_fast_clock_runs_fast() -> None:
    clock = RealClock(speed=1000)
    started = clock.now()
    await clock.sleep_until(started + timedelta(seconds=5))
    assert timedelta(seconds=5) <= clock.now() - started < timedelta(minutes=5)
