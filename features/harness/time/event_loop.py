"""The event loop of the harness, the fake and the driver. It runs only while a step waits for something."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import Any, TypeVar

Answer = TypeVar("Answer")


def _new_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


class Loop:
    """Runs coroutines for plain functions in the calling thread, because switching threads takes longer than most work.

    Between two calls nothing on the loop runs.
    """

    def __init__(self) -> None:
        self._runner = asyncio.Runner(loop_factory=_new_loop)

    def call(self, work: Callable[..., Awaitable[Answer]], *arguments: Any, **named: Any) -> Answer:
        """Call a coroutine function, and return its result or raise its exception."""
        __tracebackhide__ = True

        async def asked() -> Answer:
            __tracebackhide__ = True
            return await work(*arguments, **named)

        return self._runner.run(asked())

    def call_blocking(self, work: Callable[[], Answer]) -> Answer:
        """Call a blocking function, such as one that waits for a person's answer, while the loop keeps running.

        It runs in a daemon thread, because waiting for terminal input cannot be interrupted.
        """

        async def asked() -> Answer:
            answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
            threading.Thread(target=_deliver, args=(work, answer), daemon=True).start()
            return await answer

        return self._runner.run(asked())

    @contextmanager
    def within(self, place: AbstractAsyncContextManager[Answer]) -> Iterator[Answer]:
        """Enter an asynchronous context manager, and leave it in the task that entered it."""
        leave, entered = asyncio.Event(), self._runner.get_loop().create_future()

        async def stay() -> None:
            async with place as inside:
                entered.set_result(inside)
                await leave.wait()

        async def enter() -> asyncio.Task[None]:
            task = asyncio.create_task(stay())
            await asyncio.wait((task, entered), return_when=asyncio.FIRST_COMPLETED)
            if not entered.done():
                await task
            return task

        async def depart() -> None:
            leave.set()
            await task

        task = self.call(enter)
        try:
            yield entered.result()
        finally:
            self.call(depart)

    def close(self) -> None:
        """Cancel the remaining tasks."""
        self._runner.close()


def _deliver(work: Callable[[], Answer], answer: asyncio.Future[Answer]) -> None:
    """Call a function and deliver its outcome to the waiting loop."""
    loop = answer.get_loop()
    try:
        found = work()
    except BaseException as exc:  # noqa: BLE001 - whoever asked gets it
        loop.call_soon_threadsafe(answer.set_exception, exc)
    else:
        loop.call_soon_threadsafe(answer.set_result, found)
