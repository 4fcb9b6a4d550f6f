"""The harness's event loop, called from synchronous functions."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing

import pytest

from harness.time.event_loop import Loop


@pytest.fixture
def loop() -> Iterator[Loop]:
    with closing(Loop()) as loop:
        yield loop


def test_work_is_done_in_the_thread_of_whoever_asks(loop: Loop) -> None:
    async def where(name: str, *, more: str) -> tuple[str, str, int]:
        return name, more, threading.get_ident()

    assert loop.call(where, "a", more="b") == ("a", "b", threading.get_ident())


def test_what_the_work_raises_reaches_whoever_asked(loop: Loop) -> None:
    async def refuse() -> None:
        raise LookupError("nothing there")

    with pytest.raises(LookupError, match="nothing there"):
        loop.call(refuse)


def test_a_place_is_left_in_the_task_that_entered_it(loop: Loop) -> None:
    tasks: list[asyncio.Task[object] | None] = []

    @asynccontextmanager
    async def place() -> AsyncIterator[str]:
        tasks.append(asyncio.current_task())
        async with asyncio.TaskGroup() as group:
            group.create_task(asyncio.Event().wait()).cancel()
            yield "inside"
        tasks.append(asyncio.current_task())

    with loop.within(place()) as inside:
        assert inside == "inside"
        assert len(tasks) == 1
    assert tasks[0] is tasks[1]


def test_a_place_that_cannot_be_entered_says_why(loop: Loop) -> None:
    def taken() -> str:
        raise OSError("the port is taken")

    @asynccontextmanager
    async def place() -> AsyncIterator[str]:
        yield taken()

    with pytest.raises(OSError, match="the port is taken"), loop.within(place()):
        pytest.fail("it was entered")


def test_the_loop_goes_on_turning_while_a_person_is_asked(loop: Loop) -> None:
    async def here() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    turning, seen = loop.call(here), threading.Event()

    def answer() -> bool:
        turning.call_soon_threadsafe(seen.set)
        return seen.wait(5)

    assert loop.call_blocking(answer)


def test_what_a_person_is_asked_may_fail(loop: Loop) -> None:
    def closed() -> str:
        raise EOFError("nobody is there")

    with pytest.raises(EOFError, match="nobody is there"):
        loop.call_blocking(closed)
