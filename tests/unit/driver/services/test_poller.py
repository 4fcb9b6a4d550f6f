"""When numbers are asked for texts, how far back, and what it means that they are not answered."""

import itertools
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
import structlog.testing

from driver.config.models import PhoneConfig, ReceiveConfig
from driver.domain.asset_changes import FaultRaised
from driver.domain.facts import CauseKind, CommReason, FaultCause
from driver.errors import StoreUnavailableError
from driver.ports.gateway import (
    GatewayError,
    InboundPage,
    RemoteAccount,
    RemoteMessage,
    RemoteNumber,
    UnreadableMessage,
)
from driver.services.poller import FAILING_ROUND, FLOOR, LAGGING_AFTER, LAGGING_ROUNDS, MAX_WAIT_S, Poller, SlowPolls
from fake_twilio.clock import turn
from support.driver_memory import GUARD, OURS
from support.driver_services import ServicesRig

AWAY = GatewayError("no route", reason=CommReason.UNREACHABLE)
BAD_LIST = GatewayError("the list cannot be followed", reason=None, http_status=404)
LIMITED = GatewayError("slow down", reason=None, http_status=429)
OTHER, MUTE = "+12015550108", "+12015550109"


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.fixture
async def here() -> AsyncIterator[ServicesRig]:
    with structlog.testing.capture_logs():
        made = ServicesRig()
        await made.online()
        made.twilio.asked.clear()
        yield made


def poller(here: ServicesRig, *, own: bool = True, known: bool = True, **receive: object) -> Poller:
    """Return a poller whose floor lies two days back."""
    return here.poller(here.clock.now() - timedelta(days=2), own=own, known=known, **receive)


def phones_on(*numbers: str) -> list[PhoneConfig]:
    """Return a phone for each of some numbers of ours."""
    return [
        PhoneConfig(id=f"p{place}", external_phone_number=GUARD, twilio_phone_number=number)
        for place, number in enumerate(numbers)
    ]


def text(here: ServicesRig, sid: str, ago_s: float = 1) -> RemoteMessage:
    at = here.clock.now() - seconds(ago_s)
    return RemoteMessage(sid, "inbound", GUARD, OURS, "Fire", "received", at, at)


def page(*messages: RemoteMessage, left: str = "") -> InboundPage:
    return InboundPage(messages, next=left)


def asked(here: ServicesRig, number: str = OURS) -> list[tuple[timedelta, str]]:
    """Return how far back a number was asked, from now, and where each question went on."""
    found = [each for each in here.twilio.asked if each.get("number") == number]
    here.twilio.asked.clear()
    return [(here.twilio.twilio_now() - each["since"], each["resume"]) for each in found]


async def late(here: ServicesRig) -> str:
    return here.faults("twilio").get(FaultCause.POLL_LAGGING, ("", None, ""))[0]


async def test_the_first_look_reaches_back_a_day_and_later_ones_the_overlap_until_the_next_sweep(
    here: ServicesRig,
) -> None:
    lane = poller(here, overlap_s=100, sweep_interval_s=300)
    assert await lane.poll()
    assert asked(here) == [(timedelta(days=3), "")], "a day before where the number was asked last"
    for wait_s, reach in (
        (10, seconds(110)),
        (289, seconds(389)),
        (1, timedelta(days=1) + seconds(1)),
        (5, seconds(105)),
    ):
        await here.clock.advance(wait_s)
        assert await lane.poll()
        assert asked(here) == [(reach, "")]
    assert here.counted("polls", result="answered") == 5


async def test_what_was_read_is_remembered_in_twilios_time(here: ServicesRig) -> None:
    here.twilio.ahead = seconds(20)
    lane = poller(here)
    await lane.poll()
    floor = (here.clock.now() - timedelta(days=2)).isoformat()
    assert here.memory.marks[FLOOR] == floor
    assert here.memory.marks["poll.cursor.own"] == f'{{"{OURS}": "{here.twilio.twilio_now().isoformat()}"}}'


