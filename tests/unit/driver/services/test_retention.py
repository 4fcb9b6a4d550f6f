"""Old records are deleted once a day, in small steps."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import cast

import pytest
import structlog.testing

from driver.errors import StoreUnavailableError
from driver.ports.store import Committed, Forget, Once, Store, Write
from driver.runtime.clock import Clock
from driver.services.retention import AGAIN, EVERY, FIRST, MAX_PAUSE, MAX_ROWS, MIN_PAUSE, PAUSE_FACTOR, Retention
from fake_twilio import ManualClock
from support.driver_memory import MemoryStore
from support.driver_services import ServicesRig


class OldRows(MemoryStore):
    """Has rows that are old enough for some commits."""

    def __init__(self) -> None:
        super().__init__()
        self.left = 0
        self.asked: list[datetime] = []

    async def has_older(self, before: datetime) -> bool:
        self.asked.append(before)
        if problem := self.failing(()):
            raise problem
        self.left -= 1
        return self.left >= 0


async def test_old_rows_go_after_the_start_and_every_day_in_small_steps() -> None:
    here, store = ServicesRig(), OldRows()
    retention = Retention(cast(Store, store), here.clock, here.activity, days=30)
    async with here.running(retention.run):
        await here.clock.advance(FIRST.total_seconds() - 1)
        assert store.asked == []
        store.left = 2
        start = here.clock.now() + timedelta(seconds=1)
        await here.clock.advance(1)
        assert store.commits == [[Forget(start - timedelta(days=30), MAX_ROWS)]]
        await here.clock.advance(MIN_PAUSE.total_seconds())
        assert len(store.commits) == 2
        await here.clock.advance(MIN_PAUSE.total_seconds())
        assert len(store.asked) == 3
        retention.configure(7)
        await here.clock.advance(EVERY.total_seconds() - 1)
        assert len(store.asked) == 3
        await here.clock.advance(1)
        assert store.asked[3:] == [here.clock.now() - timedelta(days=7)]


class SlowRows(OldRows):
    """Takes some time for each commit, by a clock of its own."""

    def __init__(self, clock: ManualClock, took: timedelta) -> None:
        super().__init__()
        self.clock = clock
        self.took = took
        self.spent = timedelta(0)

    def now(self) -> datetime:
        return self.clock.now()

    def monotonic(self) -> timedelta:
        return self.clock.monotonic() + self.spent

    async def commit(self, writes: Sequence[Write], *, once: Once | None = None) -> Committed:
        self.spent += self.took
        return await super().commit(writes, once=once)


@pytest.mark.parametrize(
    ("took", "pause"),
    [
        (timedelta(microseconds=1), MIN_PAUSE),
        (timedelta(milliseconds=4), PAUSE_FACTOR * timedelta(milliseconds=4)),
        (timedelta(seconds=1), MAX_PAUSE),
    ],
)
async def test_what_takes_longer_is_done_more_seldom(took: timedelta, pause: timedelta) -> None:
    here = ServicesRig()
    store = SlowRows(here.clock, took)
    store.left = 2
    retention = Retention(cast(Store, store), cast(Clock, store), here.activity, days=30)
    async with here.running(retention.forget):
        await here.clock.advance((took + pause).total_seconds() - 0.001)
        assert len(store.commits) == 1
        await here.clock.advance(0.001)
        assert len(store.commits) == 2


async def test_a_database_that_cannot_is_asked_again_sooner() -> None:
    here, store = ServicesRig(), OldRows()
    store.failing = lambda _writes: StoreUnavailableError("the disk is full")
    with structlog.testing.capture_logs():
        async with here.running(Retention(cast(Store, store), here.clock, here.activity, days=30).run):
            await here.clock.advance(FIRST.total_seconds() + AGAIN.total_seconds())
            assert len(store.asked) == 2
            store.work()
            await here.clock.advance(AGAIN.total_seconds())
            assert len(store.asked) == 3
            await here.clock.advance(EVERY.total_seconds() - 1)
            assert len(store.asked) == 3


async def test_how_much_was_forgotten_is_logged_where_anything_was() -> None:
    here, store = ServicesRig(), OldRows()
    retention = Retention(cast(Store, store), here.clock, here.activity, days=30)
    with structlog.testing.capture_logs() as logged:
        for store.left in (2, 0):
            async with here.running(retention.forget):
                await here.clock.advance(2 * MIN_PAUSE.total_seconds())
    assert [each["commits"] for each in logged if each["event"] == "old_records_deleted"] == [2]
