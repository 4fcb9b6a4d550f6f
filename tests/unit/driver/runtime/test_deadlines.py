"""Blocks that must end by a moment of the driver's clock."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest

from driver.runtime.deadlines import Deadlines
from fake_twilio import ManualClock


async def start(deadlines: Deadlines, seconds: float) -> asyncio.Task[None]:
    """Start a block that never ends."""

    async def take_for_ever() -> None:
        async with deadlines.within(timedelta(seconds=seconds)):
            await asyncio.Event().wait()

    task = asyncio.create_task(take_for_ever())
    await asyncio.wait({task}, timeout=0)
    return task


async def ended(*tasks: asyncio.Task[None]) -> list[bool]:
    """Return which of the blocks timed out, once everything due now has run."""
    await asyncio.wait(tasks, timeout=0.05)
    return [task.done() and isinstance(task.exception(), TimeoutError) for task in tasks]


async def test_each_block_ends_at_its_own_time() -> None:
    clock = ManualClock()
    deadlines = Deadlines(clock)
    first, second, shorter = [await start(deadlines, seconds) for seconds in (15, 20, 5)]

    await clock.advance(5)
    assert await ended(first, second, shorter) == [False, False, True]
    await clock.advance(10)
    assert await ended(first, second) == [True, False]
    await clock.advance(5)
    assert await ended(second) == [True]


async def test_one_task_watches_and_only_while_there_is_something_to_watch() -> None:
    def watching() -> int:
        return sum(task.get_name() == "deadlines" for task in asyncio.all_tasks())

    deadlines = Deadlines(ManualClock())
    blocks = [await start(deadlines, 15) for _ in range(3)]
    assert watching() == 1
    for block in blocks:
        block.cancel()
    await asyncio.wait(blocks)
    again = await start(deadlines, 15)
    assert watching() == 1
    again.cancel()
    await asyncio.wait({again}, timeout=1)
    await asyncio.wait({again, *blocks}, timeout=0)

    assert watching() == 0


async def test_a_block_that_is_over_in_time_is_left_alone() -> None:
    clock = ManualClock()
    deadlines = Deadlines(clock)
    other = await start(deadlines, 10)
    async with deadlines.within(timedelta(seconds=5)):
        pass
    await clock.advance(9)

    assert await ended(other) == [False]
    other.cancel()
    with suppress(asyncio.CancelledError):
        await other


async def test_whoever_is_cancelled_is_not_late() -> None:
    block = await start(Deadlines(ManualClock()), 5)
    block.cancel()

    with pytest.raises(asyncio.CancelledError):
        await block


async def test_a_watch_that_was_ended_begins_again_with_the_next_block() -> None:
    clock = ManualClock()
    deadlines = Deadlines(clock)
    first = await start(deadlines, 5)
    watch = next(task for task in asyncio.all_tasks() if task.get_name() == "deadlines")
    watch.cancel()
    await asyncio.wait({watch})
    second = await start(deadlines, 7)
    await clock.advance(7)

    assert await ended(first, second) == [True, True]
