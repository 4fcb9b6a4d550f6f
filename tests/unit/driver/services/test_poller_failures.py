"""The effects of failed polls: messages are late, or communication is lost."""

import itertools
from collections.abc import AsyncIterator

import pytest
import structlog.testing

from driver.domain.asset_changes import FaultRaised
from driver.domain.facts import CauseKind, CommReason, FaultCause
from driver.ports.gateway import GatewayError, RemoteAccount, RemoteNumber
from driver.services.poller import FAILING_ROUND, LAGGING_AFTER, LAGGING_ROUNDS, MAX_WAIT_S, SlowPolls
from fake_twilio.clock import turn
from support.driver_memory import OURS
from support.driver_poller import (
    AWAY,
    BAD_LIST,
    LIMITED,
    OTHER,
    asked,
    late,
    phones_on,
    poller,
)
from support.driver_services import ServicesRig


@pytest.fixture
async def here() -> AsyncIterator[ServicesRig]:
    with structlog.testing.capture_logs():
        made = ServicesRig()
        await made.online()
        made.twilio.asked.clear()
        yield made


async def test_a_number_that_cannot_be_asked_waits_ever_longer_and_is_said_to_be_late(here: ServicesRig) -> None:
    here.twilio.pages[OURS] = [BAD_LIST]
    polling = poller(here, poll_interval_s=4)
    at = []
    async with here.running(polling.run):
        asked(here)
        for _ in range(300):
            await here.clock.advance(1)
            if asked(here):
                at.append(here.clock.monotonic().total_seconds())
                assert bool(late(here)) == (len(at) + 1 >= LAGGING_AFTER)
    assert [after - before for before, after in itertools.pairwise([0, *at])] == [4, 8, 16, 32, *[MAX_WAIT_S] * 4]


async def test_a_late_number_says_how_often_and_why_until_it_answers(here: ServicesRig) -> None:
    here.twilio.pages[OURS] = [BAD_LIST]
    polling = poller(here, poll_interval_s=4)
    async with here.running(polling.run):
        await here.clock.advance(4 + 8)
        detail = (
            f"polls for messages to {OURS} failed 3 times in a row: the list cannot be followed; messages arrive late"
        )
        assert here.faults("twilio")[FaultCause.POLL_LAGGING] == (
            detail,
            None,
            "polls that are answered in time again",
        )
        assert here.counted("polls", result="failed") == 3
        await here.clock.advance(4)
        assert late(here) == detail, "also while it waits"
        del here.twilio.pages[OURS]
        await here.clock.advance(16)
        assert late(here) == ""
        here.twilio.pages[OURS] = [BAD_LIST]
        await here.clock.advance(12)
        assert late(here) == "", "failures are counted anew"


async def test_a_round_that_takes_long_is_said_to_be_late(here: ServicesRig) -> None:
    polling = poller(here, poll_interval_s=10)
    took_s = LAGGING_ROUNDS * 10
    here.twilio.before_page = lambda: here.clock.advance(took_s)
    assert await polling.poll()
    assert late(here) == ""
    took_s += 1
    await polling.poll()
    assert late(here) == "polling one number took 31 s, longer than 30 s; messages arrive late"
    here.twilio.before_page = turn
    await polling.poll()
    assert late(here) == ""


async def test_several_numbers_are_counted(here: ServicesRig) -> None:
    here = ServicesRig(*phones_on(OURS, OTHER))
    await here.online()
    here.twilio.before_page = lambda: here.clock.advance(31)
    polling = poller(here, poll_interval_s=10)
    await polling.poll()
    assert (late(here)).startswith("polling 2 numbers took ")


async def test_both_lanes_say_as_one_fault_what_is_late(here: ServicesRig) -> None:
    lateness = SlowPolls(here.assets)
    await lateness.report("own", "own is slow")
    await lateness.report("others", "others are slow")
    assert late(here) == "own is slow; others are slow; messages arrive late"
    commits = len(here.memory.commits)
    await lateness.report("own", "own is slow")
    assert len(here.memory.commits) == commits, "what is known is not said again"
    await here.assets.apply("twilio", FaultRaised(FaultCause.WEBHOOK_INVALID, CauseKind.STANDING, "no"))
    await lateness.report("own", "")
    assert late(here) == "others are slow; messages arrive late"
    await lateness.report("others", "")
    assert set(here.faults("twilio")) == {FaultCause.WEBHOOK_INVALID}


async def test_that_nothing_reaches_twilio_is_no_second_fault_and_failures_then_count_for_nothing() -> None:
    here = ServicesRig()
    here.twilio.pages[OURS] = [AWAY]
    polling = poller(here, poll_interval_s=4)
    for _ in range(6):
        await here.clock.advance(60)
        assert not await polling.poll()
    assert (here.faults("twilio"), here.assets.system_down) == ({}, True)
    await here.online()
    del here.twilio.pages[OURS]
    here.twilio.asked.clear()
    assert await polling.poll()
    assert len(asked(here)) == 1
    assert late(here) == ""


async def test_a_poll_that_took_long_while_twilio_was_away_is_no_fault_once_it_is_back() -> None:
    here = ServicesRig()
    polling = poller(here, poll_interval_s=4)

    async def back() -> None:
        await here.clock.advance(60)
        await here.online()

    here.twilio.before_page = back
    await polling.poll()
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


async def test_where_nothing_answers_the_rest_of_a_round_waits(here: ServicesRig) -> None:
    numbers = [f"+1201555020{number}" for number in range(FAILING_ROUND + 3)]
    here = ServicesRig(*phones_on(*numbers))
    await here.online()
    here.twilio.asked.clear()
    here.twilio.pages = {number: [AWAY] for number in numbers}
    assert not await poller(here).poll()
    assert len(here.twilio.asked) == FAILING_ROUND
