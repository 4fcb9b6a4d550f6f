"""When messages leave, and in which order."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from driver.domain.execution import Attempt
from driver.domain.send_result import Failure, FailureKind, Limit
from driver.errors import StoreUnavailableError
from driver.services.outbox import MAX_ATTEMPTS_MEANWHILE, STORE_PAUSE_S
from fake_twilio import ManualClock
from support.driver_outbox import FULL, OTHER, OURS, WAIT_S, Sending, later, seconds, settle, waits


@pytest.fixture
async def sending() -> AsyncIterator[Sending]:
    here = Sending(ManualClock())
    async with here.running():
        yield here


async def test_a_sender_keeps_its_pace_and_delays_no_other(sending: Sending) -> None:
    sending.outbox.configure(per_sender_per_s=4)
    for to in "123":
        sending.accept(f"ours {to}", to=to)
        sending.accept(f"other {to}", to=to, sender=OTHER)
    await sending.clock.advance(0.24)
    assert sorted(sending.attempts.log) == [(0, "other 1"), (0, "ours 1")]
    await sending.clock.advance(5)
    ours = [(at, name) for at, name in sending.attempts.log if name.startswith("ours")]
    assert ours == [(0, "ours 1"), (0.25, "ours 2"), (0.5, "ours 3")]
    assert (sending.outbox.size, sending.waiting) == (0, [])


async def test_without_a_pace_all_leave_at_once(sending: Sending) -> None:
    sending.outbox.configure(per_sender_per_s=1)
    sending.accept("a", to="1")
    sending.accept("b", to="2")
    await sending.clock.wait_idle()
    assert sending.attempts.log == [(0, "a")]
    sending.outbox.configure(per_sender_per_s=0)
    sending.accept("c", to="3")
    await sending.clock.advance(1)
    assert sending.attempts.log == [(0, "a"), (0, "c"), (1, "b")]


async def test_what_waited_at_the_stop_waits_on_but_never_longer_than_anything_does() -> None:
    """Setting the wall clock back while the driver was stopped must not make messages wait."""
    clock = ManualClock()
    here = Sending(clock)
    attempts, now = (Attempt(1, clock.now()),), clock.now()
    here.outbox.restore(
        [
            here.message("in an hour", to="1", attempts=attempts, due_at=now + seconds(3600), position=7),
            here.message("in ten seconds", to="2", attempts=attempts, due_at=now + seconds(10), position=9),
            here.message("at once", to="3", position=8),
            here.message("fresh", to="4", due_at=now + seconds(3600), position=6),
        ]
    )
    assert here.outbox.size == 4
    assert here.outbox.next_position() == 10
    async with here.running():
        await clock.advance(60)
    assert here.attempts.log == [
        (0, "at once"),
        (STORE_PAUSE_S, "fresh"),
        (10, "in ten seconds"),
        (WAIT_S, "in an hour"),
    ]


async def test_the_place_in_the_order_of_acceptance_is_counted() -> None:
    outbox = Sending(ManualClock()).outbox
    assert [outbox.next_position() for _ in range(3)] == [1, 2, 3]


async def test_within_a_lane_the_order_stays_whatever_happens_to_the_first(sending: Sending) -> None:
    sending.attempts.works["a"] = [later]
    sending.accept("a", "b", "c")
    await sending.clock.advance(4)
    assert sending.attempts.log == [(0, "a")]
    await sending.clock.advance(2)
    assert sending.attempts.log == [(0, "a"), (5, "a"), (5, "b"), (5, "c")]


async def test_one_message_of_a_pair_is_worked_on_at_a_time_whatever_its_severity(sending: Sending) -> None:
    done = asyncio.Event()
    sending.attempts.works["a"] = [waits(done)]
    first, second = sending.accept("a", "b")
    await settle()
    (urgent,) = sending.accept("urgent", severity=1)
    (elsewhere,) = sending.accept("elsewhere", to="2")
    await settle()
    assert [name for _, name in sending.attempts.log] == ["a", "elsewhere"]
    on_their_way = [sending.outbox.on_its_way(each) for each in (first, second, urgent)]
    assert on_their_way == [True, False, False]
    assert sending.outbox.on_its_way(replace(second, in_doubt=True))
    done.set()
    await sending.clock.wait_idle()
    assert [name for _, name in sending.attempts.log] == ["a", "elsewhere", "urgent", "b"]
    assert elsewhere.execution_id not in sending.waiting


async def test_what_is_taken_out_is_not_sent_and_the_next_of_its_lane_is() -> None:
    here = Sending(ManualClock())
    taken, *_ = here.accept("a", "b")
    (alone,) = here.accept("alone", to="2")
    assert not here.outbox.on_its_way(taken)
    async with here.running():
        pass
    assert [name for _, name in here.attempts.log] == ["a", "alone", "b"]
    here = Sending(ManualClock())
    taken, *_ = here.accept("a", "b")
    (alone,) = here.accept("alone", to="2")
    with here.outbox.taking_out([taken, alone]):
        async with here.running():
            await here.clock.advance(10)
            assert here.attempts.log == []
    assert (here.waiting, here.outbox.size) == (["b"], 1)
    async with here.running():
        pass
    assert [name for _, name in here.attempts.log] == ["b"]


async def test_taking_out_leaves_other_lanes_as_they_are(sending: Sending) -> None:
    soon = sending.clock.now() + seconds(1)
    sending.accept("a", to="1", due_at=soon)
    (taken,) = sending.accept("b", to="2", due_at=soon)
    with sending.outbox.taking_out([taken]):
        pass
    await sending.clock.advance(2)
    assert sending.attempts.log == [(1, "a")]


async def test_where_taking_out_fails_the_messages_go_on(sending: Sending) -> None:
    messages = [sending.message("a"), sending.message("b")]
    for message in messages:
        sending.outbox.accept(message)
    with pytest.raises(StoreUnavailableError), sending.outbox.taking_out(messages):
        raise StoreUnavailableError("the disk is full")
    await sending.clock.wait_idle()
    assert [name for _, name in sending.attempts.log] == ["a", "b"]


async def test_what_waits_behind_another_of_its_pair_can_be_taken_out(sending: Sending) -> None:
    done = asyncio.Event()
    sending.attempts.works["a"] = [waits(done)]
    sending.accept("a")
    await settle()
    (routine,) = sending.accept("routine", severity=5)
    sending.accept("urgent", severity=1)
    await settle()
    with sending.outbox.taking_out([routine]):
        pass
    done.set()
    await sending.clock.wait_idle()
    assert [name for _, name in sending.attempts.log] == ["a", "urgent"]
    assert sending.outbox.size == 0


async def test_whoever_gives_a_command_does_not_wait_for_many_attempts(sending: Sending) -> None:
    done = asyncio.Event()
    names = [f"{number:02}" for number in range(MAX_ATTEMPTS_MEANWHILE + 5)]
    with sending.outbox.accepting():
        for name in names:
            sending.attempts.works[name] = [waits(done)]
            sending.outbox.accept(replace(sending.message(name), to_number=f"+120155502{name}"))
        await settle()
        assert len(sending.attempts.log) == MAX_ATTEMPTS_MEANWHILE
    await settle()
    assert len(sending.attempts.log) == len(names)
    done.set()


async def test_no_more_are_worked_on_than_twilio_takes_requests() -> None:
    here = Sending(ManualClock(), concurrency=2)
    done = asyncio.Event()
    async with here.running():
        for to in "123":
            here.attempts.works[to] = [waits(done)]
            here.accept(to, to=to)
        await settle()
        assert [name for _, name in here.attempts.log] == ["1", "2"]
        done.set()
        await here.clock.wait_idle()
        assert [name for _, name in here.attempts.log] == ["1", "2", "3"]


async def test_a_message_too_old_for_its_limit_ends_when_it_is_and_others_wait(sending: Sending) -> None:
    sending.limits.refused(
        Failure(FailureKind.TRANSIENT, "too many", 429, limit=Limit.ACCOUNT, retry_after_s=50.0), seconds(0), OURS
    )
    sending.accept("short", to="1", expires_at=sending.clock.now() + seconds(30))
    sending.accept("long", to="2")
    sending.accept("forever", to="3", expires_at=None)
    await sending.clock.advance(49)
    assert sending.attempts.log == [(30, "short")]
    sending.limits.answered(seconds(49))
    await sending.clock.advance(1)
    assert sending.attempts.log == [(30, "short"), (50, "long"), (50, "forever")]


async def test_messages_leave_as_soon_as_a_limit_is_over(sending: Sending) -> None:
    sending.limits.refused(FULL, seconds(0), OURS)
    sending.accept("a", to="1")
    await sending.clock.wait_idle()
    assert sending.attempts.log == [(0, "a")], "alone in the queue it need not wait"
    sending.accept("b", to="2")
    sending.accept("c", to="3")
    await sending.clock.advance(1)
    assert sending.attempts.log == [(0, "a")]
    sending.limits.accepted(OURS, resent=False)
    await sending.clock.advance(0)
    assert sending.attempts.log == [(0, "a"), (1, "b"), (1, "c")]


@pytest.mark.parametrize(
    ("others", "log"), [("b", [(0, "a"), (1, "b")]), ("bc", [(0, "a"), (5, "b"), (10, "c")])], ids=["alone", "two"]
)
async def test_of_a_limited_sender_one_message_leaves_after_each_pause_and_one_alone_at_once(
    sending: Sending, others: str, log: list[tuple[float, str]]
) -> None:
    soon = sending.clock.now() + seconds(1)
    sending.accept("a", to="1")
    for name in others:
        sending.accept(name, to=name, due_at=soon)
    await sending.clock.wait_idle()
    sending.limits.refused(FULL, seconds(0), OURS)
    await sending.clock.advance(10)
    assert sending.attempts.log == log


async def test_a_message_in_doubt_is_looked_up_although_its_sender_is_limited(sending: Sending) -> None:
    sending.limits.refused(Failure(FailureKind.TRANSIENT, "queue full", 400, limit=Limit.SENDER), seconds(0), OURS)
    sending.limits.refused(Failure(FailureKind.TRANSIENT, "queue full", 400, limit=Limit.SENDER), seconds(0), "")
    doubted = [
        sending.message(name, to=name, in_doubt=True, attempts=(Attempt(1, sending.clock.now()),)) for name in "12"
    ]
    sending.outbox.restore(doubted)
    await sending.clock.advance(0)
    assert sending.attempts.log == [(0, "1"), (0, "2")]


async def test_those_behind_one_that_is_under_way_are_taken_out_and_it_goes_on(sending: Sending) -> None:
    arrived = asyncio.Event()
    sending.attempts.works["first"].append(waits(arrived))
    _, second = sending.accept("first", "second")
    await settle()
    with sending.outbox.taking_out([second]):
        assert not sending.outbox.on_its_way(second)
    assert sending.waiting == ["first"]
    arrived.set()
    await sending.clock.wait_idle()
    assert ([name for _, name in sending.attempts.log], sending.waiting) == (["first"], [])


async def test_few_leave_while_any_answer_is_being_made(sending: Sending) -> None:
    arrived = asyncio.Event()
    names = [str(number) for number in range(MAX_ATTEMPTS_MEANWHILE + 1)]
    for name in names:
        sending.attempts.works[name].append(waits(arrived))
    with sending.outbox.accepting():
        with sending.outbox.accepting():
            for name in names:
                sending.accept(name, to=name)
        await settle()
        assert len(sending.attempts.log) == MAX_ATTEMPTS_MEANWHILE
    await settle()
    assert len(sending.attempts.log) == len(names)
    arrived.set()
    await sending.clock.wait_idle()
