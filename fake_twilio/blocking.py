"""A fake in its own thread, for synchronous code; every call blocks until it is done."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, Unpack

from fake_twilio.assertions import Expectation, MessageFields
from fake_twilio.clock import ManualClock
from fake_twilio.faults import FaultEngine, FaultError, PlantedFault
from fake_twilio.handset import Handset
from fake_twilio.model.message import Message
from fake_twilio.model.verification_call import VerificationCall
from fake_twilio.request_log import Exchange, WebhookAttempt
from fake_twilio.server import FakeServer

P = ParamSpec("P")
T = TypeVar("T")

IDLE_WITHIN_S = 5.0
"""Maximum seconds that a read waits for work in flight: a webhook may be waiting for the very thread that reads."""


class Loop:
    """An event loop in a daemon thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-twilio", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run a coroutine on the loop and return its result."""
        __tracebackhide__ = True
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("this call would wait for itself: call it from a thread other than the fake's own")
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except (AssertionError, TypeError, FaultError) as exc:
            # Tests see the exception without the frames of the fake's thread.
            raise exc.with_traceback(None) from None

    def call(self, function: Callable[[], T]) -> T:
        """Call a function on the loop and return its result."""
        __tracebackhide__ = True

        async def work() -> T:
            return function()

        return self.run(work())

    def close(self) -> None:
        """Stop the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Blocking:
    """Wrapper that lets ordinary threads use part of a fake; its calls run on the fake's loop."""

    def __init__(self, inner: Any, loop: Loop) -> None:
        self.inner = inner
        self.loop = loop


def awaited(method: Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]) -> Callable[Concatenate[Blocking, P], T]:
    """Return a method that waits for the result of an asynchronous one."""

    @wraps(method)
    def blocking(self: Blocking, /, *arguments: P.args, **options: P.kwargs) -> T:
        __tracebackhide__ = True
        return self.loop.run(method(self.inner, *arguments, **options))

    return blocking


def called(method: Callable[Concatenate[Any, P], T]) -> Callable[Concatenate[Blocking, P], T]:
    """Return a method that makes the call on the loop."""

    @wraps(method)
    def blocking(self: Blocking, /, *arguments: P.args, **options: P.kwargs) -> T:
        __tracebackhide__ = True
        return self.loop.call(lambda: method(self.inner, *arguments, **options))

    return blocking


def called_when_idle(
    method: Callable[Concatenate[FakeServer, P], T],
) -> Callable[Concatenate["BlockingFakeTwilio", P], T]:
    """Return a method that makes the call on the loop once nothing is in flight."""

    @wraps(method)
    def blocking(self: "BlockingFakeTwilio", /, *arguments: P.args, **options: P.kwargs) -> T:
        __tracebackhide__ = True
        self.wait_idle()
        return self.loop.call(lambda: method(self.inner, *arguments, **options))

    return blocking


class BlockingHandset(Blocking):
    """A virtual phone, used from an ordinary thread."""

    def __init__(self, fake: "BlockingFakeTwilio", number: str) -> None:
        super().__init__(fake.inner.handset(number), fake.loop)
        self._fake = fake
        self.number: str = self.inner.number

    send = awaited(Handset.send)
    read = awaited(Handset.read)
    enter = awaited(Handset.enter)
    wait_for_code = awaited(Handset.wait_for_code)

    @property
    def calls(self) -> list[VerificationCall]:
        """The verification calls that this phone received, oldest first, each with its ``code`` and ``outcome``."""
        return self.loop.call(lambda: self.inner.calls)

    @property
    def messages(self) -> list[Message]:
        """The messages on the phone, in both directions, in order, once nothing is in flight."""
        self._fake.wait_idle()
        return self.loop.call(lambda: self.inner.messages)

    def __call__(self, number: str) -> "BlockingHandset":
        """Return another phone."""
        return BlockingHandset(self._fake, number)


class BlockingExpectation(Blocking):
    """A message that is expected to be sent, or has been sent already; waited for in an ordinary thread."""

    within = awaited(Expectation.within)


