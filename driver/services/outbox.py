"""Messages that wait to go out: durable before acknowledged, in order for each pair of numbers, due by the clock.

Memory mirrors the store's waiting rows. Each pair of numbers is a lane; only the first message of a lane is worked on,
so a resend never overtakes and never is overtaken. A message that becomes too old while its lane waits for the
sender's pace or for Twilio's limits is worked on at once, which ends it.
"""

import asyncio
import heapq
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import structlog

from driver.domain.delivery import OutboundMessage
from driver.errors import StoreUnavailableError
from driver.ports.records import Execution
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker, Wakeup, is_cancelled
from driver.services.rate_limits import RateLimits
from driver.services.send_attempts import SendAttempts

_log = structlog.get_logger("driver.outbox")
#: Seconds to wait before trying again after the database failed an attempt, and after the driver itself did.
STORE_PAUSE_S, BROKEN_PAUSE_S = 2.0, 60.0
_LONGEST_PAUSE = timedelta(seconds=BROKEN_PAUSE_S)
#: A text on which the driver itself broke so often, without an attempt, is given up: its fate is unknown.
MOST_BREAKS = 3
#: So many attempts are under way at once while somebody waits for the answer to a command, and otherwise as many as are
#: due: a text that is accepted is safe, but whoever gives an alarm does not know it yet.
MEANWHILE = 10

Lane = tuple[str, str]


