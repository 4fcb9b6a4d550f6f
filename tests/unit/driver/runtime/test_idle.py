"""Tracking exactly whether anything is in flight."""

import asyncio
from datetime import timedelta

import pytest

from driver.runtime.idle import IdleTracker
from fake_twilio import ManualClock


async def test_a_resting_task_is_idle_and_one_whose_rest_is_over_is_not() -> None:
    clock = ManualClock()
    activity, wakeup = IdleTracker(clock), asyncio.Event()
    woken: list[int] = []

    async def work() -> None:
        for number in range(2):
            await activity.rest(wakeup, clock.now() + timedelta(seconds=10))
            woken.append(number)
        await activity.rest(wakeup, None)

    task = asyncio.create_task(work())
    activity.track(task)
    assert await activity.wait_idle()
    assert not await activity.wait_idle()
    wakeup.set()
    assert activity._in_flight()
    assert await activity.wait_idle()
    assert woken == [0]
    clock.add_idle_waiter(activity.wait_idle)
    await clock.advance(10)
    assert woken == [0, 1]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_rest_that_is_over_already_is_none() -> None:
    clock = ManualClock()
    activity, wakeup = IdleTracker(clock), asyncio.Event()
    wakeup.set()
    with activity.work():
        await activity.rest(wakeup, clock.now())
    assert not wakeup.is_set()


def asking(activity: IdleTracker, answer: asyncio.Event) -> "asyncio.Task[None]":
    """Start a request that waits for its response."""

    async def ask() -> None:
        with activity.call():
            await answer.wait()

    task = asyncio.create_task(ask())
    activity.track(task)
    return task


async def test_a_call_held_back_by_the_other_side_does_not_count() -> None:
    clock, answer = ManualClock(), asyncio.Event()
    activity = IdleTracker(clock, patience=3)
    task = asking(activity, answer)
    assert await activity.wait_idle()
    assert not await activity.wait_idle()
    await clock.advance(1)
    assert await activity.wait_idle(), "it may be answered now"
    answer.set()
    await task


async def test_a_call_counts_while_its_answer_may_come_however_long_the_machine_stands_still(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loop, answer = asyncio.get_running_loop(), asyncio.Event()
    activity = IdleTracker(ManualClock())
    task = asking(activity, answer)
    await asyncio.wait({task}, timeout=0)
    stood_still = loop.time() + 3600
    monkeypatch.setattr(loop, "time", lambda: stood_still)
    loop.call_soon(loop.call_soon, answer.set)
    assert await activity.wait_idle()
    assert task.done()


async def test_a_queue_that_is_not_empty_counts() -> None:
    activity = IdleTracker(ManualClock())
    queue = [1]
    activity.watch(lambda: bool(queue))
    settling = asyncio.create_task(activity.wait_idle())
    await asyncio.wait({settling}, timeout=0.01)
    assert not settling.done()
    queue.clear()
    activity.note()
    assert await settling