class BlockingFaults(Blocking):
    """The active faults, used from an ordinary thread."""

    add = called(FaultEngine.add)
    remove = called(FaultEngine.remove)
    clear = called(FaultEngine.clear)

    def __iter__(self) -> Iterator[PlantedFault]:
        return iter(self.loop.call(lambda: list(self.inner)))


class BlockingClock(Blocking):
    """The fake's clock, used from an ordinary thread."""

    def now(self) -> Any:
        """Return the current time, timezone-aware, in UTC."""
        return self.inner.now()

    def advance(self, seconds: float) -> None:
        """Advance the clock; return once everything that became due has run, callbacks included.

        Raises:
            RuntimeError: if the clock is not manual.
        """
        if not isinstance(self.inner, ManualClock):
            raise RuntimeError(  # noqa: TRY004 - the cause is how the fake was started
                "only a manual clock can be advanced: FakeTwilio.running(clock=ManualClock())"
            )
        self.loop.run(self.inner.advance(seconds))


class BlockingFakeTwilio(Blocking):
    """A running fake, from ``with FakeTwilio.running() as fake:``. Reads wait until nothing is in flight."""

    inner: FakeServer

    def __init__(self, inner: FakeServer, loop: Loop) -> None:
        super().__init__(inner, loop)
        self.faults = BlockingFaults(inner.faults, loop)
        self.clock = BlockingClock(inner.clock, loop)

    @property
    def base_url(self) -> str:
        """The URL of the fake, without a trailing slash."""
        return self.inner.base_url

    @property
    def account_sid(self) -> str:
        """The SID of the first account."""
        return self.inner.account_sid

    @property
    def auth_token(self) -> str:
        """The auth token of the first account."""
        return self.inner.auth_token

    @property
    def phone_number(self) -> str:
        """The first number of the first account; empty if it has none."""
        return self.inner.phone_number

    @property
    def messages(self) -> list[Message]:
        """Every message, in both directions, in order of creation."""
        self.wait_idle()
        return self.loop.call(lambda: self.inner.messages)

    @property
    def requests(self) -> list[Exchange]:
        """The request log, oldest first."""
        return self.loop.call(lambda: self.inner.requests)

    @property
    def webhooks(self) -> list[WebhookAttempt]:
        """The log of webhook attempts, oldest first, once nothing is in flight."""
        self.wait_idle()
        return self.loop.call(lambda: self.inner.webhooks)

    def client(self) -> Any:
        """Return a client of the official SDK, connected to this fake."""
        return self.inner.client()

    def handset(self, number: str) -> BlockingHandset:
        """Return the virtual phone with this number."""
        return BlockingHandset(self, number)

    def wait_idle(self) -> None:
        """Wait until no step, callback or webhook is in flight, at most ``IDLE_WITHIN_S``."""
        self.loop.run(_idle(self.inner))

    release = called(FakeServer.release)
    reset = called(FakeServer.reset)
    snapshot = awaited(FakeServer.snapshot)
    restore = called(FakeServer.restore)
    assert_sent = called_when_idle(FakeServer.assert_sent)
    assert_nothing_sent = called_when_idle(FakeServer.assert_nothing_sent)
    assert_requested = called(FakeServer.assert_requested)
    assert_called_back = called_when_idle(FakeServer.assert_called_back)

    def expect_message(self, **wanted: Unpack[MessageFields]) -> BlockingExpectation:
        """Return an expectation that a message is sent: ``fake.expect_message(to=…).within(5)``."""
        __tracebackhide__ = True
        return BlockingExpectation(self.loop.call(lambda: self.inner.expect_message(**wanted)), self.loop)


async def _idle(fake: FakeServer) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(IDLE_WITHIN_S):
            while await fake.wait_idle():
                pass


@contextmanager
def running(fake: FakeServer) -> Iterator[BlockingFakeTwilio]:
    """Run a fake in its own thread for the duration of the block."""
    loop = Loop()
    try:
        loop.run(fake.__aenter__())
        try:
            yield BlockingFakeTwilio(fake, loop)
        finally:
            loop.run(fake.__aexit__(None, None, None))
    finally:
        loop.close()
