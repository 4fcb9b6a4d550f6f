"""A fake in a thread of its own, for code that is not asynchronous; every call here blocks until it is done."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any, TypeVar, Unpack

from fake_twilio.assertions import Expectation, MessageFields, RequestFields, WebhookFields
from fake_twilio.clock import ManualClock
from fake_twilio.faults import Fault, FaultError, PlantedFault
from fake_twilio.model.message import Message
from fake_twilio.model.verification_call import VerificationCall
from fake_twilio.request_log import Exchange, WebhookAttempt
from fake_twilio.server import FakeServer

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
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("this would wait for itself: call it from another thread than the fake's own")
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def judge(self, work: Coroutine[Any, Any, T]) -> T:
        """Carry work out that may fail as an assertion; the failure comes without the frames of the fake's thread."""
        __tracebackhide__ = True
        try:
            return self.run(work)
        except AssertionError as exc:
            raise exc.with_traceback(None) from None

    def call(self, function: Callable[[], T]) -> T:
        """Call a function on the loop and return its result."""

        async def work() -> T:
            return function()

        return self.run(work())

    def close(self) -> None:
        """End the loop and its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class BlockingHandset:
    """A virtual phone, used from an ordinary thread."""

    def __init__(self, fake: "BlockingFakeTwilio", number: str) -> None:
        self._fake = fake
        self._handset = fake.inner.handset(number)
        self.number = self._handset.number

    def send(self, to: str, body: str = "", media_urls: Sequence[str] = (), *, profile_name: str = "") -> Message:
        """Write to a Twilio number, a short code or a channel sender, and return the incoming message's row.

        ``profile_name`` is what the person is called on WhatsApp from now on.

        Raises:
            UnknownNumberError: when no account of the fake has the number.
        """
        return self._fake.loop.run(self._handset.send(to, body, media_urls, profile_name=profile_name))

    def read(self) -> list[Message]:
        """Open what arrived over WhatsApp or RCS: those messages are ``read`` from now on, and returned."""
        return self._fake.loop.run(self._handset.read())

    def enter(self, code: str) -> None:
        """Enter a code while a verification call rings: the number is a verified caller from now on.

        Raises:
            NoCallError: when nothing rings.
            WrongCodeError: when no call asks for this code; the third mistake ends a call.
        """
        self._fake.loop.run(self._handset.enter(code))

    def wait_for_code(self, timeout: float = 5.0) -> str:
        """Return the passcode of the newest text on the phone, as soon as there is one that was not returned before.

        Args:
            timeout: seconds to wait at most, in real time.

        Raises:
            AssertionError: when no code comes in time; it lists what the phone shows.
        """
        __tracebackhide__ = True
        return self._fake.loop.judge(self._handset.wait_for_code(timeout))

    @property
    def calls(self) -> list[VerificationCall]:
        """The verification calls that reached the phone, oldest first, each with its ``code`` and its ``outcome``."""
        return self._fake.loop.call(lambda: self._handset.calls)

    @property
    def messages(self) -> list[Message]:
        """What the phone shows, both directions, in order, once nothing is in flight."""
        self._fake.wait_idle()
        return self._fake.loop.call(lambda: self._handset.messages)

    def __call__(self, number: str) -> "BlockingHandset":
        """Return another phone."""
        return BlockingHandset(self._fake, number)


class BlockingExpectation:
    """A message that should go out, or has gone out already, awaited from an ordinary thread."""

    def __init__(self, loop: Loop, expectation: Expectation) -> None:
        self._loop = loop
        self._expectation = expectation

    def within(self, seconds: float) -> Message:
        """Return the message as soon as it is there and fits; of several the newest. The time is real, not the clock's.

        Raises:
            AssertionError: when none fits in time; it lists the near misses.
        """
        __tracebackhide__ = True
        return self._loop.judge(self._expectation.within(seconds))


class BlockingFaults:
    """The faults at work, used from an ordinary thread."""

    def __init__(self, fake: "BlockingFakeTwilio") -> None:
        self._fake = fake

    def add(self, fault: Fault | Mapping[str, Any] | None = None, /, **given: Any) -> PlantedFault:
        """Plant a fault, as a whole or by its keys; what is returned goes on counting.

        Raises:
            FaultError: with every mistake in it.
        """
        __tracebackhide__ = True
        try:
            return self._fake.loop.call(lambda: self._fake.inner.faults.add(fault, **given))
        except FaultError as exc:
            raise exc.with_traceback(None) from None

    def remove(self, fault_id: str) -> bool:
        """Take a fault away; False when there is none with this id."""
        return self._fake.loop.call(lambda: self._fake.inner.faults.remove(fault_id))

    def clear(self) -> None:
        """Take every fault away."""
        self._fake.loop.call(self._fake.inner.faults.clear)

    def __iter__(self) -> Iterator[PlantedFault]:
        return iter(self._fake.loop.call(lambda: list(self._fake.inner.faults)))


class BlockingClock:
    """The fake's clock, used from an ordinary thread."""

    def __init__(self, fake: "BlockingFakeTwilio") -> None:
        self._fake = fake

    def now(self) -> Any:
        """Return the present instant, aware, in UTC."""
        return self._fake.inner.clock.now()

    def advance(self, seconds: float) -> None:
        """Let time pass; returns when everything that fell due has been carried out, callbacks included.

        Raises:
            RuntimeError: on a real clock, which cannot be moved.
        """
        clock = self._fake.inner.clock
        if not isinstance(clock, ManualClock):
            raise RuntimeError(  # noqa: TRY004 - a matter of how the fake was started
                "only a manual clock can be advanced: FakeTwilio.running(clock=ManualClock())"
            )
        self._fake.loop.run(clock.advance(seconds))


