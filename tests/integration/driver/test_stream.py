"""Listeners of the event stream: they resume, fall behind, receive nothing for a while, and leave."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from driver.domain.events import Event
from driver.services.event_bus import EventBus
from support.driver_site import settings, site

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def publish_long(bus: EventBus, count: int) -> None:
    """Publish events of 100 kB each; a hundred of them exceed what any connection buffers."""
    long = {"Text": "x" * 100_000}
    for seq in range(bus.last_seq + 1, bus.last_seq + 1 + count):
        bus.publish([Event(f"e{seq}", "gate", "i", "Phone", "n", long, {}, NOW, NOW, seq)])


async def test_a_listener_that_falls_behind_starts_over(tmp_path: Path) -> None:
    async with site(tmp_path) as here, here.http.ws_connect(f"{here.driver.dataserver_url}/api/events") as socket:
        hello = json.loads((await socket.receive(5)).data)
        snapshot = json.loads((await socket.receive(5)).data)
        assert (hello["type"], snapshot["type"], snapshot["seq"]) == ("hello", "snapshot", hello["seq"])
        bus = here.driver.services.bus
        [subscription] = bus._subscriptions
        subscription.size = 1
        publish_long(bus, 100)
        while (frame := json.loads((await socket.receive(5)).data))["type"] == "event":
            pass
        assert frame["type"] == "resync"
        snapshot = json.loads((await socket.receive(5)).data)
        assert (snapshot["type"], snapshot["seq"]) == ("snapshot", bus.last_seq)


async def test_a_listener_resumes_where_it_stopped_or_is_told_that_it_cannot(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.command("gate", "Mask")
        url = f"{here.driver.dataserver_url}/api/events"
        async with here.http.ws_connect(f"{url}?since=2") as socket:
            frames = [json.loads((await socket.receive(5)).data) for _ in range(3)]
            assert [(frame["type"], frame["seq"]) for frame in frames] == [("hello", 4), ("event", 3), ("event", 4)]
        for since in ("999", "soon"):
            async with here.http.ws_connect(f"{url}?since={since}") as socket:
                frames = [json.loads((await socket.receive(5)).data) for _ in range(3)]
                assert [frame["type"] for frame in frames] == ["hello", "resync", "snapshot"]


async def test_unknown_parameters_of_the_stream_are_refused(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        answer = await here.get("/api/events?sinse=2", status=400)
        assert answer["detail"] == "sinse: unknown parameter; known here: since, history, projectHash"


async def test_a_snapshot_shows_what_has_changed_since_the_last_one(tmp_path: Path) -> None:
    async with site(tmp_path) as here:

        async def snapshot() -> dict[str, Any]:
            async with here.http.ws_connect(f"{here.driver.dataserver_url}/api/events") as socket:
                _, answer = [json.loads((await socket.receive(5)).data) for _ in range(2)]
                return {asset["assetId"]: asset for asset in answer["assets"]}

        before = await snapshot()
        assert list(before) == ["twilio", "guard", "gate"]
        await here.command("gate", "Mask")
        here.fault({"type": "http_error", "status": 400, "code": 21612}, times=2)
        await here.send("x")
        await here.clock.advance(5)
        then = await snapshot()
        assert [then[asset]["status"] for asset in ("guard", "gate")] == ["Fault", "Masked"]
        assert then["gate"] == await here.asset("gate")
        await here.clock.advance(7)
        [later] = (await snapshot())["guard"]["alarms"]
        [alarm] = then["guard"]["alarms"]
        assert later["age"] - alarm["age"] == 7


async def test_heartbeats_come_while_nothing_happens_and_goodbye_at_the_end(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        async with here.running(settings(here.fake, tmp_path)):
            socket = await here.http.ws_connect(f"{here.driver.dataserver_url}/api/events")
            for _ in range(2):
                await socket.receive(5)
            await here.clock.advance(15)
            assert json.loads((await socket.receive(5)).data)["type"] == "heartbeat"
        assert json.loads((await socket.receive(5)).data) == {"type": "goodbye", "reason": "shutdown"}
        await socket.close()


async def test_a_heartbeat_is_due_fifteen_seconds_after_the_last_event(tmp_path: Path) -> None:
    async with site(tmp_path) as here, here.http.ws_connect(f"{here.driver.dataserver_url}/api/events") as socket:
        for _ in range(2):
            await socket.receive(5)
        for command in ("Mask", "Reset"):
            await here.clock.advance(10)
            await here.command("gate", command)
        await here.clock.advance(15)
        frames = [json.loads((await socket.receive(5)).data) for _ in range(3)]
        assert [frame["type"] for frame in frames] == ["event", "event", "heartbeat"]


async def test_a_listener_that_takes_nothing_for_a_while_misses_nothing(tmp_path: Path) -> None:
    async with site(tmp_path) as here, here.http.ws_connect(f"{here.driver.dataserver_url}/api/events") as socket:
        for _ in range(2):
            await socket.receive(5)
        bus = here.driver.services.bus
        first = bus.last_seq + 1
        publish_long(bus, 100)
        assert bus.waiting
        frames = [json.loads((await socket.receive(5)).data) for _ in range(100)]
        assert [frame["seq"] for frame in frames] == list(range(first, first + 100))
        await here.driver.wait_idle()
        assert not bus.waiting


async def test_a_bus_forgets_who_left() -> None:
    from driver.runtime.idle import IdleTracker
    from fake_twilio import ManualClock

    bus = EventBus(IdleTracker(ManualClock()), 0, queue_size=1)
    subscription = bus.subscribe()
    bus.unsubscribe(subscription)
    bus.unsubscribe(subscription)
    bus.publish([Event("e", "a", "i", "Phone", "n", {}, {}, NOW, NOW, 1)])
    assert not subscription.waiting
    assert not asyncio.all_tasks() - {asyncio.current_task()}
