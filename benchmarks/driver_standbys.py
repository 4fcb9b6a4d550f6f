"""The capacity and cost of drivers on standby: streams, commands and a failover, on PostgreSQL with three drivers.

    python benchmarks/driver_standbys.py [--streams 1000] [--rate 100] [--seconds 10]

The project's claims: with 1,000 streams over two standbys and 100 events a second, 99 of 100 events arrive within
100 ms, and the active driver spends no more CPU time on a message than without them. A send is accepted within 5 s
after the active driver is killed, and readers of the other standby do not notice.
"""

import argparse
import asyncio
import os
import signal
import statistics
import tempfile
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
from claims import tell
from driver_throughput import accept, config, process
from fake_speed import processor_seconds
from private_postgres import NoServerError, postgres_server
from stream_listeners import listening

from driver.api.frames import EventFrame
from driver.client import DriverClient
from driver.errors import NotReachableError, RefusedError

PHONES = 500
FAILOVER = "[failover]\nenabled = true\n"


@dataclass(frozen=True)
class Site:
    """Three drivers on one database; the first is active."""

    folder: Path
    http: aiohttp.ClientSession
    drivers: list[dict[str, Any]]

    def client(self, number: int) -> DriverClient:
        """Return a client of one driver."""
        return DriverClient(self.http, self.drivers[number]["dataserver_url"])

    async def texts(self, count: int) -> tuple[float, float]:
        """Send messages through the active driver; return the messages per second and per CPU second."""
        before, begun = processor_seconds(self.drivers[0]["pid"]), time.perf_counter()
        async with self.client(0).events() as events:
            accepting = asyncio.create_task(accept(self.client(0), count, 50, phones=PHONES))
            accepted = 0
            while accepted < count:
                frame = await events.receive(60)
                accepted += isinstance(frame, EventFrame) and frame.event.name == "MessageAccepted"
            await accepting
        used = processor_seconds(self.drivers[0]["pid"]) - before
        return count / (time.perf_counter() - begun), count / used

    async def change(self, rate: float, seconds: float) -> None:
        """Mask and unmask phones at the active driver at a steady rate; each change is one event."""
        loop, driver, tasks = asyncio.get_running_loop(), self.client(0), []
        begun = loop.time()
        for number in range(round(rate * seconds)):
            await asyncio.sleep(max(0.0, begun + number / rate - loop.time()))  # noqa: TID251 - a steady rate
            command = ("Mask", "Reset")[number // PHONES % 2]
            tasks.append(asyncio.create_task(driver.command(f"p{200 + number % PHONES}", command)))
        await asyncio.gather(*tasks)

    def standby_seconds(self) -> float:
        """Return the CPU time that both standbys have used so far."""
        return sum(processor_seconds(driver["pid"]) for driver in self.drivers[1:])

    async def command_ms(self, number: int, count: int = 40) -> float:
        """Return the median time of a command through one driver, in milliseconds."""
        taken = []
        for _ in range(count):
            begun = time.perf_counter()
            await self.client(number).command("p200", "Send Message", {"Message Content": "now"})
            taken.append(time.perf_counter() - begun)
        return statistics.median(taken) * 1000


@asynccontextmanager
async def site(folder: Path, url: str) -> AsyncIterator[Site]:
    """Run the fake and three drivers."""
    async with AsyncExitStack() as stack:
        fake_arguments = ("fake_twilio", "serve", "--port", "0", "--log-level", "error")
        fake = await stack.enter_async_context(process(*fake_arguments, ready=folder / "fake"))
        file = folder / "driver.toml"
        written = config(fake, folder, PHONES).replace(f"sqlite:///{folder}/driver.db", url)
        file.write_text(written.replace("[store]", f"{FAILOVER}[store]"))
        arguments = ("driver", "run", "--config", str(file))
        drivers = [
            await stack.enter_async_context(process(*arguments, ready=folder / f"driver{number}"))
            for number in range(3)
        ]
        http = await stack.enter_async_context(aiohttp.ClientSession())
        here = Site(folder, http, drivers)
        while (await here.client(0).readiness()).twilio != "connected":
            pass
        yield here


async def failover(here: Site) -> None:
    """Kill the active driver; measure how long a send waits, and what a reader of the other standby sees."""
    os.kill(here.drivers[0]["pid"], signal.SIGKILL)
    begun = time.perf_counter()
    over = asyncio.Event()
    reads: list[float] = []
    lost = 0

    async def read() -> None:
        nonlocal lost
        while not over.is_set():
            since = time.perf_counter()
            try:
                for path in ("/api/assets?pageSize=50", "/api/messages?pageSize=50"):
                    lost += (await here.client(2).request("GET", path)).status != 200
            except NotReachableError:
                lost += 1
            reads.append(time.perf_counter() - since)

    reading = asyncio.create_task(read())
    command, accepted = uuid.uuid4().hex, False
    while not accepted:
        # A driver that takes over refuses commands, or closes its connections; the ID stays the same.
        with suppress(NotReachableError, RefusedError):
            await here.client(1).command("p200", "Send Message", {"Message Content": "still"}, commandId=command)
            accepted = True
    waited = time.perf_counter() - begun
    over.set()
    await reading
    tell("active driver killed: a send is accepted after", waited, "s", most=5)
    beside = f"{lost} of {len(reads)} reads unanswered"
    tell("active driver killed: slowest two lists of another", max(reads) * 1000, "ms", ratio=beside)


async def main(streams: int, changes: float, seconds: float) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name, postgres_server() as server:
        async with site(Path(name), server.url) as here:
            first, second = (driver["dataserver_url"] for driver in here.drivers[1:])
            half, folder = streams // 2, here.folder
            async with listening(first, half, folder) as one, listening(second, half, folder) as other:
                before = here.standby_seconds()
                await here.change(changes, seconds)
                used = here.standby_seconds() - before
            await here.texts(200)
            alone, watched = [await here.texts(250)], []
            for _ in range(3):  # alternate, because a machine's speed varies
                async with listening(first, half, folder), listening(second, half, folder):
                    watched.append(await here.texts(250))
                alone.append(await here.texts(250))
            direct, relayed = await here.command_ms(0), await here.command_ms(1)
            await failover(here)
    late = max(one["99 %"], other["99 %"])
    frames = one["frames"] + other["frames"]
    share = f"{frames:,.0f} frames, {used / frames * 1e6:.1f} µs of a standby's processor each"
    tell(f"{streams} streams, {changes:g} events a second: 99 % within", late, "ms", most=100, ratio=share)
    (rate, frugal), (rate_with, frugal_with) = (
        map(statistics.mean, zip(*each, strict=True)) for each in (alone, watched)
    )
    share = f"{rate_with:,.0f} and {rate:,.0f} a second"
    tell("messages per CPU second, with the streams", frugal_with / frugal, "of without", least=0.95, ratio=share)
    tell("a command through a standby", relayed, "ms", ratio=f"{direct:.1f} ms at the active driver")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--seconds", type=float, default=10)
    given = parser.parse_args()
    try:
        asyncio.run(main(given.streams, given.rate, given.seconds))
    except NoServerError as exc:
        raise SystemExit(str(exc)) from exc
