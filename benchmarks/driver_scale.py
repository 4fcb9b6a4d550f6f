"""What ten thousand phones cost: the start, the memory, and a state change on its way to fifty listeners.

    python benchmarks/driver_scale.py [--phones 10000] [--streams 50]

The claims of the project: start under 3 s, memory under 400 MB, a change at every listener in under 50 ms.
"""

import argparse
import asyncio
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
from claims import tell
from driver_throughput import config, process

from driver.api.frames import EventFrame, SnapshotFrame
from driver.client import DriverClient
from driver.client.driver_client import EventStream


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


async def until_changed(stream: EventStream, asset: str, status: str) -> float:
    """Wait for a state change on a stream; return when it arrived."""
    while True:
        frame = await stream.receive(60)
        if frame is None:
            raise SystemExit("a stream was dropped: this client reads too slowly for so many phones and streams")
        if not isinstance(frame, EventFrame) or (frame.event.name, frame.event.asset_id) != ("StateChanged", asset):
            continue
        if frame.event.parameters["Status"] == status:
            return time.perf_counter()


async def fan_out(driver: DriverClient, streams: int) -> list[float]:
    """Mask and unmask a phone a few times; return how long the last of all listeners waited, each time."""
    waits = []
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(driver.events()) for _ in range(streams)]
        for stream in opened:
            while not isinstance(await stream.receive(60), SnapshotFrame):
                pass
        for command, status in (("Mask", "Masked"), ("Reset", "Normal")) * 5:
            arrivals = [asyncio.create_task(until_changed(stream, "p200", status)) for stream in opened]
            begun = time.perf_counter()
            await driver.command("p200", command)
            waits.append(max(await asyncio.gather(*arrivals)) - begun)
    return waits


async def main(phones: int, streams: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with process("fake_twilio", "serve", "--port", "0", "--log-level", "error", ready=folder / "f") as fake:
            file = folder / "driver.toml"
            file.write_text(config(fake, folder, phones))
            begun = time.perf_counter()
            async with (
                process("driver", "run", "--config", str(file), ready=folder / "d") as driver,
                aiohttp.ClientSession() as http,
            ):
                ready = time.perf_counter() - begun
                client = DriverClient(http, driver["dataserver_url"])
                while (await client.readiness()).twilio != "connected":
                    pass
                normal = time.perf_counter() - begun
                waits = sorted(await fan_out(client, streams))
                memory = memory_mb(driver["pid"])
    tell(f"{phones} phones: answering after", ready, "s", most=3)
    tell(f"{phones} phones: Normal after", normal, "s")
    tell(f"{phones} phones: memory", memory, "MB", most=400)
    tell(f"{streams} streams: change at the last after", waits[len(waits) // 2] * 1000, "ms", most=50)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=10_000)
    parser.add_argument("--streams", type=int, default=50)
    given = parser.parse_args()
    asyncio.run(main(given.phones, given.streams))
