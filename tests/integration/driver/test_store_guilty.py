"""A transaction that can never be stored affects only itself, whichever part of database or driver fails on it."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from driver.domain.events import Event
from driver.domain.execution import Execution
from driver.domain.message import Message
from driver.domain.message_status import MessageStatus
from driver.errors import StoreUnavailableError, UnstorableError
from driver.ports.store import AuditEntry, SetMark, Write
from harness.driver.open_store import open_store

NOW = datetime(2026, 1, 1, tzinfo=UTC)
EVENT = Event("e1", "guard", "i", "Phone", "StateChanged", {}, {}, NOW, NOW)
AUDIT = AuditEntry(
    at=NOW,
    device_type="Phone",
    command_or_status="Mask",
    action="did",
    computer="desk",
    user_name="ann",
    location="here",
)
EXECUTION = Execution(execution_id="x1", asset_id="guard", command="Mask", user="ann", created_at=NOW)
MESSAGE = Message(
    "SM1", "inbound", "+12015550101", "+12015550100", "Fire", MessageStatus.RECEIVED, NOW, NOW, "", "guard"
)


class Odd:
    """A value that no codec supports."""


BAD: dict[str, Write] = {
    "half a character": replace(MESSAGE, body="half \ud83d"),
    "a number of more than 64 bits": replace(MESSAGE, error_code=2**70),
    "a parameter that is no JSON": replace(EVENT, parameters={"Odd": Odd()}),
    "half a character in a parameter": replace(EVENT, parameters={"Odd": "\udfff"}),
    "half a character in the audit": replace(AUDIT, action="\ud800"),
    "a moment that is none": replace(EXECUTION, created_at=None),  # type: ignore[arg-type]
    "no text where one has to be": replace(EXECUTION, user=None),  # type: ignore[arg-type]
    "a value of another kind": replace(EXECUTION, user=Odd()),  # type: ignore[arg-type]
}


@pytest.mark.parametrize("what", BAD)
async def test_only_the_guilty_one_is_refused(url: str, what: str) -> None:
    async with open_store(url) as store:
        good = [store.commit([SetMark(f"mark{n}", "kept")]) for n in range(3)]
        bad = store.commit([SetMark("beside", "not kept"), BAD[what]])
        answers: list[Any] = await asyncio.gather(good[0], bad, *good[1:], return_exceptions=True)
        assert isinstance(answers[1], UnstorableError), answers[1]
        assert str(answers[1]).startswith("this cannot be stored: ")
        assert [type(answer).__name__ for answer in answers if answer is not answers[1]] == ["Committed"] * 3
        with pytest.raises(UnstorableError):
            await store.commit([BAD[what]])
        await store.commit([SetMark("after", "kept")])
    async with open_store(url) as store:
        assert sorted((await store.remember()).marks) == ["after", "mark0", "mark1", "mark2"]


async def test_a_zero_byte_is_refused_or_stored_but_never_holds_up_others(url: str) -> None:
    async with open_store(url) as store:
        bad, good = store.commit([replace(MESSAGE, body="a\0b")]), store.commit([SetMark("mark", "kept")])
        answers: tuple[Any, Any] = await asyncio.gather(bad, good, return_exceptions=True)
        assert not isinstance(answers[1], Exception)
        assert not isinstance(answers[0], Exception) or type(answers[0]) is UnstorableError


async def test_a_listener_that_breaks_neither_undoes_nor_repeats_a_commit(url: str) -> None:
    def broken(_events: object) -> None:
        raise RuntimeError("a bug")

    heard: list[int] = []
    async with open_store(url) as store:
        store.on_events(broken)
        store.on_events(lambda events: heard.extend(event.seq for event in events))
        again = replace(EVENT, event_id="e2")
        await asyncio.gather(store.commit([EVENT]), store.commit([again]))
        assert heard == [1, 2]
        assert [event.event_id for event in await store.events_since(0, 10) or ()] == ["e1", "e2"]


async def test_whoever_waits_for_a_commit_when_the_store_closes_is_answered(url: str) -> None:
    async with open_store(url) as store:
        waiting = asyncio.ensure_future(store.commit([SetMark("mark", "kept")]))
        await asyncio.wait({waiting}, timeout=0)
    with pytest.raises(StoreUnavailableError):
        await store.commit([SetMark("late", "x")])
    await asyncio.wait({waiting}, timeout=5)
    assert waiting.done()


async def test_an_execution_whose_name_no_database_takes_is_not_there(url: str) -> None:
    async with open_store(url) as store:
        for name in ("a\0b", "half \ud83d"):
            assert await store.execution(name) is None
