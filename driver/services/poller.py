"""Fetches incoming messages by polling Twilio, so that no public address is needed.

Twilio offers no cursor, only filters on the date, so each round requests a window that overlaps the last one, and the
SIDs decide what is new. From time to time, a sweep requests a whole day and finds what arrived late.

The phones' numbers and the account's other numbers are polled in two groups, each at its own pace: however many other
numbers the account owns, a message to a phone's number is found just as soon. A single list of all numbers would take
fewer requests, but it would also contain everything that anybody sends on the account.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import takewhile

import structlog

from driver.config.models import ReceiveConfig
from driver.domain.asset_changes import FaultCleared, FaultRaised
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.phone_numbers import shortened
from driver.errors import StoreUnavailableError
from driver.ports.gateway import GatewayError, InboundPage, SmsGateway
from driver.ports.store import SetMark, Store
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.runtime.metrics import Metrics
from driver.services.assets import Assets
from driver.services.poll_cursors import FLOOR, PollCursor, PollCursors
from driver.services.polled_messages import PolledMessages
from driver.services.twilio_monitor import TwilioMonitor

_log = structlog.get_logger("driver.poller")
_SWEEP = timedelta(days=1)
#: HTTP status of a request that Twilio did not process because there were too many.
RATE_LIMIT = 429
#: How much Twilio's clock may differ while it is not known yet.
_UNKNOWN_SKEW = timedelta(days=2)
#: The maximum wait before the next poll of a number, however often polling it failed.
MAX_WAIT_S = 60.0
#: After this many consecutive failed polls of a number, messages to it are late.
LAGGING_AFTER = 3
#: A round that takes longer than this many intervals means that messages are late.
LAGGING_ROUNDS = 3
#: Numbers of a group that are polled at the same time.
AT_ONCE = 3
#: The number of failed polls after which the rest of a round waits for the next one.
FAILING_ROUND = 3
#: How long after a message arrives more are expected, and polls run at the minimum interval.
ACTIVE_SPAN = timedelta(seconds=60)


class Poller:
    """Polls one group of numbers: the phones' (``own``), or the account's other numbers."""

    def __init__(
        self,
        store: Store,
        gateway: SmsGateway,
        intake: PolledMessages,
        *,
        assets: Assets,
        monitor: TwilioMonitor,
        clock: Clock,
        activity: IdleTracker,
        metrics: Metrics,
        config: ReceiveConfig,
        cursors: PollCursors,
        lateness: "SlowPolls",
        own: bool,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._intake = intake
        self._assets = assets
        self._monitor = monitor
        self._clock = clock
        self._activity = activity
        self._config = config
        self._cursors = cursors
        self._lateness = lateness
        self._own = own
        self._group = "own" if own else "others"
        self._down = False
        self._swept: timedelta | None = None
        self._last_new: timedelta | None = None
        self._metrics = metrics
        self._wakeup = asyncio.Event()

    def configure(self, config: ReceiveConfig) -> None:
        """Apply new intervals, starting with a poll."""
        self._config = config
        self._wakeup.set()

    async def run(self) -> None:
        """Poll at the interval."""
        while True:
            await self.poll()
            await self._activity.rest(self._wakeup, self._clock.monotonic() + timedelta(seconds=self._interval()))

    def _interval(self) -> float:
        """Return the seconds until the next poll: few while messages arrive; with webhooks, polling only sweeps."""
        if self._config.mode == "webhook":
            return self._config.sweep_interval_s
        if self._last_new is not None and self._clock.monotonic() - self._last_new < ACTIVE_SPAN:
            return min(self._config.poll_floor_s, self._config.poll_interval_s)
        return self._config.poll_interval_s

    async def poll(self) -> bool:
        """Poll every number that is due once; return whether Twilio and the database answered."""
        begun = self._clock.monotonic()
        was_down, self._down = self._down, self._assets.system_down
        if was_down and not self._down:
            self._cursors.forget_failures()
        sweep = self._swept is None or begun - self._swept >= timedelta(seconds=self._config.sweep_interval_s)
        numbers = self._numbers()
        round_ = _PollRound(_SWEEP if sweep else timedelta(seconds=self._config.overlap_s), begun)
        room = asyncio.Semaphore(AT_ONCE)
        try:
            async with asyncio.TaskGroup() as group:
                for number in numbers:
                    group.create_task(self._due(number, round_, room))
            if round_.not_stored is not None:
                raise round_.not_stored
            if self._own:
                await self._intake.fetch_late_media()
            if numbers and self._cursors.begun:
                floor = SetMark(FLOOR, self._cursors.floor.isoformat())
                await self._store.commit([floor, self._cursors.mark(self._group, numbers)])
        except StoreUnavailableError as exc:
            _log.debug("texts_not_stored", group=self._group, reason=str(exc))
            return False
        if sweep and round_.answered:
            self._swept = begun
        await self._said(round_, len(numbers), self._clock.monotonic() - begun)
        return not round_.failures

    async def _said(self, done: "_PollRound", numbers: int, took: timedelta) -> None:
        """Report the result of a round: to the metrics, to the monitor, and as a fault if messages are late."""
        self._metrics.polls.labels("failed" if done.failures else "answered").inc()
        failed = next((exc for exc in done.failures if exc.reason is not None), None)
        limited = next((exc for exc in done.failures if exc.http_status == RATE_LIMIT), None)
        if limited is not None:
            await self._monitor.rate_limited(limited.detail)
        elif failed is not None and failed.reason is not None and self._own and not done.answered:
            # The other poller sees the same failure at the same time, and it must not count twice.
            await self._monitor.failed(failed.reason, failed.detail)
        if done.answered:
            self._monitor.answered()
        late = done.late
        limit = LAGGING_ROUNDS * self._config.poll_interval_s
        if not late and took.total_seconds() > limit:
            what = "one number" if numbers == 1 else f"{numbers} numbers"
            late = f"polling {what} took {took.total_seconds():.0f} s, longer than {limit:.0f} s"
        # An unreachable Twilio is already reported and must not cause a second fault, not even just afterwards.
        if not (late and (self._down or self._assets.system_down)):
            await self._lateness.report(self._group, late)

    def _numbers(self) -> Sequence[str]:
        """Return the group's numbers: the phones', or, once Twilio has listed them, all other SMS-capable ones."""
        phones = self._assets.catalog.twilio_numbers
        if self._own:
            return tuple(dict.fromkeys(phones))
        owned = self._monitor.account.numbers if self._monitor.account else ()
        return tuple(dict.fromkeys(n.phone_number for n in owned if n.sms_capable and n.phone_number not in phones))

    async def _due(self, number: str, round_: "_PollRound", room: asyncio.Semaphore) -> None:
        cursor = self._cursors.of(number)
        if cursor.due > self._clock.monotonic():
            round_.late = round_.late or cursor.late
            return
        async with room:
            if round_.hopeless:
                return
            try:
                cursor.late = await self._ask(number, cursor, round_)
                cursor.failures = 0
            except GatewayError as exc:
                _log.debug("poll_failed", number=shortened(number), reason=exc.detail)
                round_.failures.append(exc)
                self._failed(number, cursor, exc.detail)
            except StoreUnavailableError as exc:
                round_.not_stored = exc
                return
            round_.late = round_.late or cursor.late

    def _failed(self, number: str, cursor: PollCursor, detail: str) -> None:
        """Make a failing number wait, longer with each failure, and after a while report that its messages are late."""
        cursor.failures += 1
        wait = min(MAX_WAIT_S, self._interval() * 2 ** min(cursor.failures - 1, 10))
        cursor.due = self._clock.monotonic() + timedelta(seconds=wait)
        if cursor.failures >= LAGGING_AFTER:
            cursor.late = f"polls for messages to {number} failed {cursor.failures} times in a row: {detail}"

    async def _ask(self, number: str, cursor: PollCursor, round_: "_PollRound") -> str:
        """Poll for new messages, then for the gaps of earlier polls; return which message could not be stored.

        While gaps are left, the poll for new messages has no overlap, so that it stays short.
        """
        begun, known = self._clock.monotonic(), self._cursors.begun
        since = cursor.top - (timedelta(0) if cursor.gaps else round_.overlap)
        gaps = tuple(cursor.gaps)
        read = await self._read(number, since if known else since - _UNKNOWN_SKEW, "", round_=round_)
        problem = await self._take(read.pages)
        if read.pages and not problem and (read.left or read.failure is None):
            cursor.asked(self._gateway.twilio_time(begun) or self._clock.now() - _UNKNOWN_SKEW, read.left)
        failure = read.failure
        in_time = takewhile(lambda gap: gap == gaps[0] or not self._over(round_), gaps if read.pages else ())
        for gap in in_time:
            rest = await self._read(number, self._cursors.floor, gap, round_=round_)
            problem = await self._take(rest.pages) or problem
            failure = failure or rest.failure
            if not problem and (rest.pages or rest.misled):
                # A list that leads nowhere, not even to its next page, is not requested again.
                cursor.went_on(gap, rest.left, lost=rest.failure is not None and rest.left in ("", gap))
        if failure is not None:
            raise failure
        return problem

    async def _read(self, number: str, since: datetime, resume: str, *, round_: "_PollRound") -> "_Read":
        """Read a list as far as it goes, and no further back than ``since``."""
        read = _Read(left=resume)
        try:
            async for page in self._gateway.inbound(number=number, since=since, resume=resume):
                round_.answered = True
                read.pages.append(page)
                read.left = page.next
                if not self._cursors.begun:  # Twilio's clock is known from now on
                    self._cursors.begin(self._cursors.floor + (self._gateway.twilio_now() - self._clock.now()))
                oldest = page.messages[0].sent_at if page.messages else None
                if oldest is not None and oldest < max(since, self._cursors.floor):
                    read.left = ""
                    break
                if self._over(round_):
                    break
        except GatewayError as exc:
            read.failure = exc
        return read

    def _over(self, round_: "_PollRound") -> bool:
        """Return whether the next round is due, so that the rest of a list has to wait for it."""
        return self._clock.monotonic() - round_.begun >= timedelta(seconds=self._config.poll_interval_s)

    async def _take(self, pages: Sequence[InboundPage]) -> str:
        """Store pages, oldest first; messages from before the driver's first start cause no events."""
        problem = ""
        for page in reversed(pages):
            wanted = [m for m in page.messages if m.sent_at is None or m.sent_at >= self._cursors.floor]
            fresh, failed = await self._intake.take(wanted, page.unreadable)
            problem = problem or failed
            if fresh:
                self._last_new = self._clock.monotonic()
        return problem


