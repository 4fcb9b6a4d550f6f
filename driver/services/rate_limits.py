"""How much Twilio takes at the moment, learnt from what it refuses: of the account as a whole, and of each sender.

A message has only two attempts, so none is spent on a limit that is known. After a 429 fewer requests are in flight,
no message leaves until the pause that Twilio named is over and another request was answered, and while refused messages
wait for their second attempt the number of requests does not grow. While a sender's queue at Twilio is full, its
backlog waits, and one message after each pause finds out whether there is room again. All times are those of the
monotonic clock.
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
#: Seconds without messages after the first refusal in a row, unless Twilio names them, and at most, since they double.
ACCOUNT_PAUSE_S, MAX_ACCOUNT_PAUSE_S = 1.0, 30.0
SENDER_PAUSE_S, MAX_SENDER_PAUSE_S = 5.0, 300.0
#: Seconds after a refusal, or after a refused message got through, before more requests are tried again.
CALM_S = 30.0
#: Seconds from one more request in flight to the next.
GROW_EVERY_S = 1.0


@dataclass
class _SenderLimit:
    limited_at: timedelta
    until: timedelta
    pause_s: float


class RateLimits:
    """Bounds the requests in flight, and says when a sender's next message may leave.

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
        """Called when messages may leave earlier than was said before."""
        self.on_refusal: Callable[[], None] = lambda: None
        """Called when Twilio refused a request of the account, whichever it was; ``refusal`` says how."""
        self.refusal = ""

    @property
    def size(self) -> int:
        """How many requests may be in flight."""
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
        """When to ask Twilio whether it takes requests again; None while it does and messages may leave."""
        return None if self._open and self._clock.monotonic() >= self._closed_until else self._closed_until

    @asynccontextmanager
    async def request(self) -> AsyncIterator[None]:
        """Wait for a place among the requests in flight, and keep it for the block."""
        await self._enter()
        try:
            yield
        finally:
            self._leave()

    def free_at(self, from_number: str, now: timedelta, *, alone: bool) -> timedelta:
        """Return when the next message of a sender may leave: ``now`` at the earliest.

        A message that is ``alone`` in the queue of a limited sender need not wait: it delays no other by its refusal.
        """
        free = max(now, self._closed_until)
        if not self._open:
            free = max(free, now + timedelta(seconds=ACCOUNT_PAUSE_S))
        limited = self._senders.get(from_number)
        return max(free, limited.until) if limited and not alone else free

    def leaving(self, from_number: str, now: timedelta) -> None:
        """Take note that a message of a sender leaves; where the sender is limited, the next one waits."""
        limited = self._senders.get(from_number)
        if limited:
            limited.until = now + timedelta(seconds=limited.pause_s)

    def accepted(self, from_number: str, *, resent: bool) -> None:
        """Take note that Twilio accepted a message; ``resent`` if it was refused for a limit before."""
        self._pause_s = ACCOUNT_PAUSE_S
        if resent:
            self._calm_until = max(self._calm_until, self._clock.monotonic() + timedelta(seconds=CALM_S))
        if self._senders.pop(from_number, None):
            self.on_change()

    def answered(self, begun: timedelta) -> None:
        """Take note that Twilio answered a request that began at a moment: it takes requests again, after the pause."""
        if self._limited_at is not None and begun > self._limited_at and not self._open:
            self._open = True
            self.on_change()

    def refused(self, failure: Failure, begun: timedelta, from_number: str = "") -> None:
        """Take note that Twilio refused a request, begun at a moment, because there were too many."""
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
        # One burst is one limit: as many as were in flight less those that were refused had room, and of several
        # counts that Twilio names the smallest is nearest to it. Half of that leaves room for others.
        self._room = max(0, min(self._room - 1, (failure.concurrent or self._room) - 1))
        self._low = max(1, min(self._room // 2, self.size))
        pause_s = self._burst_pause_s if failure.retry_after_s is None else failure.retry_after_s
        if question:  # more questions follow and may be refused as well, and messages must not wait forever
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
            with self._activity.call():  # those before it wait for Twilio's answer, and so does this one
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
