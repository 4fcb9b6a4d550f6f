"""What happens to waiting messages when something fails or stops, or when the clock is set."""

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest
import structlog

from driver.errors import StoreUnavailableError
from driver.services.outbox import BROKEN_PAUSE_S, MAX_BREAKS, STORE_PAUSE_S
from fake_twilio import ManualClock
from support.driver_outbox import Sending, breaks, later, seconds, settle, waits


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Render no tracebacks of intended failures, which take a second each."""
    with structlog.testing.capture_logs():
        yield


@pytest.fixture
async def sending() -> AsyncIterator[Sending]:
    here = Sending(ManualClock())
    async with here.running():
        yield here


async def test_a_database_that_fails_an_attempt_is_tried_again_soon(sending: Sending) -> None:
    sending.attempts.works["a"] = [breaks(StoreUnavailableError("the disk is full"))] * 9
    sending.accept("a")
    await sending.clock.advance(9 * STORE_PAUSE_S)
    assert [at for at, _ in sending.attempts.log] == [STORE_PAUSE_S * number for number in range(10)]
    assert sending.attempts.given_up == []


async def test_a_message_that_the_driver_breaks_on_is_looked_up_and_given_up_at_last(sending: Sending) -> None:
    sending.attempts.works["a"] = [breaks(ValueError("odd"))] * MAX_BREAKS
    sending.accept("a", "b")
    await sending.clock.advance(5 * BROKEN_PAUSE_S)
    assert sending.attempts.log == [
        (0, "a"),
        (BROKEN_PAUSE_S, "a"),
        (2 * BROKEN_PAUSE_S, "a"),
        (2 * BROKEN_PAUSE_S, "b"),
    ]
    assert [message.in_doubt for message in sending.attempts.seen] == [False, True, True, False]
    assert sending.attempts.given_up == ["ValueError: odd"]
    sending.attempts.works["a"] = [breaks(ValueError("odd"))]
    sending.accept("a")
    await sending.clock.advance(BROKEN_PAUSE_S)
    assert sending.attempts.given_up == ["ValueError: odd"], "what broke before it was given up counts no more"
    assert sending.outbox.size == 0


async def test_giving_up_waits_for_the_database_and_for_nothing_else(sending: Sending) -> None:
    sending.attempts.works["a"] = [breaks(ValueError("odd"))] * (MAX_BREAKS + 1)
    sending.attempts.giving_up = [StoreUnavailableError("the disk is full"), ValueError("odd as well")]
    sending.accept("a", "b")
    await sending.clock.advance(5 * BROKEN_PAUSE_S)
    at = 2 * BROKEN_PAUSE_S
    assert sending.attempts.log[2:] == [(at, "a"), (at + STORE_PAUSE_S, "a"), (at + STORE_PAUSE_S, "b")]
    assert len(sending.attempts.given_up) == 2


async def test_a_clock_that_is_set_makes_no_message_older(sending: Sending) -> None:
    sending.attempts.works["a"] = [later]
    (begun,) = sending.accept("a")
    await sending.clock.wait_idle()
    sending.outbox.reclock(seconds(100))
    (waiting,) = sending.outbox.waiting()
    assert begun.expires_at is not None
    assert (waiting.created_at, waiting.expires_at, waiting.due_at) == (
        begun.created_at + seconds(100),
        begun.expires_at + seconds(100),
        begun.due_at + seconds(105),
    )


async def test_a_clock_that_is_set_during_an_attempt_moves_all_but_when_the_next_one_is_due(sending: Sending) -> None:
    done = asyncio.Event()
    sending.outbox.reclock(seconds(1000))
    sending.attempts.works["a"] = [waits(done, later)]
    (begun,) = sending.accept("a")
    await settle()
    sending.outbox.reclock(seconds(100))
    sending.outbox.reclock(seconds(10))
    done.set()
    await sending.clock.wait_idle()
    (waiting,) = sending.outbox.waiting()
    assert begun.expires_at is not None
    assert (waiting.created_at, waiting.expires_at, waiting.due_at) == (
        begun.created_at + seconds(110),
        begun.expires_at + seconds(110),
        begun.due_at + seconds(5),
    )


async def test_a_clock_that_was_set_back_while_a_message_was_stored_delays_it_not(sending: Sending) -> None:
    ahead = sending.message(
        "a", created_at=sending.clock.now() + seconds(500), due_at=sending.clock.now() + seconds(500)
    )
    sending.outbox.accept(ahead)
    behind = sending.message("b", to="2", created_at=sending.clock.now() - seconds(5))
    sending.outbox.accept(behind)
    await sending.clock.wait_idle()
    assert sending.attempts.log == [(0, "a"), (0, "b")]
    assert [each.created_at for each in sending.attempts.seen] == [sending.clock.now(), behind.created_at]


async def test_a_stop_lets_attempts_end_and_begins_none() -> None:
    here, done = Sending(ManualClock()), asyncio.Event()
    here.attempts.works["a"] = [waits(done)]
    here.accept("a", "b")
    task = asyncio.create_task(here.outbox.run())
    await settle()
    here.outbox.stop()
    await settle()
    assert not here.outbox.stopped.is_set()
    done.set()
    await task
    assert here.outbox.stopped.is_set()
    assert [name for _, name in here.attempts.log] == ["a"]
    assert here.waiting == ["b"]


async def test_attempts_that_were_cut_short_with_their_task_are_in_doubt() -> None:
    here = Sending(ManualClock())
    here.attempts.works["a"] = [waits(asyncio.Event())]
    here.accept("a", "b")
    here.accept("c", to="2", due_at=here.clock.now() + seconds(1))
    task = asyncio.create_task(here.outbox.run())
    await settle()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    async with here.running():
        await here.clock.advance(2)
    assert [(each.execution_id, each.in_doubt) for each in here.attempts.seen] == [
        ("a", False),
        ("a", True),
        ("b", False),
        ("c", False),
    ]
