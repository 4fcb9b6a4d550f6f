"""A task of the driver that ends is restarted, or ``/healthz`` reports it; no message is sent twice or gets stuck."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from driver.domain.outbound_message import OutboundMessage
from driver.errors import StoreUnavailableError
from driver.ports.store import Committed, SetMark
from driver.runtime.idle import IdleTracker
from driver.runtime.supervisor import Supervisor
from driver.services.outbox import BROKEN_PAUSE_S
from fake_twilio import ManualClock
from harness.driver.open_store import open_store
from support.driver_site import GATE, site


class SpeechlessError(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no words")


@pytest.mark.parametrize("error", [RuntimeError("a bug"), asyncio.CancelledError(), SpeechlessError()])
async def test_a_task_that_breaks_is_started_again_ever_more_slowly(error: BaseException) -> None:
    clock = ManualClock()
    activity = IdleTracker(clock)
    clock.add_idle_waiter(activity.wait_idle)
    supervisor, begun = Supervisor(clock, activity), list[float]()

    async def run() -> None:
        begun.append(clock.monotonic().total_seconds())
        if len(begun) == 5:
            await activity.rest(asyncio.Event(), None)
        raise error

    supervisor.start("it", run)
    await clock.advance(60)
    assert begun == [0, 1, 3, 8, 23]
    assert (supervisor.health["it"].running, supervisor.health["it"].failures) == (True, 4)
    assert type(error).__name__ in supervisor.health["it"].last_error
    await supervisor.close()
    assert not supervisor.health["it"].running


async def test_a_task_that_held_out_for_long_is_started_again_soon() -> None:
    clock = ManualClock()
    activity = IdleTracker(clock)
    clock.add_idle_waiter(activity.wait_idle)
    supervisor, begun = Supervisor(clock, activity), list[float]()

    async def run() -> None:
        begun.append(clock.monotonic().total_seconds())
        if len(begun) == 3:
            await activity.rest(asyncio.Event(), clock.monotonic() + timedelta(hours=1))
        raise RuntimeError("a bug")

    supervisor.start("it", run)
    await clock.advance(3610)
    assert begun[:5] == [0, 1, 3, 3604, 3606]
    await supervisor.close()


async def test_a_task_that_simply_ends_is_seen(tmp_path: Path) -> None:
    async with site(tmp_path) as here:

        async def run() -> None:
            """Return at once."""

        here.driver.services.supervisor.start("it", run)
        await here.clock.wait_idle()
        assert (await here.get("/healthz", 503))["tasks"] == {"it": ""}


@pytest.mark.parametrize("sent", [False, True])
async def test_an_attempt_that_is_cut_short_is_looked_up_and_not_doubled(tmp_path: Path, sent: bool) -> None:
    async with site(tmp_path) as here:
        gateway = here.driver.services.outbox.attempts._gateway
        original, left = gateway.send, [asyncio.CancelledError()]

        async def send(*given: Any, **more: Any) -> Any:
            outcome = await original(*given, **more) if sent or not left else None
            if left:
                raise left.pop()
            return outcome

        gateway.send = send  # type: ignore[method-assign]
        execution = await here.send("x")
        await here.send("y")
        await here.clock.advance(BROKEN_PAUSE_S + 30)
        assert (await here.client.health()).status == "ok"
        assert (await here.execution(execution))["state"] == "succeeded"
        assert here.received() == ["x", "y"]


async def test_lanes_go_on_when_the_task_that_starts_attempts_breaks(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        outbox = here.driver.services.outbox
        here.fault({"type": "hang_after"})
        execution = await here.send("Fire")
        free_at, left = outbox._free_at, [RuntimeError("a bug")]

        def broken(message: OutboundMessage, now: timedelta) -> timedelta:
            if left:
                raise left.pop()
            return free_at(message, now)

        outbox._free_at = broken  # type: ignore[method-assign]
        await here.send("Fire too", "gate")
        await here.clock.advance(60)
        assert (await here.execution(execution))["state"] == "succeeded"
        assert (here.received(), here.received(GATE)) == (["Fire"], ["Fire too"])
        assert outbox.size == 0


async def test_a_writer_whose_wait_is_cancelled_refuses_that_and_goes_on(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path}/driver.db") as store:
        original, left = store.database.do, [asyncio.CancelledError()]

        async def do(*given: Any, **more: Any) -> Any:
            if left:
                raise left.pop()
            return await original(*given, **more)

        store.database.do = do  # type: ignore[method-assign]
        with pytest.raises(StoreUnavailableError):
            await store.commit([SetMark("a", "1")])
        await store.commit([SetMark("b", "1")])


async def test_a_writer_whose_wait_is_cancelled_beside_a_guilty_request_goes_on(tmp_path: Path) -> None:
    async with open_store(f"sqlite:///{tmp_path}/driver.db") as store:
        original, left = store.database.do, [asyncio.CancelledError(), RuntimeError("a bug")]

        async def do(*given: Any, **more: Any) -> Any:
            if left:
                raise left.pop()
            return await original(*given, **more)

        store.database.do = do  # type: ignore[method-assign]
        async with asyncio.timeout(10):
            commits = (store.commit([SetMark(name, "1")]) for name in "ab")
            answers = await asyncio.gather(*commits, return_exceptions=True)
            assert isinstance(answers[0], StoreUnavailableError)
            assert isinstance(answers[1], Committed)
            await store.commit([SetMark("c", "1")])


async def test_a_driver_whose_writer_ends_starts_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with site(tmp_path) as here:
        first = here.driver.services.store._writer

        async def broken() -> None:
            raise MemoryError

        monkeypatch.setattr(first, "_next", broken)
        await here.client.command("guard", "Mask")
        while here.driver.on_standby or here.driver.services.store._writer is first:
            await here.clock.wait_idle()
            await here.clock.advance(1)
        await here.send("Fire")
        assert here.received() == ["Fire"]


async def test_a_driver_whose_turn_is_cut_short_takes_another_one(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        failover = here.driver._failover
        original, left = failover._turn, [asyncio.CancelledError()]

        async def turn() -> None:
            if left:
                raise left.pop()
            await original()

        failover._turn = turn  # type: ignore[method-assign]
        here.driver.services.store.leadership.end()
        for _ in range(5):
            await here.clock.advance(1)
        await here.send("Fire")
        assert here.received() == ["Fire"]