async def test_the_floor_of_the_very_first_start_becomes_twilios_time(here: ServicesRig) -> None:
    here.twilio.ahead = timedelta(minutes=10)
    lane = here.poller(here.clock.now(), known=False)
    here.twilio.pages[OURS] = [AWAY]
    await lane.poll()
    assert asked(here) == [(timedelta(days=3) + timedelta(minutes=10), "")], "early enough for any clock"
    assert here.memory.marks == {}, "nothing is known yet"
    floor = here.twilio.twilio_now()
    here.twilio.pages[OURS] = [page(text(here, "SM1", -599.9), text(here, "SM2", -600))]
    await here.clock.advance(60)
    await lane.poll()
    assert here.memory.marks[FLOOR] == floor.isoformat()
    assert list(here.memory.rows) == ["SM2"], "what came before the start is no event"


async def test_texts_are_taken_the_oldest_page_first(here: ServicesRig) -> None:
    here.twilio.pages[OURS] = [page(text(here, "SM3"), text(here, "SM4")), page(text(here, "SM1"), text(here, "SM2"))]
    assert await poller(here).poll()
    assert list(here.memory.rows) == ["SM1", "SM2", "SM3", "SM4"]


async def test_a_list_is_read_no_further_back_than_needed(here: ServicesRig) -> None:
    lane = poller(here, overlap_s=100)
    await lane.poll()
    here.twilio.pages[OURS] = [page(text(here, f"SM{ago_s}", ago_s), left=f"p{ago_s}") for ago_s in (99, 100, 101, 102)]
    await lane.poll()
    assert list(here.memory.rows) == ["SM101", "SM100", "SM99"]
    asked(here)
    await lane.poll()
    assert asked(here) == [(seconds(100), "")], "what is older is not left over"


async def test_while_people_text_polls_come_at_the_floor_of_the_interval(here: ServicesRig) -> None:
    lane = poller(here, poll_interval_s=30, poll_floor_s=5)
    async with here.running(lane.run):
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
    lane = poller(here, poll_interval_s=3, poll_floor_s=5)
    here.twilio.pages[OURS] = [page(text(here, "SM1", 0))]
    async with here.running(lane.run):
        here.twilio.asked.clear()
        await here.clock.advance(30)
        assert len(asked(here)) == 10


async def test_with_webhooks_polls_only_sweep(here: ServicesRig) -> None:
    lane = poller(here, mode="webhook", public_url="https://sms.example.com", sweep_interval_s=200)
    async with here.running(lane.run):
        here.twilio.asked.clear()
        await here.clock.advance(600)
        assert [reach > timedelta(days=1) for reach, _ in asked(here)] == [True] * 3
        lane.configure(ReceiveConfig(poll_interval_s=100))
        await here.clock.advance(200)
        assert len(asked(here)) == 3, "at once, and then at the new interval"


async def test_a_number_that_cannot_be_asked_waits_ever_longer_and_is_said_to_be_late(here: ServicesRig) -> None:
    here.twilio.pages[OURS] = [BAD_LIST]
    lane = poller(here, poll_interval_s=4)
    at = []
    async with here.running(lane.run):
        asked(here)
        for _ in range(300):
            await here.clock.advance(1)
            if asked(here):
                at.append(here.clock.monotonic().total_seconds())
                assert bool(await late(here)) == (len(at) + 1 >= LAGGING_AFTER)
    assert [after - before for before, after in itertools.pairwise([0, *at])] == [4, 8, 16, 32, *[MAX_WAIT_S] * 4]


async def test_a_late_number_says_how_often_and_why_until_it_answers(here: ServicesRig) -> None:
    here.twilio.pages[OURS] = [BAD_LIST]
    lane = poller(here, poll_interval_s=4)
    async with here.running(lane.run):
        await here.clock.advance(4 + 8)
        detail = f"polls for texts to {OURS} failed 3 times in a row: the list cannot be followed; texts come late"
        assert here.faults("twilio")[FaultCause.POLL_LAGGING] == (
            detail,
            None,
            "polls that are answered again, in time",
        )
        assert here.counted("polls", result="failed") == 3
        await here.clock.advance(4)
        assert await late(here) == detail, "also while it waits"
        del here.twilio.pages[OURS]
        await here.clock.advance(16)
        assert await late(here) == ""
        here.twilio.pages[OURS] = [BAD_LIST]
        await here.clock.advance(12)
        assert await late(here) == "", "failures are counted anew"


