"""SIGKILL at every critical point, again and again: nothing is lost, and nothing is sent twice."""

import asyncio
import contextlib
import itertools
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from driver.api.frames import EventFrame
from driver.client import DriverClient
from driver.domain.commands import ExecutionState
from driver.errors import NotReachableError, RefusedError
from fake_twilio import FakeTwilio, Fault
from harness.driver.open_store import open_store
from support.driver_forks import FastClock, ForkServer, command
from support.driver_site import GATE, GUARD, OURS, settings

pytestmark = pytest.mark.long

SPEED = 120.0
#: More points than one run reaches; a run that is to be killed at a later point just finishes.
POINTS = 60
CHUNKS = 15
#: With this many kills in each chunk there are at least 210 in all, and 70 in every check.
FEWEST_KILLS = 14
TEXTS = [("guard", GUARD, "one"), ("gate", GATE, "two"), ("guard", GUARD, "three")]
INBOUND = ["on my way", "ten minutes"]
TICK = timedelta(seconds=1)
#: What Twilio does to the first message: refuse it once, or accept it and lose the response.
FAULTS: list[dict[str, Any]] = [{"type": "http_error", "status": 400, "code": 21612}, {"type": "reset_after"}]


@asynccontextmanager
async def fork_server() -> AsyncIterator[ForkServer]:
    roots = Path(__file__).parents[2], Path(__file__).parents[3]
    process = await asyncio.create_subprocess_exec(
        *command(*roots), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    try:
        yield ForkServer(process)
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()


class Life:
    """One database, one fake, and as many consecutive drivers as it takes."""

    def __init__(self, folder: Path, fake: FakeTwilio, home: ForkServer, http: aiohttp.ClientSession) -> None:
        self._folder = folder
        self._fake = fake
        self._home = home
        self._http = http
        self._acknowledged: dict[str, str] = {}
        self._texted = False

    async def live(self, kill_at: int) -> bool:
        """Run a driver that is killed at a point while users work with it; return False if it was not killed."""
        ready = self._folder / "ready"
        ready.unlink(missing_ok=True)
        # At this speed 15 s are an eighth of a second: a machine that stalls must not look like a silent Twilio.
        patient = {"connect_timeout_s": 60.0, "timeout_s": 300.0}
        config = settings(self._fake, self._folder, receive={"poll_interval_s": 1.0}, twilio=patient)
        data = config.model_dump(mode="json")
        data["twilio"]["auth_token"] = self._fake.auth_token
        order = {"config": data, "kill_at": kill_at, "speed": SPEED, "ready": str(ready)}
        pid = await self._home.born(order)
        ended = asyncio.ensure_future(self._home.ended())
        used = asyncio.ensure_future(self._use(ready))
        await asyncio.wait({ended, used}, return_when=asyncio.FIRST_COMPLETED)
        if not ended.done():
            used.result()
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM)
        used.cancel()
        with contextlib.suppress(asyncio.CancelledError, aiohttp.ClientError):
            await used
        return await ended

    async def _use(self, ready: Path) -> None:
        """Send what is not yet acknowledged, text what is not yet texted, and wait until all of it has taken effect."""
        clock = FastClock(SPEED)
        while not ready.exists():
            await clock.sleep_until(clock.now() + TICK)
        url = ready.read_text()
        try:
            for number, (asset, _, text) in enumerate(TEXTS):
                if str(number) in self._acknowledged:
                    continue
                with suppress(RefusedError):
                    accepted = await DriverClient(self._http, url).command(
                        asset, "Send Message", {"Message Content": text}, commandId=str(number)
                    )
                    self._acknowledged[str(number)] = accepted.execution_id
            if not self._texted:
                self._texted = True
                for word in INBOUND:
                    await self._fake.handset(GUARD).send(OURS, word)
            await self._wait_for_everything(url)
        except (aiohttp.ClientError, NotReachableError):
            await asyncio.Event().wait()

    async def _wait_for_everything(self, url: str) -> None:
        async with DriverClient(self._http, url).events(since=0) as stream:
            missing = {("end", execution) for execution in self._acknowledged.values()}
            missing |= {("received", word) for word in INBOUND}
            while missing:
                frame = await stream.receive()
                if frame is None:
                    raise NotReachableError("the driver has ended")
                if isinstance(frame, EventFrame):
                    shown = frame.event.parameters
                    missing.discard(("end", shown.get("Execution ID")))
                    missing.discard(("received", shown.get("Message Content")))

    async def check(self) -> None:
        """Compare the database with what the handsets show."""
        assert len(self._acknowledged) == len(TEXTS)
        async with open_store(f"sqlite:///{self._folder}/driver.db") as store:
            events = await store.events_since(0, 10_000)
            assert events is not None
            assert [e.parameters["Message Content"] for e in events if e.name == "Message Received"] == INBOUND
            sent: dict[str, list[str]] = {GUARD: [], GATE: []}
            for number, (_, to, text) in enumerate(TEXTS):
                execution = await store.execution(self._acknowledged[str(number)])
                assert execution is not None
                assert 1 <= len(execution.attempts) <= 2
                ends = [e.name for e in events if e.parameters.get("Execution ID") == execution.execution_id]
                if execution.state is ExecutionState.SUCCEEDED:
                    sent[to].append(text)
                    assert ends.count("MessageAccepted") == 1
                else:
                    assert execution.state is ExecutionState.TERMINATED
                    assert len(execution.attempts) == 2, "given up before the second attempt"
                    assert ends == ["MessageFailed"]
            assert (await store.remember()).outbox == ()
        for handset, wanted in sent.items():
            got = [message.body for message in self._fake.handset(handset).messages if message.to == handset]
            assert got == wanted, "a text was lost, doubled or out of order"


@pytest.mark.timeout(180)
@pytest.mark.parametrize(
    "chunk", [pytest.param(chunk, marks=pytest.mark.release if chunk % 3 else ()) for chunk in range(CHUNKS)]
)
async def test_killed_at_every_point(tmp_path: Path, chunk: int) -> None:
    async with fork_server() as home, aiohttp.ClientSession() as http:

        async def lives(name: str, effect: dict[str, Any], *kills: int) -> None:
            folder = tmp_path / name
            folder.mkdir()
            async with FakeTwilio(clock=FastClock(SPEED)) as fake:
                fake.faults.add(Fault(effect, {"operation": "messages.create", "body": "^one"}))
                life = Life(folder, fake, home, http)
                for kill_at in (*kills, 0):
                    await life.live(kill_at)
                await life.check()

        for first in range(1 + chunk, POINTS + 1, CHUNKS):
            early = (1 + first * 7 % 13, 1 + first * 5 % 11)
            await lives(f"{first}-refused", FAULTS[0], *early, first)
            await lives(f"{first}-lost", FAULTS[1], first, *early)
        # A fast machine batches more into one commit and reaches fewer points, but always the first ones.
        for more in itertools.count():
            if home.kills >= FEWEST_KILLS:
                break
            await lives(f"more-{more}", FAULTS[more % 2], 1 + more % 4, 2 + more % 3)
