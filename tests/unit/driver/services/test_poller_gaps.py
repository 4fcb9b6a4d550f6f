"""What a poll could not finish in time is a gap, which later polls follow to its end."""

from datetime import timedelta

import pytest

from driver.domain.facts import CommReason
from driver.ports.gateway import GatewayError, InboundPage, RemoteMessage
from driver.services.poller import Poller
from fake_twilio.clock import turn
from support.driver_memory import GUARD, OURS
from support.driver_services import ServicesRig

AWAY = GatewayError("no route", reason=CommReason.UNREACHABLE)
GONE = GatewayError("no such list", reason=None, http_status=404)
LIMITED = GatewayError("slow down", reason=None, http_status=429)
INTERVAL_S = 10


class Rig:
    """A poller that last polled an hour ago, and pages that take as long as an interval."""

    def __init__(self) -> None:
        self.here = ServicesRig()
        self.here.twilio.before_page = lambda: self.here.clock.advance(INTERVAL_S)

    async def begin(self) -> Poller:
        """Poll once, so that a page is read and the gap ``p2`` is left."""
        await self.here.online()
        await self.here.clock.advance(3600)
        floor = self.here.clock.now() - timedelta(days=2)
        polling = self.here.poller(floor, poll_interval_s=INTERVAL_S, overlap_s=100)
        self.pages[OURS] = [self.page("SM9", left="p2"), self.page("never")]
        assert await polling.poll()
        assert self.rows == ["SM9"]
        self.here.twilio.asked.clear()
        self.here.twilio.before_page = turn
        del self.pages[OURS]
        return polling

    @property
    def pages(self) -> dict[str, list[InboundPage | Exception]]:
        return self.here.twilio.pages

    @property
    def rows(self) -> list[str]:
        return list(self.here.memory.rows)

    def page(self, sid: str, left: str = "") -> InboundPage:
        at = self.here.clock.now()
        return InboundPage((RemoteMessage(sid, "inbound", GUARD, OURS, "Fire", "received", at, at),), next=left)

    def asked(self) -> list[str]:
        """Return where each request continued."""
        found = [each["resume"] for each in self.here.twilio.asked if "resume" in each]
        self.here.twilio.asked.clear()
        return found

    def reaches(self) -> list[timedelta]:
        """Return how far back each request reached."""
        now = self.here.twilio.twilio_now()
        return [now - each["since"] for each in self.here.twilio.asked if "since" in each]

    def cursor(self) -> str:
        return self.here.memory.marks["poll.cursor.own"]


async def test_gaps_are_followed_and_what_is_new_meanwhile_is_asked_for_shortly() -> None:
    rig = Rig()
    polling = await rig.begin()
    before = rig.cursor()
    rig.here.twilio.before_page = lambda: rig.here.clock.advance(INTERVAL_S)
    rig.pages[OURS] = [rig.page("SM10", left="p3"), rig.page("never")]
    rig.pages["p2"] = [rig.page("SM8", left="p4"), rig.page("never")]
    await polling.poll()
    assert rig.reaches()[0] == timedelta(seconds=3 * INTERVAL_S), "since the last question, and no overlap"
    assert rig.reaches()[1] > timedelta(days=2)
    assert rig.asked() == ["", "p2"]
    assert rig.cursor() == before, "a restart asks again for all of it"
    rig.pages[OURS] = [rig.page("SM11")]
    rig.pages["p3"] = [rig.page("SM7")]
    await polling.poll()
    assert rig.asked() == ["", "p3"], "one is followed in any case, the others only in time"
    rig.here.twilio.before_page = turn
    rig.pages["p4"] = [rig.page("SM6")]
    await polling.poll()
    assert rig.asked() == ["", "p4"]
    assert rig.rows == ["SM9", "SM10", "SM8", "SM11", "SM7", "SM6"]
    assert rig.cursor() != before
    await polling.poll()
    assert rig.asked() == [""]


async def test_several_gaps_are_followed_while_there_is_time() -> None:
    rig = Rig()
    polling = await rig.begin()
    rig.here.twilio.before_page = lambda: rig.here.clock.advance(INTERVAL_S)
    rig.pages[OURS] = [rig.page("SM10", left="p3")]
    rig.pages["p2"] = [rig.page("SM8", left="p4")]
    await polling.poll()
    rig.here.twilio.before_page = turn
    rig.pages[OURS] = [rig.page("SM11")]
    rig.asked()
    await polling.poll()
    assert rig.asked() == ["", "p3", "p4"]


@pytest.mark.parametrize("problem", [AWAY, LIMITED])
async def test_a_gap_that_is_not_answered_is_followed_later(problem: Exception) -> None:
    rig = Rig()
    polling = await rig.begin()
    rig.pages["p2"] = [problem]
    assert not await polling.poll()
    assert rig.asked() == ["", "p2"]
    await rig.here.clock.advance(60)
    rig.pages["p2"] = [rig.page("SM8", left="p3"), problem]
    assert not await polling.poll()
    assert rig.asked() == ["", "p2"]
    assert rig.rows == ["SM9", "SM8"]
    await rig.here.clock.advance(60)
    assert await polling.poll()
    assert rig.asked() == ["", "p3"]


@pytest.mark.parametrize("before", [False, True])
async def test_a_gap_that_leads_nowhere_is_asked_for_from_the_cursor_on(before: bool) -> None:
    """Twilio no longer has such a list, or it goes in a circle."""
    rig = Rig()
    polling = await rig.begin()
    rig.pages["p2"] = [*([rig.page("SM8")] if before else []), GONE]
    assert not await polling.poll()
    await rig.here.clock.advance(60)
    rig.asked()
    assert await polling.poll()
    assert rig.reaches()[0] > timedelta(days=2)
    assert rig.asked() == [""]


async def test_no_gap_is_followed_while_not_even_what_is_new_is_answered() -> None:
    rig = Rig()
    polling = await rig.begin()
    rig.pages[OURS] = [AWAY]
    assert not await polling.poll()
    assert rig.asked() == [""]


async def test_a_question_that_breaks_off_leaves_a_gap_where_it_can_go_on() -> None:
    rig = Rig()
    polling = await rig.begin()
    rig.pages["p2"] = [rig.page("SM8")]
    rig.pages[OURS] = [rig.page("SM10", left="p3"), AWAY]
    assert not await polling.poll()
    assert rig.rows == ["SM9", "SM10", "SM8"]
    await rig.here.clock.advance(60)
    rig.asked()
    del rig.pages[OURS]
    await polling.poll()
    assert rig.asked() == ["", "p3"]


async def test_a_gap_with_a_text_that_cannot_be_stored_stays_and_is_late() -> None:
    rig = Rig()
    polling = await rig.begin()
    rig.here.memory.refuse("SM8", "odd")
    rig.pages["p2"] = [rig.page("SM8")]
    for _ in range(2):
        await polling.poll()
        assert rig.asked() == ["", "p2"]
        (late,) = rig.here.asset("twilio").facts.faults
        assert late.detail == f"message SM8 to {OURS} cannot be stored: odd; messages arrive late"
