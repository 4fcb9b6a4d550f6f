"""Failover between drivers that share a database: each waits on standby, leads, and waits again if it loses the lead.

A driver without failover never waits: it leads or does not run. It, too, starts over if it finds that the database
contains more than it knows.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, aclosing, asynccontextmanager
from datetime import timedelta

import structlog

from driver.app.active import DriverContext, active_driver
from driver.app.on_standby import OnStandby
from driver.app.standby_view import StandbyView
from driver.app.wiring import Services
from driver.dataserver.context import Waiting
from driver.errors import DriverError, StartError
from driver.runtime.clock import Clock
from driver.runtime.idle import is_cancelled
from driver.store import AlreadyLedError, Candidate, Leader, SqlStore, UnlikeDriverError, led_by

_log = structlog.get_logger("driver.failover")
#: The usual reason for a driver to wait.
ACTIVE = "another driver is active"


class LeaderWatch:
    """Watches the leader by this driver's monotonic clock, so that the machines' clocks need not agree."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._since: timedelta | None = None
        self.leader: Leader | None = None

    def see(self, leader: Leader | None) -> None:
        """Record the current state of the leader; None if it could not be read."""
        if leader != self.leader or self._since is None:
            self.leader, self._since = leader or self.leader, self._clock.monotonic()

    @property
    def lapsed(self) -> Leader | None:
        """The leader, if it has sent no heartbeat for the time within which it promised to send one."""
        if self.leader is None or self._since is None or not self.leader.lapse_s:
            return None
        patience = timedelta(seconds=self.leader.lapse_s)
        return self.leader if self._clock.monotonic() - self._since >= patience else None


class Failover:
    """Runs the roles of one driver, one after the other, in its own task."""

    def __init__(self, context: DriverContext) -> None:
        self._context = context
        self._watch = LeaderWatch(context.clock)
        self._stopping = False
        self._wakeup = asyncio.Event()
        self._answers = asyncio.Event()
        self._last_error = ""
        self._before: Leader | None = None
        self.services: Services | None = None
        self.view: StandbyView | None = None
        """This driver's view of the database on standby, if it can read it."""
        self.passed_over = asyncio.Event()
        """Set when another driver has taken over from this one and this one is not configured to wait."""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Run the roles while the context lasts, which begins once the driver accepts requests in its first role.

        Raises:
            StartError: The database cannot be opened.
        """
        task = asyncio.create_task(self._run(), name="failover")
        self._context.activity.track(task)
        answers = asyncio.ensure_future(self._answers.wait())
        try:
            await asyncio.wait({task, answers}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
            yield
        finally:
            answers.cancel()
            self._stopping = True
            self._wakeup.set()
            if self.services is not None:
                self.services.store.leadership.ended.set()
            await asyncio.wait({task})

    async def _run(self) -> None:
        while not self._stopping:
            try:
                await self._turn()
            except (Exception, asyncio.CancelledError) as exc:
                if not self._answers.is_set() or is_cancelled():
                    raise
                if isinstance(exc, AlreadyLedError):
                    self.passed_over.set()
                    return
                if not isinstance(exc, DriverError):
                    _log.exception("takeover_failed")
                self._last_error = str(exc)

    async def _turn(self) -> None:
        """Wait for the lead, and lead until it is lost or the driver stops."""
        async with AsyncExitStack() as stack:
            try:
                store = await self._attain(stack)
            finally:
                self.view = None
            if store is None:
                return
            self.services = await stack.enter_async_context(active_driver(self._context, store, self._before))
            self._answers.set()
            try:
                if not self._stopping:  # a stop during the takeover finds no services to wake
                    await self._context.activity.rest(store.leadership.ended, None)
            finally:
                self.services = None

    async def _attain(self, stack: AsyncExitStack) -> SqlStore | None:
        """Wait on standby until this driver leads; return the open store, or None if it should stop."""
        context, waiting = self._context, Waiting()
        why, self._last_error = self._last_error, ""
        self._before = None
        interval = timedelta(seconds=context.config.failover.heartbeat_interval_s)
        candidacy = context.candidacy(uuid.uuid4().hex)
        this = await stack.enter_async_context(aclosing(Candidate(context.config.store.url, candidacy)))
        standing = OnStandby(context, this, waiting, lambda: self._stopping)
        async with aclosing(standing):
            while not self._stopping:
                if not why:
                    try:
                        return await stack.enter_async_context(self._lead(this))
                    except AlreadyLedError as exc:
                        if not context.config.failover.enabled:
                            raise
                        self._watch.see(exc.leader)
                        self._before = exc.leader or self._before
                        why = ACTIVE
                    except StartError as exc:
                        if not self._answers.is_set():
                            raise
                        why = str(exc)
                        if isinstance(exc, UnlikeDriverError):
                            await standing.close_view()
                self._tell(waiting, why)
                await standing.answer(readable=why == ACTIVE)
                self.view = standing.view
                self._answers.set()
                why = ""
                await context.activity.rest(self._wakeup, context.clock.monotonic() + interval)
        return None

    def _lead(self, this: Candidate) -> AbstractAsyncContextManager[SqlStore]:
        watch = self._watch
        return led_by(this, self._context.clock, over=watch.lapsed, must_exist=watch.leader is not None)

    def _tell(self, waiting: Waiting, why: str) -> None:
        leader = self._watch.leader
        if leader is not None:
            waiting.active_server, waiting.term = leader.address, leader.term
        if why != waiting.reason:
            waiting.reason = why
            _log.info("on_standby", reason=why, active_server=waiting.active_server, term=waiting.term)
