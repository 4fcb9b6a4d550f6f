"""Messages waiting to be sent: durable before they are confirmed, due by the clock, most urgent first.

Memory mirrors the store's unfinished messages. Each pair of numbers has a lane for each severity. Only the first
message of a lane is processed, so a resend never overtakes others in it or is overtaken; and only one message of a pair
at a time, so that a look-up never finds another one. A message that becomes too old while its lane waits for the
sender's pace or for Twilio's limits is processed immediately, which ends it.
"""

import asyncio
import heapq
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import NamedTuple

import structlog

from driver.domain.outbound_message import OutboundMessage
from driver.errors import StoreUnavailableError
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker, is_cancelled
from driver.services.rate_limits import RateLimits
from driver.services.send_attempts import SendAttempts
from driver.services.send_lanes import Lane, ReadyLanes

_log = structlog.get_logger("driver.outbox")
#: Seconds to wait before retrying after the database failed, and after the driver itself failed.
STORE_PAUSE_S, BROKEN_PAUSE_S = 2.0, 60.0
_MAX_PAUSE = timedelta(seconds=BROKEN_PAUSE_S)
#: After this many failures of the driver itself, a message is given up: its outcome is unknown.
MAX_BREAKS = 3
#: Concurrent attempts while a client waits for the response to a command; otherwise as many as are due. An accepted
#: message is safe, whereas a client that is giving a command has no confirmation yet.
MAX_ATTEMPTS_MEANWHILE = 10


class _Head(NamedTuple):
    """The first message of a lane, sorted by when it is due on the monotonic clock."""

    due: timedelta
    position: int
    lane: Lane


