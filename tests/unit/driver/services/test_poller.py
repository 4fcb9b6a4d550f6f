"""When numbers are polled for messages, how far back, and what is stored."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import structlog.testing

from driver.config.models import ReceiveConfig
from driver.errors import StoreUnavailableError
from driver.ports.gateway import InboundPage, RemoteAccount, RemoteNumber, UnreadableMessage
from driver.services.poll_cursors import FLOOR
from support.driver_memory import GUARD, OURS
from support.driver_poller import AWAY, MUTE, OTHER, asked, late, page, poller, seconds, text
from support.driver_services import ServicesRig


@pytest.fixture
async def here() -> AsyncIterator[ServicesRig]:
    with structlog.testing.capture_logs():
        made = ServicesRig()
        await made.online()
        made.twilio.asked.clear()
        yield made


async def test_the_first_look_reaches_back_a_day_and_later_ones_the_overlap_until_the_next_sweep(
    here: ServicesRig,
) -> None:
    polling = poller(here, overlap_s=100, sweep_interval_s=300)
    assert await polling.poll()
    assert asked(here) == [(timedelta(days=3), "")], "a day before where the number was asked last"
    for wait_s, reach in (
        (10, seconds(110)),
        (289, seconds(389)),
        (1, timedelta(days=1) + seconds(1)),
        (5, seconds(105)),
    ):
        await here.clock.advance(wait_s)
        assert await polling.poll()
        assert asked(here) == [(reach, "")]
    assert here.counted("polls", result="answered") == 5


async def test_what_was_read_is_remembered_in_twilios_time(here: ServicesRig) -> None:
    here.twilio.ahead = seconds(20)
    polling = poller(here)
    await polling.poll()
    floor = (here.clock.now() - timedelta(days=2)).isoformat()
    assert here.memory.marks[FLOOR] == floor
    assert here.memory.marks["poll.cursor.own"] == f'{{"{OURS}": "{here.twilio.twilio_now().isoformat()}"}}'


async def test_the_floor_of_the_very_first_start_becomes_twilios_time(here: ServicesRig) -> None:
    here.twilio.ahead = timedelta(minutes=10)
    polling = here.poller(here.clock.now(), known=False)
    here.twilio.pages[OURS] = [AWAY]
    await polling.poll()
    assert asked(here) == [(timedelta(days=3) + timedelta(minutes=10), "")], "early enough for any clock"
    assert here.memory.marks == {}, "nothing is known yet"
    floor = here.twilio.twilio_now()
    here.twilio.pages[OURS] = [page(text(here, "SM1", -599.9), text(here, "SM2", -600))]
    await here.clock.advance(60)
    await polling.poll()
    assert here.memory.marks[FLOOR] == floor.isoformat()
    assert list(here.memory.rows) == ["SM2"], "what came before the start is no event"


async def test_texts_are_taken_the_oldest_page_first(here: ServicesRig) -> None:
    here.twilio.pages[OURS] = [page(text(here, "SM3"), text(here, "SM4")), page(text(here, "SM1"), text(here, "SM2"))]
    assert await poller(here).poll()
    assert list(here.memory.rows) == ["SM1", "SM2", "SM3", "SM4"]


async def test_a_list_is_read_no_further_back_than_needed(here: ServicesRig) -> None:
    polling = poller(here, overlap_s=100)
    await polling.poll()
    here.twilio.pages[OURS] = [page(text(here, f"SM{ago_s}", ago_s), left=f"p{ago_s}") for ago_s in (99, 100, 101, 102)]
    await polling.poll()
    assert list(here.memory.rows) == ["SM101", "SM100", "SM99"]
    asked(here)
    await polling.poll()
    assert asked(here) == [(seconds(100), "")], "what is older is not left over"


async def test_while_people_text_polls_come_at_the_floor_of_the_interval(here: ServicesRig) -> None:
    polling = poller(here, poll_interval_s=30, poll_floor_s=5)
    async with here.running(polling.run):
        here.twilio.pages[OURS] = [page(text(here, "SM1", 0))]
        await here.clock.advance(30)
        here.twilio.asked.clear()
        await here.clock.advance(60)
        assert len(asked(here)) == 12
        await here.clock.advance(29)
        assert asked(here) == []
        await here.clock.advance(1)
        assert len(asked(here)) == 1


async def test_an_interval_below_the_floor_stays(here: ServicesRig) -> None:
    polling = poller(here, poll_interval_s=3, poll_floor_s=5)
    here.twilio.pages[OURS] = [page(text(here, "SM1", 0))]
    async with here.running(polling.run):
        here.twilio.asked.clear()
        await here.clock.advance(30)
        assert len(asked(here)) == 10


async def test_with_webhooks_polls_only_sweep(here: ServicesRig) -> None:
    polling = poller(here, mode="webhook", public_url="https://sms.example.com", sweep_interval_s=200)
    async with here.running(polling.run):
        here.twilio.asked.clear()
        await here.clock.advance(600)
        assert [reach > timedelta(days=1) for reach, _ in asked(here)] == [True] * 3
        polling.configure(ReceiveConfig(poll_interval_s=100))
        await here.clock.advance(200)
        assert len(asked(here)) == 3, "at once, and then at the new interval"


async def test_the_other_lane_asks_for_what_the_account_owns_besides_and_can_text(here: ServicesRig) -> None:
    polling = poller(here, own=False, known=False)
    here.monitor.account = None
    assert await polling.poll()
    assert here.twilio.asked == []
    numbers = tuple(RemoteNumber(number, sms_capable=number != MUTE) for number in (OURS, OTHER, MUTE, OTHER))
    here.twilio.answer = RemoteAccount("AC1", "active", "Full", numbers)
    await here.online()
    await polling.poll()
    assert [each["number"] for each in here.twilio.asked if "number" in each] == [OTHER]
    assert set(here.memory.marks) == {FLOOR, "poll.cursor.others"}


async def test_a_database_that_takes_nothing_has_everything_asked_again(here: ServicesRig) -> None:
    polling = poller(here)
    here.twilio.pages[OURS] = [page(text(here, "SM1"))]
    here.memory.fail()
    assert not await polling.poll()
    assert (here.counted("polls", result="failed"), here.counted("polls", result="answered")) == (0, 0)
    here.memory.work()
    asked(here)
    assert await polling.poll()
    assert asked(here) == [(timedelta(days=3), "")]
    assert list(here.memory.rows) == ["SM1"]


async def test_texts_that_the_database_does_not_take_are_asked_for_again(here: ServicesRig) -> None:
    polling = poller(here)
    here.twilio.pages[OURS] = [page(text(here, "SM1"))]
    here.memory.failing = lambda writes: (
        None if getattr(writes[0], "name", "") == FLOOR else StoreUnavailableError("the disk is full")
    )
    assert not await polling.poll()
    assert here.memory.marks == {}


async def test_until_twilios_clock_is_known_nothing_counts_as_asked(here: ServicesRig) -> None:
    here.twilio.clock_known = False
    polling = poller(here, overlap_s=100)
    for _ in range(2):
        await here.clock.advance(10)
        await polling.poll()
    assert [reach for reach, _ in asked(here)][1] >= timedelta(days=2)


async def test_what_cannot_be_read_is_set_aside(here: ServicesRig) -> None:
    here.twilio.pages[OURS] = [InboundPage((), (UnreadableMessage("SM1", GUARD, OURS, "it has no date"),))]
    await poller(here).poll()
    assert [each.message_sid for each in here.memory.executions.values()] == ["SM1"]


async def test_a_text_that_cannot_be_stored_is_late_and_asked_for_again(here: ServicesRig) -> None:
    here.twilio.pages[OURS] = [page(text(here, "SM2")), page(text(here, "SM1"))]
    here.memory.refuse("SM1", "odd")
    polling = poller(here, overlap_s=1)
    assert await polling.poll()
    assert late(here) == f"message SM1 to {OURS} cannot be stored: odd; messages arrive late"
    assert list(here.memory.rows) == ["SM2"]
    asked(here)
    await here.clock.advance(10)
    await polling.poll()
    assert asked(here) == [(timedelta(days=2) + seconds(11), "")], "the number's cursor has not moved"
