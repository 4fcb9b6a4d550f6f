"""Two machines that keep answering each other are stopped; people and load tests are not."""

import pytest

from fake_twilio.messages import loop_guard
from fake_twilio.messages.loop_guard import GAP, REPLIES, LoopGuard
from support.fake_memory import MemoryFake

A, B = "+12015550101", "+12015550100"
GAP_S = GAP.total_seconds()


@pytest.fixture
async def fake() -> MemoryFake:
    return MemoryFake()


async def test_replies_between_two_numbers_are_stopped_after_so_many(fake: MemoryFake) -> None:
    guard = LoopGuard(fake.context)
    for number in range(REPLIES):
        assert guard.admits(*((A, B) if number % 2 else (B, A)))
    await fake.clock.advance(GAP_S - 1)
    assert not guard.admits(A, B)
    assert guard.admits(A, "+12015550102"), "other numbers are not affected"
    await fake.clock.advance(1)
    assert guard.admits(A, B), "a gap starts a new conversation"


async def test_replies_with_gaps_go_on(fake: MemoryFake) -> None:
    guard = LoopGuard(fake.context)
    for _ in range(2 * REPLIES):
        assert guard.admits(A, B)
        await fake.clock.advance(GAP_S)


async def test_a_conversation_of_machines_goes_to_and_fro_without_gaps(fake: MemoryFake) -> None:
    guard = LoopGuard(fake.context)
    turns = [guard.circles(*((A, B) if number % 2 else (B, A))) for number in range(REPLIES + 2)]
    assert turns == [*[False] * (REPLIES + 1), True]
    await fake.clock.advance(GAP_S)
    assert not guard.circles(A, B)
    for number in range(2 * REPLIES):
        assert not guard.circles(*((A, B) if number % 2 else (B, A)))
        await fake.clock.advance(GAP_S)


async def test_many_texts_from_one_side_are_no_conversation(fake: MemoryFake) -> None:
    guard = LoopGuard(fake.context)
    assert not any(guard.circles(A, B) for _ in range(5 * REPLIES))
    assert not guard.circles(B, A)


async def test_a_reset_forgets_all(fake: MemoryFake) -> None:
    guard = LoopGuard(fake.context)
    for number in range(REPLIES + 2):
        guard.admits(A, B)
        guard.circles(*((A, B) if number % 2 else (B, A)))
    for reset in fake.context.on_reset:
        reset()
    assert (guard.admits(A, B), guard.circles(A, B)) == (True, False)


async def test_of_very_many_pairs_those_that_fell_silent_are_forgotten(
    fake: MemoryFake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop_guard, "_MAX_PAIRS", 2)
    guard = LoopGuard(fake.context)
    for number in range(2):
        guard.admits(A, f"+1201555020{number}")
        guard.circles(A, f"+1201555020{number}")
    for _ in range(REPLIES - 2):
        guard.admits(A, "+12015550200")
    await fake.clock.advance(GAP_S - 1)
    guard.admits(A, "+12015550200")
    guard.admits(A, "+12015550201")
    guard.circles(A, "+12015550201")
    await fake.clock.advance(1)
    guard.admits(A, B)
    guard.circles(A, B)
    assert {len(known) for known in (guard._replies, guard._turns)} == {3, 2}
    assert not guard.admits(A, "+12015550200")
    await fake.clock.advance(2 * GAP_S)
    guard.admits(A, "+12015550209")
    guard.circles(A, "+12015550209")
    assert (len(guard._replies), len(guard._turns)) == (1, 1)
