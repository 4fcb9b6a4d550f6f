"""Twilio's clock and ours: nothing is lost or doubled, however far apart they are and whenever one is set."""

from datetime import timedelta
from pathlib import Path

import pytest

from support.driver_site import GUARD, OURS, MisbehavingSite, misbehaving_site, settings
from support.misbehaving_tricks import drop, edited
from support.misbehaving_twilio import Exchange, Trick

SKEWS = [-24 * 3600, -3600, -65, 0, 65, 3600, 24 * 3600]


def dated(date: str) -> Trick:
    """Respond honestly, but with this Date header, or with none."""

    async def play(exchange: Exchange) -> None:
        honest = exchange.honest()
        await exchange.send(type(honest)(honest.status, honest.body, {"Date": date}))

    return play


async def conditions(here: MisbehavingSite) -> list[str]:
    return [c["cause"] for c in (await here.asset("twilio"))["facts"]["conditions"]]


@pytest.mark.parametrize("skew", SKEWS)
async def test_each_text_is_received_once_whatever_the_skew(tmp_path: Path, skew: int) -> None:
    async with misbehaving_site(tmp_path, start=False) as here:
        here.twilio.ahead = timedelta(seconds=skew)
        config = settings(here.twilio, tmp_path)
        here.twilio.text(GUARD, "before the first start")
        await here.clock.advance(5)
        async with here.running(config):
            here.twilio.text(GUARD, "one")
            await here.clock.advance(700)
            here.twilio.text(GUARD, "two")
            await here.clock.advance(10)
            assert await here.texts() == ["one", "two"]
        here.twilio.text(GUARD, "while stopped")
        await here.clock.advance(1000)
        async with here.running(config):
            assert await here.texts() == ["one", "two", "while stopped"]
            stamped = (await here.events("Message Received"))[-1]["parameters"]["Received Timestamp"]
            sent = here.clock.now() + timedelta(seconds=skew - 1000)
            assert stamped == f"{sent:%Y-%m-%dT%H:%M:%S}.000Z"


@pytest.mark.parametrize("skew", SKEWS)
@pytest.mark.parametrize("before", [0, 30])
async def test_a_text_whose_answer_was_lost_is_found_and_not_sent_again(tmp_path: Path, skew: int, before: int) -> None:
    async with misbehaving_site(tmp_path, start=False) as here:
        here.twilio.ahead = timedelta(seconds=skew)
        async with here.running(settings(here.twilio, tmp_path)):
            await here.clock.advance(before)
            here.twilio.trick("messages.create", drop(after=100), times=1)
            execution = await here.send("Fire")
            await here.clock.advance(120)
            assert (await here.execution(execution))["state"] == "succeeded"
            assert [row["body"] for row in here.twilio.messages] == ["Fire"]


STEPS = [-24 * 3600, -600, 600, 24 * 3600]


@pytest.mark.parametrize("step", STEPS)
async def test_a_clock_that_is_set_loses_and_doubles_nothing(tmp_path: Path, step: int) -> None:
    async with misbehaving_site(tmp_path, start=False) as here:
        config = settings(here.twilio, tmp_path)
        here.machine.set_by(-step)
        async with here.running(config, clock=here.machine):
            here.twilio.text(GUARD, "one")
            await here.clock.advance(60)
            here.twilio.text(GUARD, "two")
            here.machine.set_by(step)
            here.twilio.text(GUARD, "three")
            await here.clock.advance(60)
            assert await here.texts() == ["one", "two", "three"]
        here.twilio.text(GUARD, "four")
        here.machine.set_by(-step)
        await here.clock.advance(700)
        async with here.running(config, clock=here.machine):
            await here.clock.advance(700)
            assert await here.texts() == ["one", "two", "three", "four"]


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("restart", [False, True])
async def test_a_lost_answer_is_found_although_the_clock_was_set_meanwhile(
    tmp_path: Path, step: int, restart: bool
) -> None:
    async with misbehaving_site(tmp_path, start=False) as here:
        config = settings(here.twilio, tmp_path, send={"validity_s": 36_000})
        here.machine.set_by(-step)
        async with here.running(config, clock=here.machine):
            await here.clock.advance(60)
            here.twilio.trick("messages.create", drop(after=100), times=1)
            await here.send("Fire")
            if not restart:
                here.machine.set_by(step)
                await here.clock.advance(120)
        if restart:
            here.machine.set_by(step)
            async with here.running(config, clock=here.machine):
                await here.clock.advance(120)
        assert [row["body"] for row in here.twilio.messages] == ["Fire"]


