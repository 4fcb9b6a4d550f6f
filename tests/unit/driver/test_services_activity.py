"""Knowing exactly whether anything is in flight."""

import asyncio
from datetime import timedelta

from driver.services.activity import Activity, Pulse
from fake_twilio import ManualClock


async def test_a_resting_task_is_idle_and_one_whose_rest_is_over_is_not() -> None:
    clock = ManualClock()
    activity, pulse = Activity(clock), Pulse()
    woken: list[int] = []

    async def work() -> None:
        for number in range(2):
            await activity.rest(pulse, clock.now() + timedelta(seconds=10))
            woken.append(number)
        await activity.rest(pulse, None)

    task = asyncio.create_task(work())
    activity.track(task)
    assert await activity.settle()
    assert not await activity.settle()
    pulse.give()
    assert activity._in_flight(None)
    assert await activity.settle()
    assert woken == [0]
    clock.add_settler(activity.settle)
    await clock.advance(10)
    assert woken == [0, 1]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_rest_that_is_over_already_is_none() -> None:
    clock = ManualClock()
    activity, pulse = Activity(clock), Pulse()
    pulse.give()
    with activity.work():
        await activity.rest(pulse, clock.now())
    assert not pulse.given


async def test_a_call_held_back_by_the_other_side_does_not_count() -> None:
    activity = Activity(ManualClock(), patience_s=1000)
    answer = asyncio.Event()

    async def ask() -> None:
        with activity.call():
            await answer.wait()

    task = asyncio.create_task(ask())
    activity.track(task)
    assert await activity.settle(lambda: 1)
    assert not await activity.settle(lambda: 1)
    assert activity._in_flight(lambda: 0)
    answer.set()
    assert await activity.settle(lambda: 0)


async def test_a_queue_that_is_not_empty_counts() -> None:
    activity = Activity(ManualClock())
    queue = [1]
    activity.watch(lambda: bool(queue))
    settling = asyncio.create_task(activity.settle())
    await asyncio.wait({settling}, timeout=0.01)
    assert not settling.done()
    queue.clear()
    activity.note()
    assert await settling
