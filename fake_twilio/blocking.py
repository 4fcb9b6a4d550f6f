"""A fake in a thread of its own, for code that is not asynchronous; every call here blocks until it is done."""

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
"""Seconds that reading waits at most for work in flight: a webhook may be waiting for the very thread that reads."""


class Loop:
    """An event loop in a daemon thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake-twilio", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry work out on the loop and return its result."""
        __tracebackhide__ = True
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("this would wait for itself: call it from another thread than the fake's own")
        try:
            return asyncio.run_coroutine_threadsafe(work, self._loop).result()
        except (AssertionError, TypeError, FaultError) as exc:
            # What a test is told comes without the frames of the fake's thread.
            raise exc.with_traceback(None) from None

    def call(self, function: Callable[[], T]) -> T:
        """Call a function on the loop and return its result."""
        __tracebackhide__ = True

        async def work() -> T:
            return function()

        return self.run(work())

    def close(self) -> None:
        """End the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class Blocking:
    """Something of a fake, used from an ordinary thread: what it does is done on the fake's loop."""

    def __init__(self, inner: Any, loop: Loop) -> None:
        self.inner = inner
        self.loop = loop


def awaited(method: Callable[Concatenate[Any, P], Coroutine[Any, Any, T]]) -> Callable[Concatenate[Blocking, P], T]:
    """Return a method that waits for what an asynchronous one returns."""

    @wraps(method)
    def blocking(self: Blocking, /, *arguments: P.args, **options: P.kwargs) -> T:
        __tracebackhide__ = True
        return self.loop.run(method(self.inner, *arguments, **options))

    return blocking


def called(method: Callable[Concatenate[Any, P], T]) -> Callable[Concatenate[Blocking, P], T]:
    """Return a method that calls another one on the loop."""

    @wraps(method)
    def blocking(self: Blocking, /, *arguments: P.args, **options: P.kwargs) -> T:
        __tracebackhide__ = True
        return self.loop.call(lambda: method(self.inner, *arguments, **options))

    return blocking


def called_when_idle(
    method: Callable[Concatenate[FakeServer, P], T],
) -> Callable[Concatenate["BlockingFakeTwilio", P], T]:
    """Return a method that calls another one on the loop once nothing is in flight."""

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
        """The verification calls that reached the phone, oldest first, each with its ``code`` and its ``outcome``."""
        return self.loop.call(lambda: self.inner.calls)

    @property
    def messages(self) -> list[Message]:
        """What the phone shows, both directions, in order, once nothing is in flight."""
        self._fake.wait_idle()
        return self.loop.call(lambda: self.inner.messages)

    def __call__(self, number: str) -> "BlockingHandset":
        """Return another phone."""
        return BlockingHandset(self._fake, number)


class BlockingExpectation(Blocking):
    """A message that should go out, or has gone out already, awaited from an ordinary thread."""

    within = awaited(Expectation.within)


class BlockingFaults(Blocking):
    """The faults at work, used from an ordinary thread."""

    add = called(FaultEngine.add)
    remove = called(FaultEngine.remove)
    clear = called(FaultEngine.clear)

    def __iter__(self) -> Iterator[PlantedFault]:
        return iter(self.loop.call(lambda: list(self.inner)))


class BlockingClock(Blocking):
    """The fake's clock, used from an ordinary thread."""

    def now(self) -> Any:
        """Return the present instant, aware, in UTC."""
        return self.inner.now()

    def advance(self, seconds: float) -> None:
        """Let time pass; returns when everything that fell due has been carried out, callbacks included.

        Raises:
            RuntimeError: on a real clock, which cannot be moved.
        """
        if not isinstance(self.inner, ManualClock):
            raise RuntimeError(  # noqa: TRY004 - a matter of how the fake was started
                "only a manual clock can be advanced: FakeTwilio.running(clock=ManualClock())"
            )
        self.loop.run(self.inner.advance(seconds))


class BlockingFakeTwilio(Blocking):
    """What ``with FakeTwilio.running() as fake:`` gives. Reading waits until nothing is in flight; tests need not."""

    inner: FakeServer

    def __init__(self, inner: FakeServer, loop: Loop) -> None:
        super().__init__(inner, loop)
        self.faults = BlockingFaults(inner.faults, loop)
        self.clock = BlockingClock(inner.clock, loop)

    @property
    def base_url(self) -> str:
        """Where the fake listens, without a trailing slash."""
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
        """The first number of the first account, empty when it has none."""
        return self.inner.phone_number

    @property
    def messages(self) -> list[Message]:
        """Every message, both directions, in the order of making."""
        self.wait_idle()
        return self.loop.call(lambda: self.inner.messages)

    @property
    def requests(self) -> list[Exchange]:
        """The journal of requests, oldest first."""
        return self.loop.call(lambda: self.inner.requests)

    @property
    def webhooks(self) -> list[WebhookAttempt]:
        """The journal of webhook attempts, oldest first, once nothing is in flight."""
        self.wait_idle()
        return self.loop.call(lambda: self.inner.webhooks)

    def client(self) -> Any:
        """Return the official SDK's client, bound to this fake."""
        return self.inner.client()

    def handset(self, number: str) -> BlockingHandset:
        """Return the virtual phone with this number."""
        return BlockingHandset(self, number)

    def wait_idle(self) -> None:
        """Wait until no step, callback or webhook is in flight, ``IDLE_WITHIN_S`` at most."""
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
        """Return the expectation of a message that goes out: ``fake.expect_message(to=…).within(5)``."""
        __tracebackhide__ = True
        return BlockingExpectation(self.loop.call(lambda: self.inner.expect_message(**wanted)), self.loop)


async def _idle(fake: FakeServer) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(IDLE_WITHIN_S):
            while await fake.wait_idle():
                pass


@contextmanager
def running(fake: FakeServer) -> Iterator[BlockingFakeTwilio]:
    """Run a fake in a thread of its own while the block runs."""
    loop = Loop()
    try:
        loop.run(fake.__aenter__())
        try:
            yield BlockingFakeTwilio(fake, loop)
        finally:
            loop.run(fake.__aexit__(None, None, None))
    finally:
        loop.close()
