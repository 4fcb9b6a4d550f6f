"""How many commands a second are accepted durably, and how many messages a second reach Twilio, on this machine.

Starts the fake and the driver as processes (SQLite, synchronous=FULL) and uses them over HTTP like any client:

    python benchmarks/driver_throughput.py [--texts 1000] [--senders 100]

All figures come from one run. The project's claims: at least 2,000 accepted commands a second on two cores with the
fake on the same machine, and no fewer accepted messages than a program that calls the official SDK's
``client.messages.create`` in a loop. The command rate is shown with the rate of single-row SQLite commits.
"""

import argparse
import asyncio
import json
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import aiohttp
from claims import tell
from twilio.rest import Client

from driver.api.frames import EventFrame
from driver.client import DriverClient

OURS = "+12015550100"


def fictional(number: int) -> str:
    """Return one of the numbers that are reserved for fiction, 555-0100 to 555-0199 in each area code."""
    return f"+1{201 + number // 100}55501{number % 100:02}"


def config(fake: dict[str, Any], folder: Path, phones: int) -> str:
    """Return a configuration with this many phones, each with its own number."""
    head = f"""
[twilio]
account_sid = "{fake["account_sid"]}"
auth_token = "{fake["auth_token"]}"
base_url = "{fake["base_url"]}"
[dataserver]
port = 0
[internal]
debug_port = 0
[log]
level = "WARNING"
[store]
url = "sqlite:///{folder}/driver.db"
"""
    each = [
        f'[[phones]]\nid = "p{n}"\nexternal_phone_number = "{fictional(n)}"\ntwilio_phone_number = "{OURS}"\n'
        for n in range(200, 200 + phones)
    ]
    return head + "".join(each)


@asynccontextmanager
async def process(*arguments: str, ready: Path) -> AsyncIterator[dict[str, Any]]:
    """Run a program of the project until the block ends; yield what it reports when ready."""
    running = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, "--ready-file", str(ready), stdout=asyncio.subprocess.DEVNULL
    )
    try:
        while not ready.exists():
            if running.returncode is not None:
                raise SystemExit(f"{arguments[0]} ended with {running.returncode}")
            await asyncio.wait({asyncio.ensure_future(running.wait())}, timeout=0.05)
        yield json.loads(ready.read_text())
    finally:
        if running.returncode is None:
            running.terminate()
        await running.wait()


async def accept(driver: DriverClient, texts: int, at_once: int, *, phones: int) -> float:
    """Give commands from this many parallel clients; return how long it took until all were accepted."""
    numbers = iter(range(texts))

    async def client() -> None:
        for number in numbers:
            await driver.command(f"p{200 + number % phones}", "Send Message", {"Message Content": f"alarm {number}"})

    begun = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(at_once)))
    return time.perf_counter() - begun


def sdk_loop(fake: dict[str, Any], texts: int) -> float:
    """Return how many messages a second a program creates that only calls the official SDK in a loop."""
    client = Client(fake["account_sid"], fake["auth_token"])
    client.api.base_url = fake["base_url"]
    begun = time.perf_counter()
    for number in range(texts):
        client.messages.create(to=fictional(200 + number % 500), from_=OURS, body=f"alarm {number}")
    return texts / (time.perf_counter() - begun)


def plain_commits(seconds: float = 1.0, rate: float = 0) -> list[float]:
    """Store rows durably in SQLite, one commit each; return the seconds of each commit, sorted.

    ``rate`` is how many commits start per second; 0 runs them one after the other.
    """
    with (
        tempfile.TemporaryDirectory() as name,
        closing(sqlite3.connect(f"{name}/plain.db", isolation_level=None)) as plain,
    ):
        plain.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE rows (text TEXT)")
        begun, taken = time.perf_counter(), []
        while (since := time.perf_counter()) - begun < seconds:
            plain.execute("INSERT INTO rows VALUES ('Door 1 is open')")
            taken.append(time.perf_counter() - since)
            if rate:
                time.sleep(max(0.0, begun + len(taken) / rate - time.perf_counter()))  # noqa: TID251 - a steady rate
        return sorted(taken)


async def main(texts: int, at_once: int) -> None:
    """Measure and print."""
    phones = 500
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fake_arguments = ("fake_twilio", "serve", "--port", "0", "--log-level", "error")
        async with process(*fake_arguments, ready=folder / "fake.json") as fake:
            file = folder / "driver.toml"
            file.write_text(config(fake, folder, phones))
            arguments = ("driver", "run", "--config", str(file))
            async with (
                process(*arguments, ready=folder / "driver.json") as driver,
                aiohttp.ClientSession() as http,
                DriverClient(http, driver["dataserver_url"]).events() as events,
            ):
                client = DriverClient(http, driver["dataserver_url"])
                begun = time.perf_counter()
                accepting = asyncio.create_task(accept(client, texts, at_once, phones=phones))
                accepted = 0
                while accepted < texts:
                    frame = await events.receive(60)
                    accepted += isinstance(frame, EventFrame) and frame.event.name == "MessageAccepted"
                whole = time.perf_counter() - begun
                taken = await accepting
            loop = await asyncio.to_thread(sdk_loop, fake, texts)
    commits = 1 / statistics.mean(plain_commits())
    tell(
        "commands accepted durably",
        texts / taken,
        "a second",
        least=2000,
        ratio=f"{texts / taken / commits:.2f} a commit of SQLite",
    )
    speed = f"{texts / whole:,.0f} and {loop:,.0f} a second"
    tell("messages accepted by Twilio", texts / whole / loop, "of a sequential loop of the SDK", least=1.0, ratio=speed)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--texts", type=int, default=1000)
    parser.add_argument("--senders", type=int, default=100, help="clients that give commands at once")
    given = parser.parse_args()
    asyncio.run(main(given.texts, given.senders))