class Outbox:
    """Keeps the lanes and starts attempts when they are due."""

    def __init__(self, attempts: SendAttempts, limits: RateLimits, *, clock: Clock, activity: IdleTracker) -> None:
        self.attempts = attempts
        self._limits = limits
        limits.on_change = self._limits_changed
        self._clock = clock
        self._activity = activity
        self._gap: timedelta | None = None
        self._free: dict[str, timedelta] = {}
        self._lanes: dict[Lane, deque[OutboundMessage]] = {}
        self._heads: list[_Head] = []
        self._waiting: Counter[str] = Counter()
        self._position = 0
        self._stepped = timedelta(0)
        self._broken: Counter[str] = Counter()
        self._wakeup = asyncio.Event()
        self._accepting = 0
        self._under_way: dict[tuple[str, str], Lane] = {}
        self._ready_lanes = ReadyLanes()
        #: Lanes whose turn came while another message of their pair was being processed.
        self._blocked: dict[tuple[str, str], list[Lane]] = {}
        self._being_taken_out: set[str] = set()
        self._stopping = False
        self.stopped = asyncio.Event()

    def configure(self, *, per_sender_per_s: float) -> None:
        """Apply a new pace; 0 means unlimited."""
        self._gap = timedelta(seconds=1 / per_sender_per_s) if per_sender_per_s else None
        self._free.clear()
        self._wakeup.set()

    def restore(self, messages: Sequence[OutboundMessage]) -> None:
        """Restore what was waiting when the driver stopped. A message in doubt is looked up before anything else."""
        latest = self._clock.now() + self.attempts.longest_wait
        for message in messages:
            # Setting the wall clock back while the driver was stopped must not make messages wait.
            self._add(replace(message, due_at=min(message.due_at, latest)))

    def reclock(self, step: timedelta) -> None:
        """Keep the remaining lifetime of messages after the wall clock was set."""
        self._stepped += step
        for messages in self._lanes.values():
            for place, message in enumerate(messages):
                messages[place] = _reclocked(message, step)

    def next_position(self) -> int:
        """Return the next position in the order of acceptance."""
        self._position += 1
        return self._position

    @property
    def size(self) -> int:
        """The number of messages that are waiting or being sent."""
        return sum(map(len, self._lanes.values()))

    def waiting(self) -> Iterator[OutboundMessage]:
        """Yield the messages that are waiting or being sent, lane by lane."""
        for messages in self._lanes.values():
            yield from messages

    def on_its_way(self, message: OutboundMessage) -> bool:
        """Return whether Twilio has a message, may have it, or is just being sent it."""
        lane = _lane(message)
        first = self._lanes[lane][0].execution_id == message.execution_id
        return message.in_doubt or (first and self._under_way.get(lane.pair) == lane)

    @contextmanager
    def taking_out(self, messages: Sequence[OutboundMessage]) -> Iterator[None]:
        """Keep waiting messages from being processed while the block ends them; if it fails, they continue."""
        taken = {message.execution_id for message in messages}
        self._being_taken_out |= taken
        try:
            yield
            for message in messages:
                self._remove(message)
        finally:
            self._being_taken_out -= taken
            for lane in set(map(_lane, messages)):
                self._ready_again(lane)

    def _remove(self, message: OutboundMessage) -> None:
        waiting = self._lanes[_lane(message)]
        waiting.remove(next(each for each in waiting if each.execution_id == message.execution_id))
        self._ended(message)

    def _ended(self, message: OutboundMessage) -> None:
        self._broken.pop(message.execution_id, None)
        self._waiting[message.from_number] -= 1
        if not self._waiting[message.from_number]:
            del self._waiting[message.from_number]

    def _ready_again(self, lane: Lane) -> None:
        """Queue a lane again by its first message, which may have changed."""
        if self._under_way.get(lane.pair) == lane:
            return
        self._heads = [head for head in self._heads if head.lane != lane]
        heapq.heapify(self._heads)
        self._ready_lanes.remove(lane)
        if blocked := [each for each in self._blocked.pop(lane.pair, ()) if each != lane]:
            self._blocked[lane.pair] = blocked
        if self._lanes[lane]:
            self._ready(lane)
        else:
            del self._lanes[lane]

    @contextmanager
    def accepting(self) -> Iterator[None]:
        """Give a command, which is handled in the block, precedence over attempts that have not begun."""
        self._accepting += 1
        try:
            yield
        finally:
            self._accepting -= 1
            if not self._accepting:
                self._wakeup.set()

    def accept(self, message: OutboundMessage) -> None:
        """Queue a new message that is durable."""
        # The wall clock may have been set back while the message was stored; this also updates those already waiting.
        self._activity.steps.look()
        ahead = min(self._clock.now() - message.created_at, timedelta(0))
        self._add(_reclocked(message, ahead) if ahead else message)

    def _add(self, message: OutboundMessage) -> None:
        self._position = max(self._position, message.position)
        lane = _lane(message)
        messages = self._lanes.setdefault(lane, deque())
        messages.append(message)
        self._waiting[message.from_number] += 1
        if len(messages) == 1:
            self._ready(lane)

    async def run(self) -> None:
        """Start attempts as they fall due until stopped; attempts in flight at that point are completed."""
        self._take_up()
        async with asyncio.TaskGroup() as group:
            while not self._stopping:
                now = self._clock.monotonic()
                while self._heads and self._heads[0].due <= now:
                    head = heapq.heappop(self._heads)
                    self._ready_lanes.add(head.position, head.lane)
                while self._ready_lanes and self._room:
                    lane, overtakes = self._ready_lanes.take()
                    if not self._may_begin(lane, now):
                        continue
                    self._ready_lanes.left(overtook=overtakes)
                    self._under_way[lane.pair] = lane
                    attempt = group.create_task(self._work(lane), name="attempt")
                    self._activity.track(attempt)
                await self._activity.rest(self._wakeup, self._heads[0].due if self._heads and self._room else None)
        self.stopped.set()

    def _take_up(self) -> None:
        """Queue every lane again, including those whose attempts were cut short when the task failed."""
        for lane in self._under_way.values():
            self._lanes[lane][0] = replace(self._lanes[lane][0], in_doubt=True)
        self._under_way.clear()
        self._blocked.clear()
        self._ready_lanes.clear()
        self._heads.clear()
        for lane in self._lanes:
            self._ready(lane)

    def stop(self) -> None:
        """Start no more attempts."""
        self._stopping = True
        self._wakeup.set()

    @property
    def _room(self) -> bool:
        limit = min(MAX_ATTEMPTS_MEANWHILE, self._limits.size) if self._accepting else self._limits.size
        return len(self._under_way) < limit

    def _may_begin(self, lane: Lane, now: timedelta) -> bool:
        """Return whether the first message of a lane may be processed now; otherwise queue the lane for later."""
        if lane.pair in self._under_way:
            self._blocked.setdefault(lane.pair, []).append(lane)
            return False
        message = self._lanes[lane][0]
        if message.execution_id in self._being_taken_out:
            return False
        free = self._free_at(message, now)
        if free > now:
            heapq.heappush(self._heads, _Head(free, message.position, lane))
        return free <= now

    def _free_at(self, message: OutboundMessage, now: timedelta) -> timedelta:
        """Return when a message may be processed; take its sender's slot if that is now.

        Only a message that may leave waits for its sender: one in doubt is looked up first, for which Twilio must
        accept requests, and one that is too old ends.
        """
        wall, from_number = self._clock.now(), message.from_number
        if message.in_doubt:
            return self._limits.free_at(from_number, now, alone=True)
        if message.too_old(wall):
            return now
        alone = self._waiting[from_number] == 1
        free = max(self._limits.free_at(from_number, now, alone=alone), self._free.get(from_number, now))
        if free <= now:
            self._limits.leaving(from_number, now)
            if self._gap is not None:
                self._free[from_number] = now + self._gap
            return now
        return free if message.expires_at is None else min(free, now + (message.expires_at - wall))

    def _limits_changed(self) -> None:
        """Reschedule all lanes, since messages may leave earlier than planned."""
        heads, self._heads = self._heads, []
        for head in heads:
            self._ready(head.lane)

    async def _work(self, lane: Lane) -> None:
        messages, stepped = self._lanes[lane], self._stepped
        waiting = await self._worked_on(messages[0])
        del self._under_way[lane.pair]
        for blocked in self._blocked.pop(lane.pair, ()):
            self._ready(blocked)
        self._wakeup.set()
        if waiting is None:
            self._ended(messages.popleft())
        else:
            messages[0] = _reclocked(waiting, self._stepped - stepped, due=False)
        if messages:
            self._ready(lane)
        else:
            del self._lanes[lane]

    async def _worked_on(self, message: OutboundMessage) -> OutboundMessage | None:
        """Do what is due for a message, whatever fails; return the message if it still waits, or None if it ended."""
        try:
            with structlog.contextvars.bound_contextvars(asset_id=message.asset_id):
                return await self.attempts.work(message)
        except StoreUnavailableError as exc:
            _log.debug("attempt_waits_for_database", asset_id=message.asset_id, reason=str(exc))
            return self._later(message, STORE_PAUSE_S)
        except (Exception, asyncio.CancelledError) as exc:
            if is_cancelled():
                raise
            _log.exception("message_broken", asset_id=message.asset_id)
            # The database knows whether an attempt has begun; a message in doubt is read again.
            return await self._after_break(replace(message, in_doubt=True), f"{type(exc).__name__}: {exc}")

    async def _after_break(self, message: OutboundMessage, detail: str) -> OutboundMessage | None:
        """Try a message again later, but not forever: it would hold up its lane."""
        self._broken[message.execution_id] += 1
        if self._broken[message.execution_id] < MAX_BREAKS:
            return self._later(message, BROKEN_PAUSE_S)
        try:
            await self.attempts.give_up(message, detail)
        except StoreUnavailableError:
            return self._later(message, STORE_PAUSE_S)
        except Exception:  # noqa: BLE001 - as above: others must not wait for it
            _log.exception("message_left_for_next_start", asset_id=message.asset_id)
        return None

    def _later(self, message: OutboundMessage, wait_s: float) -> OutboundMessage:
        return replace(message, due_at=self._clock.now() + timedelta(seconds=wait_s))

    def _ready(self, lane: Lane) -> None:
        message = self._lanes[lane][0]
        # Nothing is meant to wait longer than this, even if the wall clock was set meanwhile.
        fresh = not message.attempts and message.execution_id not in self._broken
        longest = timedelta(seconds=STORE_PAUSE_S) if fresh else max(self.attempts.longest_wait, _MAX_PAUSE)
        left = min(message.due_at - self._clock.now(), longest)
        heapq.heappush(self._heads, _Head(self._clock.monotonic() + left, message.position, lane))
        self._wakeup.set()


def _lane(message: OutboundMessage) -> Lane:
    return Lane(message.from_number, message.to_number, message.severity)


def _reclocked(message: OutboundMessage, step: timedelta, *, due: bool = True) -> OutboundMessage:
    """Return a message with the same age and remaining lifetime as before the wall clock was set by ``step``."""
    return replace(
        message,
        created_at=message.created_at + step,
        expires_at=message.expires_at and message.expires_at + step,
        due_at=message.due_at + step if due else message.due_at,
    )