class BlockingFakeTwilio:
    """What ``with FakeTwilio.running() as fake:`` gives. Reading waits until nothing is in flight; tests need not."""

    def __init__(self, inner: FakeServer, loop: Loop) -> None:
        self.inner = inner
        self.loop = loop
        self.faults = BlockingFaults(self)
        self.clock = BlockingClock(self)

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

    def release(self, message_sid: str, status: str = "", error_code: int | None = None) -> None:
        """Decide how a message ends that a ``hold`` fault parked; without a status it takes its usual course.

        Raises:
            KeyError: when no such message is parked.
            ValueError: when it cannot end so.
        """
        self.loop.call(lambda: self.inner.release(message_sid, status, error_code))

    def reset(self) -> None:
        """Go back to the seed: tables, faults, journals, clock."""
        self.loop.call(self.inner.reset)

    def snapshot(self) -> dict[str, Any]:
        """Return the whole state as plain values; ``restore`` takes it back."""
        return self.loop.run(self.inner.snapshot())

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Put a snapshot in the place of everything there is.

        Raises:
            SnapshotError: with every mistake in it; then nothing has changed.
        """
        self.loop.call(lambda: self.inner.restore(snapshot))

    def _judge(self, assertion: Callable[[], T]) -> T:
        """Make an assertion on the loop; its failure is raised here, without the frames of the fake's own thread."""
        __tracebackhide__ = True
        try:
            return self.loop.call(assertion)
        except (AssertionError, TypeError) as exc:
            raise exc.with_traceback(None) from None

    def assert_sent(self, times: int | None = None, **wanted: Unpack[MessageFields]) -> list[Message]:
        """Fail unless messages went out that fit; see ``FakeTwilio.assert_sent``."""
        __tracebackhide__ = True
        self.wait_idle()
        return self._judge(lambda: self.inner.assert_sent(times, **wanted))

    def assert_nothing_sent(self, **wanted: Unpack[MessageFields]) -> None:
        """Fail if a message went out that fits; see ``FakeTwilio.assert_nothing_sent``."""
        __tracebackhide__ = True
        self.wait_idle()
        self._judge(lambda: self.inner.assert_nothing_sent(**wanted))

    def expect_message(self, **wanted: Unpack[MessageFields]) -> "BlockingExpectation":
        """Return the expectation of a message that goes out: ``fake.expect_message(to=…).within(5)``."""
        __tracebackhide__ = True
        return BlockingExpectation(self.loop, self._judge(lambda: self.inner.expect_message(**wanted)))

    def assert_requested(self, times: int | None = None, **wanted: Unpack[RequestFields]) -> list[Exchange]:
        """Fail unless requests were made that fit; see ``FakeTwilio.assert_requested``."""
        __tracebackhide__ = True
        return self._judge(lambda: self.inner.assert_requested(times, **wanted))

    def assert_called_back(self, times: int | None = None, **wanted: Unpack[WebhookFields]) -> list[WebhookAttempt]:
        """Fail unless webhooks were called that fit; see ``FakeTwilio.assert_called_back``."""
        __tracebackhide__ = True
        self.wait_idle()
        return self._judge(lambda: self.inner.assert_called_back(times, **wanted))


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
