"""Delivers committed events to all listeners, in order, without ever waiting for a slow listener."""

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog

from driver.domain.events import Event
from driver.runtime.idle import IdleTracker
from driver.runtime.log_topics import LogTopic

_log = structlog.get_logger("driver.bus")

Sink = Callable[[Sequence[Event]], bool]
"""Takes events immediately if it can, and returns whether it could."""


@dataclass(eq=False, slots=True)
class Subscription:
    """One listener's queue. When it overflows, it is emptied, and ``lost`` means that the listener must start over.

    An idle listener can set a ``sink``: events that it takes bypass the queue and wake no task. With a thousand
    listeners, waking them costs more than writing to them.
    """

    size: int
    wakeup: asyncio.Event
    queue: deque[Event] = field(default_factory=deque)
    sink: Sink | None = None
    lost: bool = False
    closed: bool = False

    def put(self, events: Sequence[Event]) -> None:
        """Pass events to the sink or queue them; on overflow, empty the queue and mark it as lost."""
        if self.sink is not None and not self.waiting and not self.closed and self.sink(events):
            return
        if len(self.queue) + len(events) > self.size:
            self.queue.clear()
            self.lost = True
        elif not self.lost:
            self.queue.extend(events)
        self.wakeup.set()

    @property
    def waiting(self) -> bool:
        """Whether the listener still has something to take."""
        return bool(self.queue) or self.lost


class EventBus:
    """Publishes to subscriptions, and keeps the number of the last event."""

    def __init__(self, activity: IdleTracker, last_seq: int, *, queue_size: int = 10_000) -> None:
        self._activity = activity
        self._queue_size = queue_size
        self._subscriptions: dict[Subscription, None] = {}
        self.last_seq = last_seq
        self.closing = ""
        activity.watch(lambda: self.waiting)

    @property
    def waiting(self) -> bool:
        """Whether any listener still has something to take."""
        return any(subscription.waiting for subscription in self._subscriptions)

    def publish(self, events: Sequence[Event]) -> None:
        """Deliver events that are committed."""
        self.last_seq = events[-1].seq
        debug = _log.debug  # looked up once, which takes longer than a call
        for event in events:
            debug("event_published", topic=LogTopic.EVENT, asset_id=event.asset_id, seq=event.seq, name=event.name)
        for subscription in self._subscriptions:
            subscription.put(events)

    def subscribe(self, wakeup: asyncio.Event | None = None) -> Subscription:
        """Return a queue that receives every event published from now on, and signals ``wakeup`` for each."""
        subscription = Subscription(self._queue_size, wakeup or asyncio.Event())
        self._subscriptions[subscription] = None
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        """Remove a queue."""
        self._subscriptions.pop(subscription, None)
        self._activity.note()

    def restart(self, last_seq: int, reason: str) -> None:
        """End all subscriptions with a reason, and continue from another number."""
        self.close(reason)
        self._subscriptions = {}
        self.last_seq = last_seq
        self._activity.note()

    def close(self, reason: str = "shutdown") -> None:
        """Tell every listener that no more events come: ``shutdown``, or ``standby`` if another driver leads."""
        self.closing = reason
        for subscription in self._subscriptions:
            subscription.closed = True
            subscription.wakeup.set()
