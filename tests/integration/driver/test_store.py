"""The store's guarantees, the same on SQLite and PostgreSQL."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from driver.domain.commands import ExecutionState
from driver.domain.events import Event
from driver.domain.execution import Attempt, Execution
from driver.domain.message import Message
from driver.domain.message_status import MessageStatus
from driver.domain.outbound_message import OutboundMessage
from driver.errors import StartError
from driver.ports.store import (
    MAX_FOLLOWED,
    AuditEntry,
    DropAsset,
    Once,
    OnceKind,
    SetMark,
)
from fake_twilio import ManualClock
from harness.driver.database import administer
from harness.driver.open_store import open_store
from support.driver_site import GUARD, OURS, settings, site
from support.driver_transitions import PATHS, walk

NOW = datetime(2026, 1, 1, 12, 30, 15, 123456, tzinfo=UTC)


def execution(number: int = 1, command_id: str = "") -> Execution:
    return Execution(
        execution_id=f"e{number:04}",
        command_id=command_id,
        asset_id="p",
        command="Mask",
        parameters={"Comment": "Größe 5 – 👍"},
        user="ann",
        workstation="desk",
        state=ExecutionState.SUCCEEDED,
        created_at=NOW,
        finished_at=NOW,
    )


def waiting(number: int = 1, *attempts: Attempt) -> OutboundMessage:
    return OutboundMessage(
        execution_id=f"e{number:04}",
        asset_id="p",
        created_at=NOW,
        parameters={"Message Content": "Größe 5 – 👍"},
        state=ExecutionState.EXECUTING if attempts else ExecutionState.ACCEPTED,
        attempts=attempts,
        from_number="+12015550100",
        to_number="+12015550101",
        due_at=NOW,
        position=100 - number,
        expires_at=NOW + timedelta(hours=4),
        first_at=NOW if attempts else None,
        in_doubt=bool(attempts),
        lookups=len(attempts),
    )


def event(name: str = "E", key: str = "k") -> Event:
    return Event(key, "p", "item", "Phone", name, {"A": 1, "B": [None]}, {"Status": "Normal"}, NOW, NOW)


def message(sid: str, moment: datetime = NOW, status: MessageStatus = MessageStatus.QUEUED) -> Message:
    return Message(sid, "outbound", "+1", "+2", "b", status, moment, moment, media=("https://x/1",))


async def test_what_was_written_is_read_after_a_restart(url: str) -> None:
    attempt = Attempt(1, NOW, "refused", 400, 21612, "", "no route")
    messages = [waiting(1), waiting(2, attempt, Attempt(2, NOW))]
    asset = walk("Masked over standing fault UA", latch=True).asset
    async with open_store(url) as store:
        await store.commit([execution(3, "c1"), *messages])
        await store.commit([message("SM1"), asset, SetMark("cursor", "x" * 100_000)])
        await store.commit([event()])
        await store.commit([message("SM0", NOW - MAX_FOLLOWED - timedelta(seconds=1))])
    async with open_store(url, clock=ManualClock(NOW)) as store:
        shown = await store.remember()
        assert shown.outbox == (messages[1], messages[0]), "in order of acceptance"
        assert shown.open_messages == (message("SM1"),)
        assert shown.assets == {"a": asset}
        assert shown.marks == {"cursor": "x" * 100_000}
        assert shown.last_seq == 1
        assert [await store.execution(f"e000{number}") for number in (1, 2, 3)] == [*messages, execution(3, "c1")]
        assert await store.message("SM1") == message("SM1")


async def test_a_mark_without_a_value_is_deleted(url: str) -> None:
    async with open_store(url) as store:
        await store.commit([SetMark("cursor", "1"), SetMark("media", "1")])
        await store.commit([SetMark("media", "")])
    async with open_store(url, clock=ManualClock(NOW)) as store:
        assert (await store.remember()).marks == {"cursor": "1"}


@pytest.mark.parametrize("row", PATHS)
async def test_every_state_of_an_asset_survives(tmp_path: Path, row: str) -> None:
    url = f"sqlite:///{tmp_path}/driver.db"
    asset = walk(row, latch=True).asset
    async with open_store(url) as store:
        await store.commit([asset])
    async with open_store(url) as store:
        assert (await store.remember()).assets["a"] == asset


async def test_later_writes_replace_earlier_ones_and_what_ends_waits_no_more(url: str) -> None:
    asset = walk("Normal", latch=False).asset
    async with open_store(url) as store:
        await store.commit([waiting(), asset])
        ended = replace(waiting(), state=ExecutionState.SUCCEEDED)
        await store.commit([waiting(2), ended, DropAsset("a")])
        await store.commit([message("SM0", NOW - MAX_FOLLOWED - timedelta(seconds=1))])
    async with open_store(url, clock=ManualClock(NOW)) as store:
        shown = await store.remember()
        assert shown.outbox == (waiting(2),)
        assert shown.assets == {}


async def test_a_command_id_and_a_sid_are_taken_once_even_at_the_same_time(url: str) -> None:
    async with open_store(url) as store:
        once = Once(OnceKind.COMMAND, "c1")
        answers = await asyncio.gather(
            *(store.commit([execution(n, "c1"), event(key=str(n))], once=once) for n in range(20))
        )
        assert [answer.fresh for answer in answers].count(True) == 1
        [winner] = {answer.existing for answer in answers if not answer.fresh}
        assert (await store.execution_of("c1")) == execution(int(winner[1:]), "c1")
        later = await store.commit([execution(99, "c1")], once=once)
        assert (later.fresh, later.existing) == (False, winner)
        sid = Once(OnceKind.MESSAGE, "SM1")
        seen = [await store.commit([message("SM1")], once=sid) for _ in range(2)]
        assert [answer.fresh for answer in seen] == [True, False]
        assert await store.known_messages(["SM1", "SM2"]) == {"SM1"}
        assert len(await store.events_since(0, 100) or ()) == 1


async def test_events_are_numbered_without_gaps_and_published_in_order(url: str) -> None:
    async with open_store(url) as store:
        published: list[int] = []
        store.on_events(lambda events: published.extend(event.seq for event in events))
        await asyncio.gather(*(store.commit([event(key=str(n))]) for n in range(50)))
        assert published == list(range(1, 51))
        shown = await store.events_since(40, 100)
        assert shown is not None
        assert [event.seq for event in shown] == list(range(41, 51))
        assert await store.events_since(0, 10) is None


async def test_one_request_that_cannot_be_stored_takes_no_other_with_it(url: str) -> None:
    async with open_store(url) as store:
        await store.commit([event(key="same")])
        good = store.commit([waiting()])
        bad = store.commit([waiting(2), event(key="same")])
        also = store.commit([event(key="other")])
        results = await asyncio.gather(good, bad, also, return_exceptions=True)
        assert [type(result).__name__ for result in results] == ["Committed", "UnstorableError", "Committed"]
        shown = await store.events_since(0, 10)
        assert shown is not None
        assert [event.seq for event in shown] == [1, 2]
    async with open_store(url) as store:
        assert (await store.remember()).outbox == (waiting(),)


async def test_pages_go_through_everything_once_newest_first(url: str) -> None:
    async with open_store(url) as store:
        for n in range(7):
            moment = NOW + timedelta(seconds=n // 2)
            entry = AuditEntry(
                at=moment,
                device_type="Phone",
                command_or_status="Reset",
                action="Command ok",
                computer="desk",
                user_name="ann",
                location=f"place {n}",
            )
            await store.commit([message(f"SM{n}", moment), entry, execution(n)])
        sids: list[str] = []
        cursor = ""
        while True:
            page = await store.messages(3, cursor)
            sids += [row.sid for row in page.items]
            cursor = page.next
            if not cursor:
                break
        assert sids == [f"SM{n}" for n in reversed(range(7))]
        first = await store.audit(4, "")
        rest = await store.audit(4, first.next)
        assert [row.location for row in (*first.items, *rest.items)] == [f"place {n}" for n in reversed(range(7))]
        one = await store.executions(5, "")
        two = await store.executions(5, one.next)
        assert [row.execution_id for row in (*one.items, *two.items)] == [f"e{n:04}" for n in reversed(range(7))]
        assert (await store.executions(5, "", dead=True)).items == ()


async def test_a_second_driver_on_the_same_database_is_refused_until_the_first_has_ended(url: str) -> None:
    async with open_store(url):
        with pytest.raises(StartError, match="another driver is using"):
            async with open_store(url):
                pass
    async with open_store(url):
        pass


async def test_a_newer_schema_is_refused(url: str) -> None:
    async with open_store(url):
        pass
    await administer(url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StartError, match="a newer driver created it"):
        async with open_store(url):
            pass


async def test_a_database_that_cannot_be_opened_is_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(StartError, match=r"the folder .*nowhere does not exist"):
        async with open_store(f"sqlite:///{tmp_path}/nowhere/driver.db"):
            pass
    (tmp_path / "text.db").write_text("this is no database, only a text that somebody left here" * 20)
    with pytest.raises(StartError, match="not a database"):
        async with open_store(f"sqlite:///{tmp_path}/text.db"):
            pass
    with pytest.raises(StartError, match="cannot be opened"):
        async with open_store("postgresql://postgres:secret@127.0.0.1:1/none"):
            pass


async def test_a_driver_lives_on_either_database(url: str, tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, store={"url": url})
        here.fault({"type": "http_error", "status": 400, "code": 21612})
        async with here.running(config):
            execution = await here.send("Fire")
            await here.command("gate", "Mask")
            await here.fake.handset(GUARD).send(OURS, "coming")
            await here.clock.advance(3)
        await here.clock.advance(1)
        async with here.running(config):
            assert here.creates() == 1
            await here.clock.advance(15)
            assert here.received() == ["Fire"]
            assert (await here.execution(execution))["delivery"] == "delivered"
            assert await here.status("gate") == "Masked"
            assert len(await here.events("Message Received")) == 1
            assert len(await here.messages()) == 2
            assert await here.audit()