async def test_a_round_that_takes_long_is_said_to_be_late(here: ServicesRig) -> None:
    lane = poller(here, poll_interval_s=10)
    took_s = LAGGING_ROUNDS * 10
    here.twilio.before_page = lambda: here.clock.advance(took_s)
    assert await lane.poll()
    assert await late(here) == ""
    took_s += 1
    await lane.poll()
    assert await late(here) == "polling one number took 31 s, longer than 30 s; texts come late"
    here.twilio.before_page = turn
    await lane.poll()
    assert await late(here) == ""


async def test_several_numbers_are_counted(here: ServicesRig) -> None:
    here = ServicesRig(*phones_on(OURS, OTHER))
    await here.online()
    here.twilio.before_page = lambda: here.clock.advance(31)
    lane = poller(here, poll_interval_s=10)
    await lane.poll()
    assert (await late(here)).startswith("polling 2 numbers took ")


async def test_both_lanes_say_as_one_fault_what_is_late(here: ServicesRig) -> None:
    lateness = SlowPolls(here.assets)
    await lateness.report("own", "own is slow")
    await lateness.report("others", "others are slow")
    assert await late(here) == "own is slow; others are slow; texts come late"
    commits = len(here.memory.commits)
    await lateness.report("own", "own is slow")
    assert len(here.memory.commits) == commits, "what is known is not said again"
    await here.assets.apply("twilio", FaultRaised(FaultCause.WEBHOOK_INVALID, CauseKind.CONDITION, "no"))
    await lateness.report("own", "")
    assert await late(here) == "others are slow; texts come late"
    await lateness.report("others", "")
    assert set(here.faults("twilio")) == {FaultCause.WEBHOOK_INVALID}


async def test_that_nothing_reaches_twilio_is_no_second_fault_and_failures_then_count_for_nothing() -> None:
    here = ServicesRig()
    here.twilio.pages[OURS] = [AWAY]
    lane = poller(here, poll_interval_s=4)
    for _ in range(6):
        await here.clock.advance(60)
        assert not await lane.poll()
    assert (here.faults("twilio"), here.assets.system_down) == ({}, True)
    await here.online()
    del here.twilio.pages[OURS]
    here.twilio.asked.clear()
    assert await lane.poll()
    assert len(asked(here)) == 1
    assert await late(here) == ""


async def test_a_poll_that_took_long_while_twilio_was_away_is_no_fault_once_it_is_back() -> None:
    here = ServicesRig()
    lane = poller(here, poll_interval_s=4)

    async def back() -> None:
        await here.clock.advance(60)
        await here.online()

    here.twilio.before_page = back
    await lane.poll()
    assert here.faults("twilio") == {}


async def test_too_many_requests_are_passed_on_and_count_as_no_loss(here: ServicesRig) -> None:
    here.twilio.pages[OURS] = [LIMITED]
    assert not await poller(here).poll()
    assert set(here.faults("twilio")) == {FaultCause.RATE_LIMITED}
    assert not here.assets.system_down


async def test_a_lost_line_is_passed_on_once_a_round_by_the_phones_lane_alone(here: ServicesRig) -> None:
    refused = GatewayError("refused", reason=CommReason.AUTH_FAILED)
    numbers = tuple(RemoteNumber(number, sms_capable=True) for number in (OURS, OTHER))
    here.twilio.answer = RemoteAccount("AC1", "active", "Full", numbers)
    await here.online()
    here.twilio.pages = {OTHER: [refused], OURS: [refused]}
    await poller(here, own=False).poll()
    assert not here.assets.system_down
    await poller(here).poll()
    assert here.assets.system_down


async def test_a_line_that_answers_for_one_number_is_not_lost(here: ServicesRig) -> None:
    refused = GatewayError("refused", reason=CommReason.AUTH_FAILED)
    here = ServicesRig(*phones_on(OURS, OTHER))
    await here.online()
    here.twilio.pages = {OURS: [refused]}
    await poller(here).poll()
    assert not here.assets.system_down


