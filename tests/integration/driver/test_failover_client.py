"""The failover client over real WebSockets: it follows the active one of two drivers and reports its state."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import pytest
from aiohttp import web

from driver.api.frames import EventFrame, Frame, HelloFrame, SnapshotFrame
from driver.api.models import InfoModel
from driver.app import RunningDriver
from driver.client.events import ConnectionState, Lost, StatusChanged
from driver.client.failover import FailoverClient
from driver.client.settings import FailoverSettings, Server, in_order
from driver.errors import NotReachableError, RefusedError
from fake_twilio import ManualClock
from fake_twilio.clock import turn
from harness.loopback import free_port, serving
from support.driver_pair import Pair, open_pair
from support.driver_site import settings, site

F = TypeVar("F", bound=Frame)
NOWHERE = "http://127.0.0.1:9"
QUICK = FailoverSettings(connection_retries=1, connection_retry_delay_ms=1000, primary_retry_interval_s=30)


class Follower:
    """Runs a client and stores its frames."""

    def __init__(self, client: FailoverClient) -> None:
        self._client = client
        self._more = asyncio.Event()
        self.frames: list[Any] = []

    async def run(self) -> None:
        async with aclosing(self._client.follow()) as received:
            async for each in received:
                self.frames.append(each)
                self._more.set()

    async def until(self, fits: Any) -> Any:
        """Return the first matching frame, waiting for it if necessary."""
        async with asyncio.timeout(20):
            while True:
                for each in self.frames:
                    if fits(each):
                        return each
                self._more.clear()
                await self._more.wait()

    async def state(self, state: ConnectionState) -> StatusChanged:
        found = await self.until(lambda each: isinstance(each, StatusChanged) and each.state is state)
        assert isinstance(found, StatusChanged)
        return found

    async def frame(self, kind: type[F], name: str = "") -> F:
        def fits(each: Any) -> bool:
            return isinstance(each, kind) and (not isinstance(each, EventFrame) or name in ("", each.event.name))

        found = await self.until(fits)
        assert isinstance(found, kind)
        return found

    def states(self) -> list[tuple[str, str]]:
        return [(each.server_address, each.state.value) for each in self.frames if isinstance(each, StatusChanged)]


@asynccontextmanager
async def following(
    http: aiohttp.ClientSession, servers: list[str], clock: ManualClock, how: FailoverSettings = QUICK
) -> AsyncIterator[Follower]:
    follower = Follower(FailoverClient(http, in_order(servers), how, clock=clock))
    task = asyncio.ensure_future(follower.run())
    try:
        yield follower
    finally:
        task.cancel()
        await asyncio.wait({task})


@pytest.fixture
async def pair(tmp_path: Path) -> AsyncIterator[Pair]:
    async with open_pair(tmp_path, f"sqlite:///{tmp_path}/driver.db") as pair:
        yield pair


async def asleep(clock: ManualClock) -> None:
    """Return once something is waiting for the clock."""
    while clock.next_due() is None:
        await turn()


async def tried_on(clock: ManualClock, follower: Follower, state: ConnectionState) -> StatusChanged:
    """Let the client retry as often as it takes to reach this state."""
    wanted = asyncio.ensure_future(follower.state(state))
    while not wanted.done():
        if clock.next_due() is not None:
            await clock.advance(1)
        await turn()
    return await wanted


def address(running: RunningDriver) -> str:
    return running.dataserver_url.removeprefix("http://")


async def test_it_passes_over_servers_that_are_gone_or_wait(pair: Pair) -> None:
    clock = ManualClock()
    async with pair.driver() as first, pair.driver() as second:
        servers = [NOWHERE, second.dataserver_url, first.dataserver_url]
        async with following(pair.here.http, servers, clock) as follower:
            await follower.state(ConnectionState.INITIATED)
            await asleep(clock)
            await clock.advance(1)
            await follower.frame(SnapshotFrame)
            assert follower.states() == [
                ("127.0.0.1:9", "Initiated"),
                ("127.0.0.1:9", "Connection Failed"),
                (address(second), "Initiated"),
                (address(second), "Connection Failed"),
                (address(first), "Initiated"),
                (address(first), "Connection Succeeded"),
            ]


async def test_a_failover_brings_what_was_missed_once_and_then_everything_as_it_is(pair: Pair) -> None:
    clock = ManualClock()
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(pair.driver())
        async with pair.driver() as second:
            servers = [first.dataserver_url, second.dataserver_url]
            async with following(pair.here.http, servers, clock) as follower:
                await follower.frame(SnapshotFrame)
                await pair.command(first, {"command": "Mask"})
                await follower.frame(EventFrame, "StateChanged")
                await stack.aclose()
                lost = await follower.until(lambda each: isinstance(each, Lost))
                shown = {asset.asset_id: (asset.status, asset.reason) for asset in lost.assets}
                assert shown == dict.fromkeys(["twilio", "guard", "gate"], ("No Communication", "DRIVER_STOPPED"))
                seen = len(follower.frames)
                await pair.here.clock.advance(1)
                await pair.command(second, {"command": "Reset"})
                changed = await tried_on(clock, follower, ConnectionState.RECOVERY_TO_FAILOVER)
                await follower.until(lambda each: each in follower.frames[seen:] and isinstance(each, SnapshotFrame))
                seqs = [each.seq for each in follower.frames if isinstance(each, EventFrame)]
                assert seqs == list(range(seqs[0], seqs[0] + len(seqs)))
                status = {asset.asset_id: asset.status for asset in follower.frames[-1].assets}
                assert status["guard"] == "Normal"
                names = [name for _, name in follower.states()]
                assert names[:4] == ["Initiated", "Connection Succeeded", "Disconnected", "Recovery Started"]
                assert changed.properties()["Name"] == "Failover Status Changed"
                assert changed.properties()["Server Address"] == address(second)


async def test_it_goes_back_to_the_primary_when_that_is_available(tmp_path: Path) -> None:
    clock, port = ManualClock(), free_port()
    async with site(tmp_path, start=False) as here:
        primary = Pair(here, settings(here.fake, tmp_path, dataserver={"port": port}))
        other = Pair(here, settings(here.fake, tmp_path, store={"url": f"sqlite:///{tmp_path}/other.db"}))
        async with other.driver() as second:
            servers = [f"http://127.0.0.1:{port}", second.dataserver_url]
            async with following(here.http, servers, clock) as follower:
                await asleep(clock)
                await clock.advance(1)
                await follower.frame(SnapshotFrame)
                assert follower.states()[-1] == (address(second), "Connection Succeeded")
                await asleep(clock)
                await clock.advance(30)
                await asleep(clock)
                assert follower.states()[-1] == (address(second), "Connection Succeeded"), "it is not there yet"
                async with primary.driver():
                    await clock.advance(30)
                    await follower.state(ConnectionState.RECOVERY_TO_PRIMARY)
                    assert [name for _, name in follower.states()[-4:]] == [
                        "Disconnected",
                        "Recovery Started",
                        "Initiated",
                        "Recovery to Primary",
                    ]
                    assert follower.states()[-1] == (f"127.0.0.1:{port}", "Recovery to Primary")
                    count = sum(isinstance(each, SnapshotFrame) for each in follower.frames)
                    assert count >= 1, "another driver's events are others: it starts over"


async def test_a_server_that_falls_silent_is_lost() -> None:
    clock = ManualClock()
    silence = asyncio.Event()
    each = InfoModel(
        driver="d",
        version="1",
        instance_id="i",
        role="active",
        term=1,
        active_server_address=None,
        system_id="s",
        authentication="none",
    )
    hello = HelloFrame(
        instance_id="i", version="1", project_hash="", project_matches=None, history_id="", seq=0, heartbeat_s=15
    )

    async def answer(request: web.BaseRequest) -> web.StreamResponse:
        if request.path == "/api/events":
            return await events(request)
        if silence.is_set():
            raise web.HTTPServiceUnavailable(text='{"code": "standby", "detail": "asleep"}')
        return web.json_response(text=each.model_dump_json())

    async def events(request: web.BaseRequest) -> web.StreamResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        await socket.send_str(hello.model_dump_json())
        silence.set()
        async for _message in socket:
            pass
        return socket

    how = FailoverSettings(connection_retries=0, heartbeat_interval_s=0.1)
    async with (
        serving(answer) as url,
        aiohttp.ClientSession() as http,
        following(http, [url], clock, how) as follower,
    ):
        await follower.frame(HelloFrame)
        assert (await follower.state(ConnectionState.DISCONNECTED)).reason == "the connection was lost"
        await follower.state(ConnectionState.CONNECTION_FAILED)


async def test_the_active_driver_is_found_among_several_or_the_reasons_are_told(pair: Pair) -> None:
    clock = ManualClock()
    http = pair.here.http
    async with pair.driver() as first, pair.driver() as second:
        client = FailoverClient(http, in_order([second.dataserver_url, first.dataserver_url]), QUICK, clock=clock)
        driver = await client.active()
        assert (await driver.info()).active_server_address == first.dataserver_url
        alone = FailoverClient(
            http, [Server(second.dataserver_url)], FailoverSettings(connection_retries=0), clock=clock
        )
        with pytest.raises(NotReachableError, match="is on standby"):
            await alone.active()


async def test_a_caller_who_is_not_admitted_is_told_so(tmp_path: Path) -> None:
    token = {"name": "x", "token_hash": "sha256$" + "0" * 64, "role": "viewer"}
    async with site(tmp_path, dataserver={"tokens": [token]}) as here:
        client = FailoverClient(here.http, in_order([here.driver.dataserver_url]), QUICK, clock=ManualClock())
        with pytest.raises(RefusedError, match="missing credentials"):
            await client.active()


def test_a_client_needs_a_server() -> None:
    with pytest.raises(ValueError, match="at least one server"):
        FailoverClient(None, [], QUICK, clock=ManualClock())  # type: ignore[arg-type]
