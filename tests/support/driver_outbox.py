"""A running outbox on a clock that the test advances, with attempts that do what the test says."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import structlog

from driver.domain.commands import MESSAGE_CONTENT
from driver.domain.execution import Attempt
from driver.domain.outbound_message import OutboundMessage
from driver.domain.send_result import Failure, FailureKind, Limit
from driver.runtime.idle import IdleTracker
from driver.services.outbox import Outbox
from driver.services.rate_limits import RateLimits
from driver.services.send_attempts import SendAttempts
from fake_twilio import ManualClock
from fake_twilio.clock import turn

OURS, OTHER = "+12015550100", "+12015550109"
WAIT_S = 20.0
FULL = Failure(FailureKind.TRANSIENT, "queue full", 400, limit=Limit.SENDER)

Work = Callable[[OutboundMessage], Awaitable[OutboundMessage | None]]


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


async def gone(_message: OutboundMessage) -> None:
    """Send a message at the first attempt."""


class Attempts(SendAttempts):
    """Records when each message is processed, and does with it what the test says."""

    def __init__(self, clock: ManualClock) -> None:
        self._time = clock
        self.works: defaultdict[str, list[Work]] = defaultdict(list)
        self.seen: list[OutboundMessage] = []
        self.log: list[tuple[float, str]] = []
        self.given_up: list[str] = []
        self.giving_up: list[Exception] = []

    @property
    def longest_wait(self) -> timedelta:
        return seconds(WAIT_S)

    async def work(self, message: OutboundMessage) -> OutboundMessage | None:
        assert structlog.contextvars.get_contextvars() == {"asset_id": message.asset_id}, "logs name the phone"
        self.seen.append(message)
        self.log.append((self._time.monotonic().total_seconds(), message.execution_id))
        steps = self.works[message.execution_id]
        return await (steps.pop(0) if steps else gone)(message)

    async def give_up(self, message: OutboundMessage, detail: str) -> None:
        assert message.in_doubt
        self.given_up.append(detail)
        if self.giving_up:
            raise self.giving_up.pop(0)


class Sending:
    """A running outbox, and its messages by name."""

    def __init__(self, clock: ManualClock, concurrency: int = 50) -> None:
        self.clock = clock
        self.activity = IdleTracker(clock)
        self.limits = RateLimits(clock, self.activity, concurrency)
        self.attempts = Attempts(clock)
        self.outbox = Outbox(self.attempts, self.limits, clock=clock, activity=self.activity)

    def message(self, name: str, to: str = "1", sender: str = OURS, **more: object) -> OutboundMessage:
        now = self.clock.now()
        made = OutboundMessage(
            execution_id=name,
            asset_id="guard",
            created_at=now,
            expires_at=now + seconds(3600),
            due_at=now,
            parameters={MESSAGE_CONTENT: "Fire"},
            from_number=sender,
            to_number=f"+1201555010{to}",
            position=self.outbox.next_position(),
        )
        return replace(made, **more)  # type: ignore[arg-type]  # the keys are the class's own

    def accept(self, *names: str, **more: object) -> list[OutboundMessage]:
        messages = [self.message(name, **more) for name in names]  # type: ignore[arg-type]  # the same
        for message in messages:
            self.outbox.accept(message)
        return messages

    @property
    def waiting(self) -> list[str]:
        return [message.execution_id for message in self.outbox.waiting()]

    @asynccontextmanager
    async def running(self) -> AsyncIterator[asyncio.Task[None]]:
        task = asyncio.create_task(self.outbox.run())
        self.activity.track(task)
        self.clock.add_idle_waiter(self.activity.wait_idle)
        try:
            await self.clock.wait_idle()
            yield task
        finally:
            self.clock.remove_idle_waiter(self.activity.wait_idle)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def waits(until: asyncio.Event, then: Work = gone) -> Work:
    """Return an attempt that stays in progress until an event."""

    async def work(message: OutboundMessage) -> OutboundMessage | None:
        await until.wait()
        return await then(message)

    return work


def breaks(exc: Exception) -> Work:
    async def work(_message: OutboundMessage) -> None:
        raise exc

    return work


async def settle() -> None:
    """Run everything that can run without waiting for an attempt in progress."""
    for _ in range(8):
        await turn()


async def later(message: OutboundMessage) -> OutboundMessage:
    """Fail once; the second attempt is due after five seconds."""
    return replace(message, attempts=(Attempt(1, message.created_at),), due_at=message.due_at + seconds(5))
