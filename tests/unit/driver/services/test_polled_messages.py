"""A problem with one message that Twilio lists affects no other, and the message is not lost."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import structlog.testing

from driver.domain.commands import ExecutionState
from driver.domain.events import MESSAGE_RECEIVED
from driver.domain.outbound_message import OutboundMessage
from driver.errors import CommandRefusedError, StoreUnavailableError
from driver.ports.gateway import GatewayError, RemoteMessage, UnreadableMessage
from driver.services.inbox import MEDIA_MARK
from driver.services.polled_messages import LATE_MEDIA, MAX_LATE_MEDIA, MAX_TRIES
from support.driver_memory import GUARD, OURS
from support.driver_services import ServicesRig

AWAY = GatewayError("no route", reason=None)
IMAGE = "https://api.example.com/image"


@pytest.fixture
def here() -> Iterator[ServicesRig]:
    with structlog.testing.capture_logs():
        yield ServicesRig()


def row(here: ServicesRig, sid: str, media: int = 0, status: str = "received", sent: bool = True) -> RemoteMessage:
    at = here.clock.now() - timedelta(seconds=30)
    return RemoteMessage(sid, "inbound", GUARD, OURS, "Fire", status, at, at if sent else None, media_count=media)


async def test_what_is_new_is_taken_in_and_nothing_twice(here: ServicesRig) -> None:
    rows = [row(here, "SM1"), row(here, "SM2", sent=False)]
    assert await here.intake.take(rows) == (True, "")
    assert await here.intake.take(rows) == (False, "")
    assert await here.intake.take([*rows, row(here, "SM3")]) == (True, "")
    assert await here.intake.take([row(here, "SM4"), rows[0]]) == (True, ""), "one that is new is enough"
    stored = here.memory.rows
    assert list(stored) == ["SM1", "SM2", "SM3", "SM4"]
    assert (stored["SM1"].body, stored["SM1"].asset_id, stored["SM1"].media) == ("Fire", "guard", ())
    assert stored["SM1"].created_at == here.clock.now() - timedelta(seconds=30)
    assert stored["SM2"].created_at == here.twilio.twilio_now(), "what has no date was sent just now"
    assert here.counted("received", way="poll") == 4
    assert here.counted("received_again", way="poll") == 0
    assert here.memory.marks == {}


async def test_what_twilio_is_still_receiving_is_left_for_later(here: ServicesRig) -> None:
    assert await here.intake.take([row(here, "SM1", status="receiving"), row(here, "SM2")]) == (True, "")
    assert list(here.memory.rows) == ["SM2"]


async def test_a_message_comes_with_its_media(here: ServicesRig) -> None:
    here.twilio.media_of["SM1"] = [IMAGE]
    await here.intake.take([row(here, "SM1", media=1)])
    assert here.memory.rows["SM1"].media == (IMAGE,)
    assert here.memory.events[0].parameters["Media"] == [IMAGE]
    assert here.memory.marks == {}


async def test_media_that_cannot_be_listed_come_later_and_keep_no_message_back(here: ServicesRig) -> None:
    here.twilio.media_of = {"SM1": AWAY, "SM2": [IMAGE]}
    await here.intake.take([row(here, "SM1", media=1), row(here, "SM2", media=1)])
    assert [each["media"] for each in here.twilio.asked] == ["SM1"], "each may take long, so no other's are asked for"
    assert [here.memory.rows[sid].media for sid in ("SM1", "SM2")] == [(), ()]
    assert set(here.memory.marks) == {MEDIA_MARK + "SM1", MEDIA_MARK + "SM2"}
    await here.intake.fetch_late_media()
    assert not here.memory.rows["SM2"].media
    await here.intake.fetch_late_media()
    assert here.memory.rows["SM2"].media == (IMAGE,), "one that fails again waits behind the others"
    assert set(here.memory.marks) == {MEDIA_MARK + "SM1"}
    here.twilio.media_of["SM1"] = [IMAGE]
    await here.intake.fetch_late_media()
    assert (here.memory.rows["SM1"].media, here.memory.marks) == ((IMAGE,), {})
    asked = len(here.twilio.asked)
    await here.intake.fetch_late_media()
    assert len(here.twilio.asked) == asked
    here.twilio.media_of["SM3"] = [IMAGE]
    await here.intake.take([row(here, "SM3", media=1)])
    assert here.memory.rows["SM3"].media == (IMAGE,), "they are asked for again"


async def test_media_that_are_not_there_any_more_are_given_up(here: ServicesRig) -> None:
    here.twilio.media_of["SM1"] = AWAY
    await here.intake.take([row(here, "SM1", media=1)])
    await here.clock.advance(LATE_MEDIA.total_seconds() - 31)
    await here.intake.fetch_late_media()
    assert set(here.memory.marks) == {MEDIA_MARK + "SM1"}
    await here.clock.advance(1)
    await here.intake.fetch_late_media()
    assert (here.memory.marks, here.memory.rows["SM1"].media) == ({}, ())
    here.twilio.media_of["SM2"] = AWAY
    await here.intake.take([row(here, "SM2", media=1)])
    here.twilio.media_of["SM2"] = GatewayError("gone", reason=None, http_status=404)
    await here.intake.fetch_late_media()
    assert here.memory.marks == {}


async def test_late_media_are_fetched_after_a_restart_a_few_at_a_time(here: ServicesRig) -> None:
    sids = [f"SM{number}" for number in range(MAX_LATE_MEDIA + 1)]
    marks = {MEDIA_MARK + sid: here.clock.now().isoformat() for sid in sids} | {"poll.cursor.own": "{}"}
    await here.intake.take([row(here, sid) for sid in sids])
    here.twilio.media_of = {sid: [IMAGE] for sid in sids}
    restarted = here.polled_messages(marks)
    await restarted.fetch_late_media()
    assert sum(bool(here.memory.rows[sid].media) for sid in sids) == MAX_LATE_MEDIA
    await restarted.fetch_late_media()
    assert all(here.memory.rows[sid].media for sid in sids)


async def test_media_of_a_message_that_is_not_kept_any_more_are_forgotten(here: ServicesRig) -> None:
    mark = {MEDIA_MARK + "SM1": here.clock.now().isoformat()}
    here.memory.marks = dict(mark)
    here.twilio.media_of["SM1"] = AWAY
    await here.polled_messages(mark).fetch_late_media()
    assert here.memory.marks == {}


async def test_a_message_that_keeps_failing_is_set_aside_and_the_others_are_taken(here: ServicesRig) -> None:
    here.memory.refuse("SM1", "half a character")
    rows = [row(here, "SM1"), row(here, "SM2")]
    problem = f"message SM1 to {OURS} cannot be stored: half a character"
    assert await here.intake.take(rows) == (True, problem)
    for _ in range(MAX_TRIES - 2):
        assert await here.intake.take(rows) == (False, problem)
    assert here.memory.executions == {}
    assert await here.intake.take(rows) == (False, "")
    (letter,) = here.memory.executions.values()
    assert (letter.command_id, letter.scope, letter.asset_id, letter.message_sid) == (
        "receive:SM1",
        "system",
        "twilio",
        "SM1",
    )
    assert (letter.state, letter.finished_at) == (ExecutionState.TERMINATED, here.clock.now())
    assert letter.parameters == {
        "Message SID": "SM1",
        "Source Phone Number": GUARD,
        "Destination Phone Number": OURS,
    }
    assert letter.reason == (
        f"a received message was set aside: it could not be stored {MAX_TRIES} times: half a character"
    )
    here.memory.work()
    assert await here.intake.take(rows) == (False, ""), "a person decides about it now"
    assert "SM1" not in here.memory.rows


async def test_tries_are_counted_in_a_row_and_problems_told_in_few_words(here: ServicesRig) -> None:
    here.memory.refuse("SM1", "x" * 600)
    _, problem = await here.intake.take([row(here, "SM1"), row(here, "SM2")])
    assert problem.endswith(": " + "x" * 500)
    here.memory.refuse("SM3", "")
    _, problem = await here.intake.take([row(here, "SM3"), row(here, "SM1")])
    assert problem.endswith("cannot be stored: UnstorableError")
    assert "SM1" in here.memory.rows


async def test_a_database_that_takes_nothing_is_no_fault_of_a_message(here: ServicesRig) -> None:
    here.memory.fail()
    for _ in range(2 * MAX_TRIES):
        with pytest.raises(StoreUnavailableError):
            await here.intake.take([row(here, "SM1")])
    here.memory.work()
    assert await here.intake.take([row(here, "SM1")]) == (True, "")
    assert here.memory.executions == {}


async def test_what_cannot_be_read_is_set_aside_once(here: ServicesRig) -> None:
    broken = UnreadableMessage("SM1", GUARD, OURS, "it has no date")
    for intake in (here.intake, here.intake, here.polled_messages({})):
        assert await intake.take([], [broken]) == (False, "")
    (letter,) = here.memory.executions.values()
    assert letter.reason == "a received message was set aside: it has no date"


async def test_what_was_set_aside_can_be_tried_again(here: ServicesRig) -> None:
    await here.intake.take([], [UnreadableMessage("SM1", GUARD, OURS, "it has no date")])
    (letter,) = here.memory.executions.values()
    with pytest.raises(CommandRefusedError, match="Twilio no longer has message SM1"):
        await here.intake.again(letter)
    here.twilio.messages["SM1"] = AWAY
    with pytest.raises(CommandRefusedError, match="message SM1 cannot be received now: no route"):
        await here.intake.again(letter)
    here.twilio.messages["SM1"] = row(here, "SM1")
    await here.clock.advance(5)
    done = await here.intake.again(letter)
    assert (done.state, done.result, done.finished_at) == (ExecutionState.SUCCEEDED, "requeued", here.clock.now())
    assert here.memory.executions[letter.execution_id] == done
    assert not isinstance(done, OutboundMessage)
    assert [event.name for event in here.memory.events][:1] == [MESSAGE_RECEIVED]


async def test_a_message_whose_odd_characters_were_replaced_is_named(here: ServicesRig) -> None:
    odd = replace(row(here, "SM1"), replaced=("body",))
    with structlog.testing.capture_logs() as lines:
        assert await here.intake.take([odd]) == (True, "")
    (line,) = [each for each in lines if each["event"] == "odd_characters_replaced"]
    assert (line["sid"], line["fields"]) == ("SM1", ("body",))