class Outbox:
    """Keeps the lanes and starts attempts when they are due."""

    def __init__(
        self,
        attempts: SendAttempts,
        limits: RateLimits,
        clock: Clock,
        activity: IdleTracker,
        *,
        per_sender_per_s: float = 0.0,
    ) -> None:
        self.attempts = attempts
        self._limits = limits
        limits.on_change = self._limits_changed
        self._clock = clock
        self._activity = activity
        self._gap = _gap(per_sender_per_s)
        self._free: dict[str, timedelta] = {}
        self._lanes: dict[Lane, deque[OutboundMessage]] = {}
        #: The first message of each lane, by when it is due on the monotonic clock.
        self._heads: list[tuple[timedelta, int, Lane]] = []
        self._waiting: Counter[str] = Counter()
        self._position = 0
        self._stepped = timedelta(0)
        self._broken: Counter[str] = Counter()
        self._wakeup = Wakeup()
        self._accepting = 0
        self._under_way: set[Lane] = set()
        self._cut_short: set[str] = set()
        self._stopping = False
        self.stopped = asyncio.Event()

    def configure(self, *, per_sender_per_s: float) -> None:
        """Take over another pace."""
        self._gap = _gap(per_sender_per_s)
        self._free.clear()
        self._wakeup.give()

    def restore(self, waiting: Sequence[OutboundMessage]) -> None:
        """Take up what was waiting when the driver stopped. A text in doubt then is looked up before anything else."""
        latest = self._clock.now() + self.attempts.longest_wait
        for text in waiting:
            # Whoever set the wall clock back while the driver was stopped did not mean to make texts wait.
            self.add(replace(text, due_at=min(text.due_at, latest)))

    def reclock(self, step: timedelta) -> None:
        """Let texts live as long as before after the wall clock was set."""
        self._stepped += step
        for texts in self._lanes.values():
            for place, text in enumerate(texts):
                texts[place] = replace(_living_on(text, step), due_at=text.due_at + step)

    def next_position(self) -> int:
        """Return the next place in the order of acceptance."""
        self._position += 1
        return self._position

    @property
    def size(self) -> int:
        """How many texts wait or are being sent."""
        return sum(map(len, self._lanes.values()))

    def waiting(self) -> Iterator[OutboundMessage]:
        """Go through the texts that wait or are being sent, lane by lane."""
        for texts in self._lanes.values():
            yield from texts

    @contextmanager
    def accepting(self) -> Iterator[None]:
        """Have the answer to a command, which is made in the block, go before attempts that have not begun."""
        self._accepting += 1
        try:
            yield
        finally:
            self._accepting -= 1
            if not self._accepting:
                self._wakeup.give()

    def accept(self, text: OutboundMessage, execution: Execution) -> None:
        """Line up a new text whose execution is known."""
        self.attempts.know(execution)
        # The wall clock may have been set back while the text was stored; texts that wait already learn of it here.
        self._activity.steps.look()
        ahead = min(self._clock.now() - text.created_at, timedelta(0))
        self.add(replace(_living_on(text, ahead), due_at=text.due_at + ahead) if ahead else text)

    def add(self, text: OutboundMessage) -> None:
        """Line up a text that is already durable."""
        self._position = max(self._position, text.position)
        lane = (text.from_number, text.to_number)
        texts = self._lanes.setdefault(lane, deque())
        texts.append(text)
        self._waiting[text.from_number] += 1
        if len(texts) == 1:
            self._ready(lane)

    async def run(self) -> None:
        """Start attempts as they fall due until stopped; attempts in flight then still come to their end."""
        self._take_up()
        async with asyncio.TaskGroup() as group:
            while not self._stopping:
                now = self._clock.monotonic()
                while self._heads and self._heads[0][0] <= now and self._room:
                    _, _, lane = heapq.heappop(self._heads)
                    head = self._lanes[lane][0]
                    free = self._free_at(head, now)
                    if free > now:
                        heapq.heappush(self._heads, (free, head.position, lane))
                        continue
                    self._under_way.add(lane)
                    attempt = group.create_task(self._work(lane), name="attempt")
                    self._activity.track(attempt)
                await self._activity.rest(self._wakeup, self._heads[0][0] if self._heads and self._room else None)
        self.stopped.set()

    def _take_up(self) -> None:
        """Line every lane up again, those as well whose attempts were cut short when the task broke."""
        self._cut_short.update(self._lanes[lane][0].execution_id for lane in self._under_way)
        self._under_way.clear()
        self._heads.clear()
        for lane in self._lanes:
            self._ready(lane)

    def stop(self) -> None:
        """Start no more attempts."""
        self._stopping = True
        self._wakeup.give()

    @property
    def _room(self) -> bool:
        limit = self._limits.size if not self._accepting else min(MEANWHILE, self._limits.size)
        return len(self._under_way) < limit

    def _free_at(self, head: OutboundMessage, now: timedelta) -> timedelta:
        """Return when a message may be worked on; takes its sender's slot if that is now.

        Only a message that may leave waits for its sender: one in doubt is looked up first, for which Twilio has to
        take requests, and one that is too old ends.
        """
        wall = self._clock.now()
        if head.in_doubt:
            return self._limits.free_at("", now, alone=True)
        if head.too_old(wall):
            return now
        sender = head.from_number
        alone = self._waiting[sender] == 1
        free = max(self._limits.free_at(sender, now, alone=alone), self._free.get(sender, now))
        if free <= now:
            self._limits.leaving(sender, now)
            if self._gap is not None:
                self._free[sender] = now + self._gap
            return now
        return free if head.expires_at is None else min(free, now + (head.expires_at - wall))

    def _limits_changed(self) -> None:
        """Look at all lanes again, since messages may leave earlier than was planned."""
        waiting, self._heads = self._heads, []
        for _, _, lane in waiting:
            self._ready(lane)

    async def _work(self, lane: Lane) -> None:
        texts, stepped = self._lanes[lane], self._stepped
        try:
            with structlog.contextvars.bound_contextvars(asset=texts[0].asset_id):
                waiting = await self.attempts.work(await self._known(texts[0]))
        except StoreUnavailableError as exc:
            _log.debug("an attempt waits for the database", error=str(exc))
            waiting = replace(texts[0], due_at=self._clock.now() + timedelta(seconds=STORE_PAUSE_S))
        except (Exception, asyncio.CancelledError) as exc:
            if is_cancelled():
                raise
            _log.exception("a text could not be worked on", lane_texts=len(texts))
            self._cut_short.add(texts[0].execution_id)
            waiting = await self._after_break(texts[0], f"{type(exc).__name__}: {exc}")
        self._under_way.discard(lane)
        self._wakeup.give()
        if waiting is None:
            ended = texts.popleft()
            self._broken.pop(ended.execution_id, None)
            self._waiting[ended.from_number] -= 1
            if not self._waiting[ended.from_number]:
                del self._waiting[ended.from_number]
        else:
            texts[0] = _living_on(waiting, self._stepped - stepped)
        if texts:
            self._ready(lane)
        else:
            del self._lanes[lane]

    async def _known(self, text: OutboundMessage) -> OutboundMessage:
        """Return a text as it has to be worked on: how far an attempt came that was cut short, the database knows."""
        if text.execution_id not in self._cut_short:
            return text
        stored = await self.attempts.as_stored(text)
        self._cut_short.discard(text.execution_id)
        return stored

    async def _after_break(self, text: OutboundMessage, trouble: str) -> OutboundMessage | None:
        """Try a text again later, but not for ever: it would hold up its lane."""
        self._broken[text.execution_id] += 1
        if self._broken[text.execution_id] >= MOST_BREAKS:
            try:
                await self.attempts.give_up(text, trouble)
            except StoreUnavailableError:
                return replace(text, due_at=self._clock.now() + timedelta(seconds=STORE_PAUSE_S))
            except Exception:  # noqa: BLE001 - the same: others must not wait for it
                _log.exception("a text could not even be given up; it waits in the database for the next start")
            return None
        return replace(text, due_at=self._clock.now() + timedelta(seconds=BROKEN_PAUSE_S))

    def _ready(self, lane: Lane) -> None:
        head = self._lanes[lane][0]
        # Nothing waits longer than this on purpose, however the wall clock was set meanwhile.
        fresh = not head.attempt and head.execution_id not in self._broken
        longest = timedelta(seconds=STORE_PAUSE_S) if fresh else max(self.attempts.longest_wait, _LONGEST_PAUSE)
        left = min(head.due_at - self._clock.now(), longest)
        due = self._clock.monotonic() + left
        heapq.heappush(self._heads, (due, head.position, lane))
        self._wakeup.give()


def _living_on(text: OutboundMessage, step: timedelta) -> OutboundMessage:
    """Return a text as old as before the wall clock was set by ``step``, which lives as long as before."""
    expires_at = None if text.expires_at is None else text.expires_at + step
    return replace(text, created_at=text.created_at + step, expires_at=expires_at)


def _gap(per_sender_per_s: float) -> timedelta | None:
    return timedelta(seconds=1 / per_sender_per_s) if per_sender_per_s else None