ODD_DATES = ["", "soon", "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Thu, 99 Jan 2026 GMT"]


@pytest.mark.parametrize("date", ODD_DATES)
async def test_answers_without_a_usable_date_lose_nothing(tmp_path: Path, date: str) -> None:
    async with misbehaving_site(tmp_path, start=False) as here:
        here.twilio.trick("*", dated(date))
        async with here.running(settings(here.twilio, tmp_path)):
            here.twilio.text(GUARD, "one")
            await here.clock.advance(2000)
            here.twilio.text(GUARD, "two")
            await here.clock.advance(10)
            assert await here.texts() == ["one", "two"]
            assert await conditions(here) == []


async def test_one_odd_date_among_many_changes_nothing(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:
        await here.clock.advance(60)
        here.twilio.trick("messages.list", dated("Sat, 03 Jan 2026 00:00:00 GMT"), times=1)
        await here.clock.advance(600)
        here.twilio.text(GUARD, "one")
        await here.clock.advance(700)
        assert await here.texts() == ["one"]
        assert await conditions(here) == []


@pytest.mark.parametrize(("skew", "said"), [(45, "45 s ahead of"), (-45, "45 s behind"), (86_400, "24 h ahead of")])
async def test_clocks_that_differ_are_a_condition_of_the_system(tmp_path: Path, skew: int, said: str) -> None:
    async with misbehaving_site(tmp_path, start=False) as here:
        here.machine.set_by(-skew)
        async with here.running(settings(here.twilio, tmp_path), clock=here.machine):
            (condition,) = (await here.asset("twilio"))["facts"]["conditions"]
            assert condition["cause"] == "clock_skew"
            assert said in condition["detail"]
            assert "time server" in condition["hint"]
            found = {f.about: f for f in await here.driver.services.selftest.run()}
            assert found["clock"].verdict.value == "problem"
            assert said in found["clock"].words
            here.machine.set_by(skew)
            await here.clock.advance(60)
            assert await conditions(here) == []
            found = {f.about: f for f in await here.driver.services.selftest.run()}
            assert (found["clock"].verdict.value, found["clock"].words) == ("ok", "agrees with Twilio's")


async def test_clocks_that_differ_are_a_fault_where_the_site_wants_it(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path, start=False) as here:
        here.twilio.ahead = timedelta(seconds=45)
        async with here.running(settings(here.twilio, tmp_path, states={"fault_on": ["clock_skew"]})):
            assert await here.status("twilio") == "Fault"


async def test_dates_of_messages_that_cannot_be_read_lose_nothing(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:

        def change(content: dict[str, list[dict[str, object]]]) -> object:
            for row in content["messages"]:
                row |= {"date_sent": None, "date_created": "?"}
            return content

        here.twilio.text(GUARD, "one")
        here.twilio.trick("messages.list", edited(change))
        await here.clock.advance(10)
        assert await here.texts() == ["one"]


async def test_a_message_is_found_long_after_the_clock_was_set_back(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path, start=False) as here:
        config = settings(here.twilio, tmp_path)
        async with here.running(config, clock=here.machine) as driver:
            await here.clock.advance(60)
            gateway = driver.services.gateway
            since = gateway.twilio_now()
            await here.send("Fire")
            here.machine.set_by(-120)
            await here.clock.advance(300)
            with driver.services.activity.work():
                found = await gateway.find(from_number=OURS, to_number=GUARD, since=since)
            assert [message.body for message in found] == ["Fire"]
            with driver.services.activity.work():
                found = await gateway.find(from_number=OURS, to_number=GUARD, since=gateway.twilio_now())
            assert found == []


@pytest.mark.parametrize("step", [-3600, -65, -30, 65, 3600])
async def test_a_clock_that_is_set_between_two_starts_doubles_nothing(tmp_path: Path, step: int) -> None:
    """The response is lost, the driver stops, somebody corrects the clock, and the driver starts again."""
    async with misbehaving_site(tmp_path, start=False) as here:
        here.machine.set_by(-step)
        config = settings(here.twilio, tmp_path)
        async with here.running(config, clock=here.machine):
            await here.clock.advance(60)
            here.twilio.trick("messages.create", drop(after=100), times=1)
            execution = await here.send("Fire")
        here.machine.set_by(step)
        async with here.running(config, clock=here.machine):
            await here.clock.advance(120)
            assert (await here.execution(execution))["state"] == "succeeded"
            assert [row["body"] for row in here.twilio.messages] == ["Fire"]
