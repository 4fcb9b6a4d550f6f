"""Opens a database as a driver does, without a driver."""

import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager

from driver.runtime.clock import Clock, SystemClock
from driver.store import Candidacy, Candidate, SqlStore, led_by


@asynccontextmanager
async def open_store(
    url: str, *, clock: Clock | None = None, candidacy: Candidacy | None = None
) -> AsyncIterator[SqlStore]:
    """Open a database that no other driver uses, while the context lasts.

    Raises:
        AlreadyLedError: another driver uses it.
        StartError: the database cannot be opened, or a newer driver created it.
    """
    async with (
        aclosing(Candidate(url, candidacy or Candidacy(uuid.uuid4().hex))) as only,
        led_by(only, clock or SystemClock()) as store,
    ):
        yield store