@dataclass(slots=True)
class _Read:
    """The result of reading a list: its pages, and if it was not finished, where it continues and why."""

    left: str
    pages: list[InboundPage] = field(default_factory=list)
    failure: GatewayError | None = None

    @property
    def misled(self) -> bool:
        """Whether Twilio answers, but no longer has such a list."""
        return self.failure is not None and self.failure.reason is None and self.failure.http_status != RATE_LIMIT


@dataclass(slots=True)
class _PollRound:
    """The parameters of a round, and its results so far."""

    overlap: timedelta
    begun: timedelta
    answered: bool = False
    failures: list[GatewayError] = field(default_factory=list)
    late: str = ""
    not_stored: StoreUnavailableError | None = None

    @property
    def hopeless(self) -> bool:
        """Whether Twilio or the database is unreachable, so that polling the other numbers would only take time."""
        return self.not_stored is not None or (
            not self.answered and sum(exc.reason is not None for exc in self.failures) >= FAILING_ROUND
        )


class SlowPolls:
    """Reports late messages as one fault of the system, whichever poller detects them."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets
        self._late: dict[str, str] = {}

    async def report(self, group: str, late: str) -> None:
        """Record why the messages of a group are late; empty if they are not."""
        self._late[group] = late
        now = "; ".join(filter(None, self._late.values()))
        system = self._assets.catalog.system.asset_id
        known = [f for f in self._assets.get(system).facts.faults if f.cause is FaultCause.POLL_LAGGING]
        if now:
            detail = f"{now}; messages arrive late"
            if not known or known[0].detail != detail:
                hint = "polls that are answered in time again"
                raised = FaultRaised(FaultCause.POLL_LAGGING, CauseKind.STANDING, detail, hint=hint)
                await self._assets.apply(system, raised)
        elif known:
            await self._assets.apply(system, FaultCleared(CauseKind.STANDING, (FaultCause.POLL_LAGGING,)))
