"""The machine's clock is set back or forward while the driver runs: nothing freezes, and nothing happens early."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from driver.api.frames import HeartbeatFrame, HelloFrame, SnapshotFrame
from driver.domain.events import iso
from fake_twilio import ManualClock
from harness.time.own_clocks import MachineClock
from support.driver_pair import Pair
from support.driver_site import GUARD, OURS, REFUSED, Site, settings, site
from support.driver_workflows import BOSS, CHAIN, alarm, rules

DAY = 86_400.0
SET = pytest.mark.parametrize("seconds", [-90.0, -DAY, 90.0, DAY])
WAS_SET = "clock_was_set"


@asynccontextmanager
async def own_clock(folder: Path, **sections: Any) -> AsyncIterator[tuple[Site, MachineClock]]:
    async with site(folder, start=False) as here:
        clock = MachineClock(here.clock)
        async with here.running(settings(here.fake, folder, **sections), clock=clock):
            yield here, clock


@SET
async def test_texts_arrive_as_fast_as_ever_and_the_log_says_once_that_the_clock_was_set(
    tmp_path: Path, seconds: float
) -> None:
    async with own_clock(tmp_path) as (here, clock):
        await here.clock.advance(30)
        clock.set_by(seconds)
        await here.fake.handset(GUARD).send(OURS, "man down")
        await here.clock.advance(10)
        assert len(await here.events("Message Received")) == 1
        await here.clock.advance(60)
        assert [record["by_s"] for record in await here.logged(WAS_SET)] == [seconds]


@SET
async def test_the_second_attempt_comes_after_five_seconds(tmp_path: Path, seconds: float) -> None:
    async with own_clock(tmp_path) as (here, clock):
        here.fault(REFUSED)
        await here.send("Fire")
        clock.set_by(seconds)
        await here.clock.advance(4.9)
        assert here.creates() == 1
        await here.clock.advance(0.1)
        assert here.received() == ["Fire"]


async def test_a_clock_that_was_set_back_while_the_driver_was_stopped_holds_no_text_up(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        clock, config = MachineClock(here.clock), settings(here.fake, tmp_path)
        here.fault(REFUSED)
        async with here.running(config, clock=clock):
            await here.send("Fire")
        clock.set_by(-DAY)
        async with here.running(config, clock=clock):
            await here.clock.advance(10)
            assert here.received() == ["Fire"]


@pytest.mark.parametrize("seconds", [-DAY, -90.0, 90.0])
async def test_a_wait_for_an_answer_lasts_as_long_as_configured(tmp_path: Path, seconds: float) -> None:
    async with own_clock(tmp_path, twilio={"timeout_s": 20}) as (here, clock):
        here.fault({"type": "hang_before"})
        execution = await here.send("Fire")
        clock.set_by(seconds)
        await here.clock.advance(19)
        assert [each["outcome"] for each in (await here.execution(execution))["attempts"]] == ["in flight"]
        await here.clock.advance(1)
        assert [each["outcome"] for each in (await here.execution(execution))["attempts"]] == ["unknown"]


@SET
async def test_a_message_is_followed_to_its_end(tmp_path: Path, seconds: float) -> None:
    async with own_clock(tmp_path) as (here, clock):
        here.fault({"type": "hold", "at": "sent"}, "delivery")
        execution = await here.send("Fire")
        await here.clock.advance(4)
        clock.set_by(seconds)
        sid = (await here.execution(execution))["messageSid"]
        async with here.http.post(f"{here.fake.base_url}/_fake/v1/held/{sid}/release", json={"status": "delivered"}):
            pass
        await here.clock.advance(10)
        assert (await here.execution(execution))["delivery"] == "delivered"


@SET
async def test_an_escalation_comes_when_it_should(tmp_path: Path, seconds: float) -> None:
    async with own_clock(tmp_path, **rules(CHAIN)) as (here, clock):
        await alarm(here)
        await here.clock.advance(60)
        clock.set_by(seconds)
        await here.clock.advance(230)
        assert here.received(BOSS) == []
        await here.clock.advance(15)
        assert here.received(BOSS) == ["Gate is still in Fault"]


@SET
async def test_the_grace_after_the_start_is_as_long_as_configured(tmp_path: Path, seconds: float) -> None:
    async with site(tmp_path, start=False) as here:
        here.fault({"type": "http_error", "status": 500}, "*", times=None)
        clock = MachineClock(here.clock)
        config = settings(here.fake, tmp_path, states={"startup_grace_s": 60})
        async with here.running(config, clock=clock):
            await here.clock.advance(30)
            clock.set_by(seconds)
            await here.clock.advance(20)
            assert await here.events("AlarmRaised") == []
            await here.clock.advance(20)
            assert await here.events("AlarmRaised") != []


@SET
async def test_a_fault_ends_by_itself_after_as_long_as_configured(tmp_path: Path, seconds: float) -> None:
    async with own_clock(tmp_path, states={"fault_hold_s": 600}) as (here, clock):
        here.fault(REFUSED, times=2)
        await here.send("Fire", "gate")
        await here.clock.advance(300)
        assert await here.status("gate") == "Fault"
        clock.set_by(seconds)
        await here.clock.advance(290)
        assert await here.status("gate") == "Fault"
        await here.clock.advance(30)
        assert (await here.asset("gate"))["trueStates"] == ["Normal"]


@pytest.mark.parametrize("seconds", [-90.0, 90.0])
async def test_a_mask_ends_at_the_moment_that_was_named(tmp_path: Path, seconds: float) -> None:
    async with own_clock(tmp_path) as (here, clock):
        await here.command("guard", "Mask", Until=iso(clock.now() + timedelta(seconds=300)))
        clock.set_by(seconds)
        await here.clock.advance(300 - seconds - 15)
        assert await here.status() == "Masked"
        await here.clock.advance(15)
        assert await here.status() == "Normal"


async def test_a_text_that_waits_is_not_too_old_because_the_clock_was_set_forward(tmp_path: Path) -> None:
    async with own_clock(tmp_path) as (here, clock):
        here.fault({"type": "http_error", "status": 503}, times=1)
        await here.send("first")
        await here.send("second")
        clock.set_by(DAY)
        await here.clock.advance(60)
        assert here.received()[-1] == "second"


@pytest.mark.parametrize("seconds", [-DAY, -90.0, 90.0, DAY])
async def test_a_driver_whose_clock_is_set_keeps_the_lead(tmp_path: Path, seconds: float) -> None:
    async with site(tmp_path, start=False) as here:
        pair = Pair(here, settings(here.fake, tmp_path, failover={"enabled": True}))
        clocks = MachineClock(here.clock), MachineClock(here.clock)
        async with pair.driver(clocks[0]) as first, pair.driver(clocks[1]) as second:
            for clock in clocks:
                await here.clock.advance(20)
                clock.set_by(seconds)
                await here.clock.advance(20)
                assert (first.on_standby, second.on_standby) == (False, True)
                await pair.command(first)
                await here.clock.wait_idle()
            assert here.received() == ["Fire", "Fire"]


async def test_a_listener_hears_the_heart_beat_after_the_clock_was_set_back(tmp_path: Path) -> None:
    async with own_clock(tmp_path) as (here, clock), here.client.events() as stream:
        assert [type(await stream.receive(5)) for _ in range(2)] == [HelloFrame, SnapshotFrame]
        await here.clock.wait_idle()
        clock.set_by(-DAY)
        await here.clock.advance(15)
        assert isinstance(await stream.receive(5), HeartbeatFrame)


async def test_the_other_clock_of_the_tests_goes_on_as_well() -> None:
    shared = ManualClock()
    clock = MachineClock(shared)
    clock.set_by(-90)
    await shared.advance(1)
    assert (clock.now() - shared.now(), clock.monotonic()) == (timedelta(seconds=-90), timedelta(seconds=1))


@SET
async def test_a_clock_that_is_set_while_a_command_is_stored_holds_its_text_up_by_nothing(
    tmp_path: Path, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with own_clock(tmp_path, send={"validity_s": 36_000}) as (here, clock):
        store = here.driver.services.store
        commit, left = store.commit, [seconds]

        async def slow(*given: Any, **more: Any) -> Any:
            done = await commit(*given, **more)
            if left:
                clock.set_by(left.pop())
            return done

        monkeypatch.setattr(store, "commit", slow)
        await here.send("Fire")
        await here.clock.advance(1)
        if seconds < DAY:  # a day later it is too old, as far as the driver can tell
            assert here.received() == ["Fire"]