async def test_an_answered_poll_has_twilio_probed_where_communication_was_lost() -> None:
    here = ServicesRig()
    async with here.running(here.monitor.run):
        pass
    here.twilio.asked.clear()
    away = ServicesRig()
    away.twilio.answer = AWAY
    async with away.running(away.monitor.run):
        away.twilio.answer = here.twilio.answer
        await poller(away).poll()
        await away.clock.wait_idle()
        assert not away.assets.system_down


async def test_the_other_lane_asks_for_what_the_account_owns_besides_and_can_text(here: ServicesRig) -> None:
    lane = poller(here, own=False, known=False)
    here.monitor.account = None
    assert await lane.poll()
    assert here.twilio.asked == []
    numbers = tuple(RemoteNumber(number, sms_capable=number != MUTE) for number in (OURS, OTHER, MUTE, OTHER))
    here.twilio.answer = RemoteAccount("AC1", "active", "Full", numbers)
    await here.online()
    await lane.poll()
    assert [each["number"] for each in here.twilio.asked if "number" in each] == [OTHER]
    assert set(here.memory.marks) == {FLOOR, "poll.cursor.others"}


async def test_where_nothing_answers_the_rest_of_a_round_waits(here: ServicesRig) -> None:
    numbers = [f"+1201555020{number}" for number in range(FAILING_ROUND + 3)]
    here = ServicesRig(*phones_on(*numbers))
    await here.online()
    here.twilio.asked.clear()
    here.twilio.pages = {number: [AWAY] for number in numbers}
    assert not await poller(here).poll()
    assert len(here.twilio.asked) == FAILING_ROUND


async def test_a_database_that_takes_nothing_has_everything_asked_again(here: ServicesRig) -> None:
    lane = poller(here)
    here.twilio.pages[OURS] = [page(text(here, "SM1"))]
    here.memory.fail()
    assert not await lane.poll()
    assert (here.counted("polls", result="failed"), here.counted("polls", result="answered")) == (0, 0)
    here.memory.work()
    asked(here)
    assert await lane.poll()
    assert asked(here) == [(timedelta(days=3), "")]
    assert list(here.memory.rows) == ["SM1"]


async def test_texts_that_the_database_does_not_take_are_asked_for_again(here: ServicesRig) -> None:
    lane = poller(here)
    here.twilio.pages[OURS] = [page(text(here, "SM1"))]
    here.memory.failing = lambda writes: (
        None if getattr(writes[0], "name", "") == FLOOR else StoreUnavailableError("the disk is full")
    )
    assert not await lane.poll()
    assert here.memory.marks == {}


async def test_until_twilios_clock_is_known_nothing_counts_as_asked(here: ServicesRig) -> None:
    here.twilio.clock_known = False
    lane = poller(here, overlap_s=100)
    for _ in range(2):
        await here.clock.advance(10)
        await lane.poll()
    assert [reach for reach, _ in asked(here)][1] >= timedelta(days=2)


async def test_what_cannot_be_read_is_set_aside(here: ServicesRig) -> None:
    here.twilio.pages[OURS] = [InboundPage((), (UnreadableMessage("SM1", GUARD, OURS, "it has no date"),))]
    await poller(here).poll()
    assert [each.message_sid for each in here.memory.executions.values()] == ["SM1"]


async def test_a_text_that_cannot_be_stored_is_late_and_asked_for_again(here: ServicesRig) -> None:
    here.twilio.pages[OURS] = [page(text(here, "SM2")), page(text(here, "SM1"))]
    here.memory.refuse("SM1", "odd")
    lane = poller(here, overlap_s=1)
    assert await lane.poll()
    assert await late(here) == f"message SM1 to {OURS} cannot be stored: odd; texts come late"
    assert list(here.memory.rows) == ["SM2"]
    asked(here)
    await here.clock.advance(10)
    await lane.poll()
    assert asked(here) == [(timedelta(days=2) + seconds(11), "")], "the number's cursor has not moved"
