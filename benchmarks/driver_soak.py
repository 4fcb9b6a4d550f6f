"""A long run of both programs on one manual clock: resource usage must not grow with the work done.

    python benchmarks/driver_soak.py [--messages 1000000] [--days 32]

Messages go out and come in, spread evenly over the days of the clock, with receipts and replies as webhooks and a
listener on the event stream. Data older than eight days is deleted. After each tenth, the run prints the memory of both
programs (including this one), their open files and tasks, the number of message rows, and the database size. The claim:
from the middle on none of them grows, except the audit, which is kept forever and grows by its own bytes per message.
"""

import argparse
import asyncio
import contextlib
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import uvloop
from claims import tell
from driver_throughput import OURS, fictional
from fake_load import ACCOUNT, TOKEN, resident_megabytes
from fake_speed import free_port

from driver.api.frames import EventFrame
from driver.app import RunningDriver, open_driver
from driver.client import DriverClient
from driver.config.models import DriverConfig
from fake_twilio import FakeTwilio, ManualClock

PHONES = 100
PARTS = 10
BATCH = 200
"""Messages between two moves of the clock; every tenth one comes in, the others go out."""
RETENTION_DAYS = 8
KEPT_BY_FAKE = 10_000


@dataclass(frozen=True)
class Held:
    """Resource usage of both programs at one moment."""

    memory_mb: float
    files: int
    tasks: int
    rows: int
    database_mb: float


def held(folder: Path) -> Held:
    """Measure this process and the database."""
    with contextlib.closing(sqlite3.connect(f"file:{folder}/driver.db?mode=ro", uri=True)) as database:
        (rows,) = database.execute("SELECT count(*) FROM messages").fetchone()
    size = sum(file.stat().st_size for file in folder.glob("driver.db*")) / 1e6
    return Held(resident_megabytes(), len(list(Path("/proc/self/fd").iterdir())), len(asyncio.all_tasks()), rows, size)


def settings(fake: FakeTwilio, folder: Path, port: int) -> DriverConfig:
    """Return a configuration with webhooks for incoming messages and receipts."""
    phones = [
        {"id": f"p{n}", "external_phone_number": fictional(n), "twilio_phone_number": OURS}
        for n in range(200, 200 + PHONES)
    ]
    receive: dict[str, Any] = {"mode": "webhook", "webhook_host": "127.0.0.1", "webhook_port": port}
    receive |= {"public_url": f"http://127.0.0.1:{port}", "sweep_interval_s": 86_400}
    return DriverConfig.model_validate(
        {
            "twilio": {"account_sid": fake.account_sid, "auth_token": fake.auth_token, "base_url": fake.base_url},
            "dataserver": {"port": 0},
            "internal": {"debug_port": 0},
            "store": {"url": f"sqlite:///{folder}/driver.db", "retention_days": RETENTION_DAYS},
            "states": {"probe_interval_s": 3600},
            "receive": receive,
            "phones": phones,
        }
    )


@contextlib.asynccontextmanager
async def both(folder: Path) -> AsyncIterator[tuple[ManualClock, FakeTwilio, RunningDriver]]:
    """Run the fake and a driver on one manual clock; Twilio's number calls the driver."""
    clock, port = ManualClock(), free_port()
    number = {"phone_number": OURS, "sms_url": f"http://127.0.0.1:{port}/twilio/sms"}
    seed = {"accounts": [{"sid": ACCOUNT, "auth_token": TOKEN, "numbers": [number]}]}
    async with (
        FakeTwilio(seed, clock=clock, keep_messages=KEPT_BY_FAKE) as fake,
        open_driver(settings(fake, folder, port), clock=clock) as driver,
    ):
        clock.add_idle_waiter(driver.wait_idle)
        await clock.wait_idle()
        yield clock, fake, driver


async def listen(client: DriverClient, heard: Counter[str]) -> None:
    """Count the events of a stream."""
    async with client.events() as events:
        while (frame := await events.receive(60)) is not None:
            if isinstance(frame, EventFrame):
                heard[frame.event.name] += 1


async def traffic(client: DriverClient, fake: FakeTwilio, first: int) -> None:
    """Send a batch of messages in both directions."""

    async def one(number: int) -> None:
        phone = 200 + number % PHONES
        if number % 10:
            await client.command(f"p{phone}", "Send Message", {"Message Content": f"alarm {number}"})
        else:
            await fake.handset(fictional(phone)).send(OURS, f"answer {number}")

    await asyncio.gather(*map(one, range(first, first + BATCH)))


async def soak(messages: int, days: float) -> tuple[list[Held], Counter[str], float]:
    """Run the load; return the usage after each tenth, the events received, and the messages per second."""
    parts, heard, begun = [], Counter[str](), time.perf_counter()
    step_s = days * 86_400 / (messages / BATCH)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with both(folder) as (clock, fake, driver), aiohttp.ClientSession() as http:
            client = DriverClient(http, driver.dataserver_url)
            listening = asyncio.create_task(listen(client, heard))
            for part in range(PARTS):
                for batch in range(messages // BATCH // PARTS):
                    await traffic(client, fake, (part * (messages // BATCH // PARTS) + batch) * BATCH)
                    await clock.advance(step_s)
                parts.append(held(folder))
                print(f"{(part + 1) * messages // PARTS:>9,} messages: {parts[-1]}", file=sys.stderr, flush=True)
            listening.cancel()
            await asyncio.wait({listening})
    return parts, heard, messages / (time.perf_counter() - begun)


def growth(figures: Sequence[float]) -> float:
    """Return the last fifth of the figures relative to their middle; 1 means no growth."""
    return max(figures[-2:]) / max(figures[PARTS // 2 - 1 : PARTS // 2 + 1])


def main(messages: int, days: float) -> None:
    """Run the load, and print what grows."""
    parts, heard, rate = uvloop.run(soak(messages, days))
    label = f"{messages:,} messages in {days:g} days"
    sent, came = heard["MessageAccepted"], heard["Message Received"]
    tell(f"{label}: processed", rate, "a second", ratio=f"{sent:,} accepted and {came:,} received, by the stream")
    for what, figures, most in (
        ("memory of both", [part.memory_mb for part in parts], 1.1),
        ("open files", [part.files for part in parts], 1.1),
        ("tasks", [part.tasks for part in parts], 1.1),
        ("rows of messages", [part.rows for part in parts], 1.05),
    ):
        tell(f"{label}: {what}", growth(figures), "of the middle", most=most, ratio=f"{figures[-1]:,.0f} at the end")
    later = (parts[-1].database_mb - parts[PARTS // 2 - 1].database_mb) * 1e6 / (messages / 2)
    tell(f"{label}: database grows by", later, "bytes a message", most=400, ratio=f"{parts[-1].database_mb:.0f} MB")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--days", type=float, default=32)
    given = parser.parse_args()
    main(given.messages, given.days)
