"""How much Twilio accepts at the moment, learned from its refusals, for the account as a whole and for each sender.

A message has only two attempts, so none is wasted on a known limit. After a 429, fewer requests are in flight, no
message leaves until the pause that Twilio asked for is over and another request has been answered, and the number of
requests does not grow while refused messages wait for their second attempt. While a sender's queue at Twilio is full,
its backlog waits, and after each pause one message tests whether there is room. All times are on the monotonic clock.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

import structlog

from driver.domain.send_result import Failure, Limit
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker

_log = structlog.get_logger("driver.rate_limits")
#: Seconds without messages after the first refusal in a row, unless Twilio specifies them; they double up to a maximum.
ACCOUNT_PAUSE_S, MAX_ACCOUNT_PAUSE_S = 1.0, 30.0
SENDER_PAUSE_S, MAX_SENDER_PAUSE_S = 5.0, 300.0
#: Seconds after a refusal, or after a refused message was accepted, before more requests are tried again.
CALM_S = 30.0
#: Seconds between increases of the number of requests in flight.
GROW_EVERY_S = 1.0


@dataclass
class _SenderLimit:
    limited_at: timedelta
    until: timedelta
    pause_s: float


class RateLimits:
    """Limits the requests in flight, and decides when a sender's next message may leave.

    ``maximum`` is the configured number of requests in flight (``twilio.concurrency``).
    """

    def __init__(self, clock: Clock, activity: IdleTracker, maximum: int) -> None:
        self._clock = clock
        self._activity = activity
        self.maximum = maximum
        self._in_flight = 0
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._low: int | None = None
        self._room = 0
        self._limited_at: timedelta | None = None
        self._open = True
        self._closed_until = self._calm_until = clock.monotonic()
        self._pause_s = self._burst_pause_s = ACCOUNT_PAUSE_S
        self._senders: dict[str, _SenderLimit] = {}
        self.on_change: Callable[[], None] = lambda: None
        """Called when messages may leave earlier than previously returned."""
        self.on_refusal: Callable[[], None] = lambda: None
        """Called when Twilio refused any request of the account; ``refusal`` has the details."""
        self.refusal = ""

    @property
    def size(self) -> int:
        """The number of requests that may be in flight."""
        if self._low is None:
            return self.maximum
        calm_s = (self._clock.monotonic() - self._calm_until).total_seconds()
        size = self._low + max(0, int(calm_s / GROW_EVERY_S))
        if size < self.maximum:
            return size
        self._low = None
        return self.maximum

    @property
    def ask_at(self) -> timedelta | None:
        """When to test whether Twilio accepts requests again; None while it does and messages may leave."""
        return None if self._open and self._clock.monotonic() >= self._closed_until else self._closed_until

    @asynccontextmanager
    async def request(self) -> AsyncIterator[None]:
        """Wait for a slot among the requests in flight, and hold it for the block."""
        await self._enter()
        try:
            yield
        finally:
            self._leave()

    def free_at(self, from_number: str, now: timedelta, *, alone: bool) -> timedelta:
        """Return when the next message of a sender may leave, at the earliest ``now``.

        A message that is ``alone`` in the queue of a limited sender need not wait: its refusal would delay no other.
        """
        free = max(now, self._closed_until)
        if not self._open:
            free = max(free, now + timedelta(seconds=ACCOUNT_PAUSE_S))
        limited = self._senders.get(from_number)
        return max(free, limited.until) if limited and not alone else free

    def leaving(self, from_number: str, now: timedelta) -> None:
        """Record that a message of a sender leaves; if the sender is limited, the next one waits."""
        limited = self._senders.get(from_number)
        if limited:
            limited.until = now + timedelta(seconds=limited.pause_s)

    def accepted(self, from_number: str, *, resent: bool) -> None:
        """Record that Twilio accepted a message; ``resent`` if it was refused because of a limit before."""
        self._pause_s = ACCOUNT_PAUSE_S
        if resent:
            self._calm_until = max(self._calm_until, self._clock.monotonic() + timedelta(seconds=CALM_S))
        if self._senders.pop(from_number, None):
            self.on_change()

    def answered(self, begun: timedelta) -> None:
        """Record that Twilio answered a request that began at ``begun``: it accepts requests again, after the pause."""
        if self._limited_at is not None and begun > self._limited_at and not self._open:
            self._open = True
            self.on_change()

    def refused(self, failure: Failure, begun: timedelta, from_number: str = "") -> None:
        """Record that Twilio refused a request that began at ``begun``, because there were too many."""
        if failure.limit is Limit.ACCOUNT:
            self._refused_account(failure, begun, question=not from_number)
        elif failure.limit is Limit.SENDER:
            self._refused_sender(from_number, begun)

    def _refused_account(self, failure: Failure, begun: timedelta, *, question: bool) -> None:
        now = self._clock.monotonic()
        again = self._limited_at is None or begun > self._limited_at
        if again:
            self._burst_pause_s = self._pause_s
            self._pause_s = min(MAX_ACCOUNT_PAUSE_S, 2 * self._pause_s)
            self._limited_at = now
            self._room = self._in_flight
            _log.warning("account_rate_limited", in_flight=self._in_flight, maximum=self.maximum)
        # One burst is one limit: the room is what was in flight minus what was refused, and of several counts that
        # Twilio reports, the smallest is closest to it. Half of that leaves room for others.
        self._room = max(0, min(self._room - 1, (failure.concurrent or self._room) - 1))
        self._low = max(1, min(self._room // 2, self.size))
        pause_s = self._burst_pause_s if failure.retry_after_s is None else failure.retry_after_s
        if question:  # more requests follow and may be refused as well, and messages must not wait forever
            pause_s = min(pause_s, MAX_ACCOUNT_PAUSE_S)
        until = now + timedelta(seconds=pause_s)
        self._open = False
        self._closed_until = max(until, self._closed_until)
        self._calm_until = self._closed_until + timedelta(seconds=CALM_S)
        self.refusal = failure.detail
        self.on_refusal()

    def _refused_sender(self, from_number: str, begun: timedelta) -> None:
        now, known = self._clock.monotonic(), self._senders.get(from_number)
        pause_s = SENDER_PAUSE_S
        if known:
            pause_s = known.pause_s if begun <= known.limited_at else min(MAX_SENDER_PAUSE_S, 2 * known.pause_s)
        self._senders[from_number] = _SenderLimit(now, now + timedelta(seconds=pause_s), pause_s)

    async def _enter(self) -> None:
        if self._in_flight < self.size and not self._waiting:
            self._in_flight += 1
            return
        place: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        try:
            with self._activity.call():  # those before it wait for Twilio's response, and so does this one
                await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled():
                self._leave()
            raise

    def _leave(self) -> None:
        self._in_flight -= 1
        while self._waiting and self._in_flight < self.size:
            place = self._waiting.popleft()
            if not place.cancelled():
                self._in_flight += 1
                place.set_result(None)
