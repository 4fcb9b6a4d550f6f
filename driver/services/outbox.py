"""Texts that wait to go out: durable before acknowledged, in order for each pair of numbers, due by the clock.

Memory mirrors the store's waiting rows. Each pair of numbers is a lane; only the first text of a lane is worked on,
so a resend never overtakes and never is overtaken.
"""

import asyncio
import heapq
from collections import Counter, deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import structlog

from driver.clock import Clock
from driver.errors import StoreUnavailableError
from driver.ports.records import Execution, OutboxText
from driver.services.activity import Activity, Pulse
from driver.services.sending import Sending

_log = structlog.get_logger("driver.outbox")
#: Seconds to wait before trying again after the database failed an attempt, and after the driver itself did.
STORE_PAUSE_S, BROKEN_PAUSE_S = 2.0, 60.0
#: A text on which the driver itself broke so often, without an attempt, is given up: its fate is unknown.
MOST_BREAKS = 3
#: So many attempts are under way at once while somebody waits for the answer to a command, and otherwise as many as are
#: due: a text that is accepted is safe, but whoever gives an alarm does not know it yet.
MEANWHILE = 10

Lane = tuple[str, str]


class Outbox:
    """Keeps the lanes and starts attempts when they are due."""

    def __init__(self, sending: Sending, clock: Clock, activity: Activity, *, per_sender_per_s: float = 0.0) -> None:
        self.sending = sending
        self._clock = clock
        self._activity = activity
        self._gap = _gap(per_sender_per_s)
        self._free: dict[str, timedelta] = {}
        self._lanes: dict[Lane, deque[OutboxText]] = {}
        #: The first text of each lane, by when it is due on the monotonic clock.
        self._heads: list[tuple[timedelta, int, Lane]] = []
        self._position = 0
        self._stepped = timedelta(0)
        self._broken: Counter[str] = Counter()
        self._pulse = Pulse()
        self._accepting = 0
        self._under_way = 0
        self._stopping = False
        self.stopped = asyncio.Event()

    def configure(self, *, per_sender_per_s: float) -> None:
        """Take over another pace."""
        self._gap = _gap(per_sender_per_s)
        self._free.clear()
        self._pulse.give()

    def restore(self, waiting: Sequence[OutboxText]) -> None:
        """Take up what was waiting when the driver stopped. A text in doubt then is looked up before anything else."""
        latest = self._clock.now() + self.sending.longest_wait
        for text in waiting:
            # Whoever set the wall clock back while the driver was stopped did not mean to make texts wait.
            self.add(replace(text, due_at=min(text.due_at, latest)))

    def reclock(self, step: timedelta) -> None:
        """Let texts live as long as before after the wall clock was set."""
        self._stepped += step
        for texts in self._lanes.values():
            for place, text in enumerate(texts):
                texts[place] = _living_on(text, step)

    def next_position(self) -> int:
        """Return the next place in the order of acceptance."""
        self._position += 1
        return self._position

    @property
    def size(self) -> int:
        """How many texts wait or are being sent."""
        return sum(map(len, self._lanes.values()))

    def waiting(self) -> Iterator[OutboxText]:
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
                self._pulse.give()

    def accept(self, text: OutboxText, execution: Execution) -> None:
        """Line up a new text whose execution is known."""
        self.sending.know(execution)
        self.add(text)

    def add(self, text: OutboxText) -> None:
        """Line up a text that is already durable."""
        self._position = max(self._position, text.position)
        lane = (text.sender, text.recipient)
        texts = self._lanes.setdefault(lane, deque())
        texts.append(text)
        if len(texts) == 1:
            self._ready(lane)

    async def run(self) -> None:
        """Start attempts as they fall due until stopped; attempts in flight then still come to their end."""
        async with asyncio.TaskGroup() as group:
            while not self._stopping:
                now = self._clock.monotonic()
                while self._heads and self._heads[0][0] <= now and self._room:
                    _, _, lane = heapq.heappop(self._heads)
                    free = self._paced(lane[0], now)
                    if free > now:
                        heapq.heappush(self._heads, (free, self._lanes[lane][0].position, lane))
                        continue
                    self._under_way += 1
                    attempt = group.create_task(self._work(lane), name="attempt")
                    self._activity.track(attempt)
                await self._activity.rest(self._pulse, self._heads[0][0] if self._heads and self._room else None)
        self.stopped.set()

    def stop(self) -> None:
        """Start no more attempts."""
        self._stopping = True
        self._pulse.give()

    @property
    def _room(self) -> bool:
        return not self._accepting or self._under_way < MEANWHILE

    def _paced(self, sender: str, now: timedelta) -> timedelta:
        """Return when a sender may send next; taking the slot if that is now."""
        if self._gap is None:
            return now
        free = self._free.get(sender, now)
        if free <= now:
            self._free[sender] = now + self._gap
        return free

    async def _work(self, lane: Lane) -> None:
        texts, stepped = self._lanes[lane], self._stepped
        try:
            with structlog.contextvars.bound_contextvars(asset=texts[0].asset_id):
                waiting = await self.sending.attempt(texts[0])
        except StoreUnavailableError as trouble:
            _log.debug("an attempt waits for the database", trouble=str(trouble))
            waiting = replace(texts[0], due_at=self._clock.now() + timedelta(seconds=STORE_PAUSE_S))
        except Exception as trouble:  # noqa: BLE001 - the other lanes go on, and nothing is lost
            _log.exception("a text could not be worked on", lane_texts=len(texts))
            waiting = await self._after_break(texts[0], f"{type(trouble).__name__}: {trouble}")
        self._under_way -= 1
        if self._accepting:
            self._pulse.give()
        if waiting is None:
            self._broken.pop(texts.popleft().execution_id, None)
        else:
            texts[0] = _living_on(waiting, self._stepped - stepped)
        if texts:
            self._ready(lane)
        else:
            del self._lanes[lane]

    async def _after_break(self, text: OutboxText, trouble: str) -> OutboxText | None:
        """Try a text again later, but not for ever: it would hold up its lane."""
        self._broken[text.execution_id] += 1
        if self._broken[text.execution_id] >= MOST_BREAKS:
            try:
                await self.sending.give_up(text, trouble)
            except StoreUnavailableError:
                return replace(text, due_at=self._clock.now() + timedelta(seconds=STORE_PAUSE_S))
            except Exception:  # noqa: BLE001 - the same: others must not wait for it
                _log.exception("a text could not even be given up; it waits in the database for the next start")
            return None
        return replace(text, due_at=self._clock.now() + timedelta(seconds=BROKEN_PAUSE_S))

    def _ready(self, lane: Lane) -> None:
        head = self._lanes[lane][0]
        due = self._clock.monotonic() + (head.due_at - self._clock.now())
        heapq.heappush(self._heads, (due, head.position, lane))
        self._pulse.give()


def _living_on(text: OutboxText, step: timedelta) -> OutboxText:
    """Return a text that lives as long as before the wall clock was set by ``step``."""
    return replace(text, expires_at=text.expires_at + step) if text.expires_at is not None and step else text


def _gap(per_sender_per_s: float) -> timedelta | None:
    return timedelta(seconds=1 / per_sender_per_s) if per_sender_per_s else None
