"""Deletes what is older than the configured age, once a day and in small steps, so that nothing has to wait.

The store takes each step only when nothing else is waiting for it.
"""

import asyncio
from datetime import timedelta

import structlog

from driver.errors import StoreUnavailableError
from driver.ports.store import Forget, Store
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker

_log = structlog.get_logger("driver.retention")
#: The delay after startup, which has more urgent work.
FIRST = timedelta(minutes=5)
EVERY = timedelta(days=1)
#: The delay after a database failure: the next try comes sooner.
AGAIN = timedelta(hours=1)
#: The maximum number of rows per table in one commit; a command that arrives meanwhile waits for no more than that.
MAX_ROWS = 20
#: The pause between two commits is this many times the duration of the last one. Less than one command in a hundred
#: waits for one, so they do not affect the 99th percentile, however slow the disk is.
PAUSE_FACTOR = 200
#: Limits of the pause: 200 messages per second are deleted at best, 1.7 million per day if the store is always busy.
MIN_PAUSE, MAX_PAUSE = timedelta(milliseconds=100), timedelta(seconds=1)


class Retention:
    """Runs as a long-lived task."""

    def __init__(self, store: Store, clock: Clock, activity: IdleTracker, *, days: float) -> None:
        self._store = store
        self._clock = clock
        self._activity = activity
        self._age = timedelta(days=days)
        self._wakeup = asyncio.Event()

    def configure(self, days: float) -> None:
        """Apply a new age."""
        self._age = timedelta(days=days)

    async def run(self) -> None:
        """Delete old records a few minutes after startup, and then every day."""
        pause = FIRST
        while True:
            await self._activity.rest(self._wakeup, self._clock.monotonic() + pause)
            pause = EVERY
            try:
                await self.forget()
            except StoreUnavailableError as exc:
                _log.warning("deleting_old_records_failed", reason=str(exc), hint="Retried later.")
                pause = AGAIN

    async def forget(self) -> None:
        """Delete everything that is old enough.

        Raises:
            StoreUnavailableError: the database cannot do it now; the rest is deleted next time.
        """
        before = self._clock.now() - self._age
        commits = 0
        while await self._store.has_older(before):
            begun = self._clock.monotonic()
            await self._store.commit([Forget(before, MAX_ROWS)])
            commits += 1
            now = self._clock.monotonic()
            pause = min(max((now - begun) * PAUSE_FACTOR, MIN_PAUSE), MAX_PAUSE)
            await self._activity.rest(self._wakeup, now + pause)
        if commits:
            _log.info("old_records_deleted", older_than=before.isoformat(), commits=commits)
