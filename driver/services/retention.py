"""Forgets what is older than the configured age, once a day and a little at a time, so that nobody has to wait.

The store takes each step only when nothing else waits for it.
"""

from datetime import timedelta

import structlog

from driver.errors import StoreUnavailableError
from driver.ports.store import Forget, Store
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker, Wakeup

_log = structlog.get_logger("driver.retention")
#: The start has more urgent things to do.
FIRST = timedelta(minutes=5)
EVERY = timedelta(days=1)
#: After a database that could not do it, the next try comes sooner.
AGAIN = timedelta(hours=1)
#: Rows of each table in one commit: a command that arrives meanwhile waits for no more than that.
MAX_ROWS = 20
#: Between two commits pass this many times what the last one took. So not even one command in a hundred waits for one,
#: and the 99th percentile does not know of them, however slow the disk is.
PAUSE_FACTOR = 200
#: At least and at most that long: 200 messages a second go at best, 1.7 million a day where the store is always busy.
MIN_PAUSE, MAX_PAUSE = timedelta(milliseconds=100), timedelta(seconds=1)


class Retention:
    """Runs as a long-lived task."""

    def __init__(self, store: Store, clock: Clock, activity: IdleTracker, *, days: float) -> None:
        self._store = store
        self._clock = clock
        self._activity = activity
        self._age = timedelta(days=days)
        self._wakeup = Wakeup()

    def configure(self, days: float) -> None:
        """Apply another age."""
        self._age = timedelta(days=days)

    async def run(self) -> None:
        """Forget a few minutes after the start and then every day."""
        pause = FIRST
        while True:
            await self._activity.rest(self._wakeup, self._clock.monotonic() + pause)
            pause = EVERY
            try:
                await self.forget()
            except StoreUnavailableError as exc:
                _log.warning("deleting_old_records_failed", reason=str(exc), hint="It is tried again.")
                pause = AGAIN

    async def forget(self) -> None:
        """Delete everything that is old enough.

        Raises:
            StoreUnavailableError: the database cannot do it now; what is left goes next time.
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
