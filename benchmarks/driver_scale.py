"""The cost of ten thousand phones: start time, memory, and the delivery of a state change to fifty listeners.

    python benchmarks/driver_scale.py [--phones 10000] [--streams 50]

The schema already exists, as at every start but the first. The project's claims: start under 1.5 s, memory under
150 MB, a change at every listener within 20 ms.
"""

import argparse
import asyncio
import re
import sys
import tempfile
import time
from pathlib import Path

import aiohttp
from claims import tell
from driver_throughput import config, process
from fake_speed import processor_seconds
from stream_listeners import listening

from driver.client import DriverClient

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "features"))
from harness.driver.open_store import open_store


def memory_mb(pid: int) -> float:
    """Return the resident memory of a process (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return float("nan")


async def events_so_far(driver: DriverClient) -> int:
    """Return the number of the last event; each phone that becomes Normal produces one."""
    metrics = await driver.metrics()
    return int(float(re.search(r"^sms_driver_last_event_seq (\S+)$", metrics, re.MULTILINE)[1]))  # type: ignore[index]


async def fan_out(driver: DriverClient, url: str, streams: int, *, folder: Path) -> float:
    """Mask and unmask a phone several times; return the milliseconds until the last listener received a change."""
    async with listening(url, streams, folder) as found:
        for command in ("Mask", "Reset") * 10:
            await driver.command("p200", command)
    if found["ended"] or found["frames"] < 20 * streams:
        raise SystemExit(f"a stream was dropped or missed events: {found}")
    return found["last"]


async def main(phones: int, streams: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with process("fake_twilio", "serve", "--port", "0", "--log-level", "error", ready=folder / "f") as fake:
            file = folder / "driver.toml"
            file.write_text(config(fake, folder, phones))
            async with open_store(f"sqlite:///{folder}/driver.db"):
                """Creates the schema, which only the very first start does."""
            begun = time.perf_counter()
            async with (
                process("driver", "run", "--config", str(file), ready=folder / "d") as driver,
                aiohttp.ClientSession() as http,
            ):
                ready, used = time.perf_counter() - begun, processor_seconds(driver["pid"])
                client = DriverClient(http, driver["dataserver_url"])
                while await events_so_far(client) < phones:
                    pass
                normal = time.perf_counter() - begun
                last = await fan_out(client, driver["dataserver_url"], streams, folder=folder)
                memory = memory_mb(driver["pid"])
    tell(f"{phones} phones: answering after", ready, "s", most=1.5, ratio=f"{used:.2f} s of CPU time")
    tell(f"{phones} phones: Normal after", normal, "s")
    tell(f"{phones} phones: memory", memory, "MB", most=150)
    tell(f"{phones} phones, {streams} streams: change at the last one after", last, "ms", most=20)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--phones", type=int, default=10_000)
    parser.add_argument("--streams", type=int, default=50)
    given = parser.parse_args()
    asyncio.run(main(given.phones, given.streams))
