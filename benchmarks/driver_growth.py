"""The cost of a long history on each database: start, lists, commands, and commands during retention.

    python benchmarks/driver_growth.py [--messages 1000 100000 1000000] [--databases sqlite postgresql]

Each message comes with its execution, two events and three audit lines, as a driver stores them. All figures of a
database come from one run. The project's claims for a million messages: start under 2 s, each page of a list under
50 ms, and no effect of retention on the 99th percentile of commands.
"""

import argparse
import asyncio
import json
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import asyncpg
from claims import tell
from driver_scale import memory_mb
from driver_throughput import OURS, config, fictional, process
from fake_speed import HERE
from private_postgres import NoServerError, postgres_server
from sqlalchemy import Connection, Table, insert, text

from driver.client import DriverClient
from driver.domain.commands import ExecutionState
from driver.runtime.clock import SystemClock
from driver.store import schema
from driver.store.engines import database_file, open_database
from driver.store.schema import micros
from harness.driver.open_store import open_store

PHONES = 100
BATCH = 5_000
COMMANDS = 300
COMPARED = 1500
"""Commands before and during retention; with fewer, a percentile says little about the rare slow ones."""
SEARCHES = (
    "messages?q=nowhere",
    "messages?asset=p207",
    "audit?user=nobody",
    "audit?kind=Message",
    "alarms/history?asset=p2",
)
"""Some match many rows, others none at all."""
KEEP_DAYS = 30
LISTS = ("messages", "deadletters", "audit", "assets", "alarms")
Row = dict[str, Any]
FIGURES = (
    ("start", "s", 2.0),
    ("slowest list", "ms", 50.0),
    ("slowest search", "ms", 50.0),
    ("50 % of commands", "ms", 0.0),
    ("99 % of commands", "ms", 0.0),
    ("memory", "MB", 0.0),
    ("a message", "bytes", 0.0),
)
"""What is measured, its unit, and the upper bound that is claimed (0 for none)."""


def history(count: int, end: datetime) -> Iterator[dict[Table, list[Row]]]:
    """Yield the rows of ``count`` messages in batches, spread over a year; one in a thousand is a dead letter."""
    step = timedelta(days=365) / count
    for first in range(0, count, BATCH):
        batch: dict[Table, list[Row]] = {table: [] for table in _tables()}
        for n in range(first, min(first + BATCH, count)):
            at = end - step * (count - n)
            phone, sid, name = f"p{200 + n % PHONES}", f"SM{n:032x}", f"{n:026d}"
            dead = n % 1000 == 0
            state = ExecutionState.TERMINATED if dead else ExecutionState.SUCCEEDED
            common = {"created_at": at, "from_number": OURS, "to_number": fictional(200 + n % PHONES)}
            batch[schema.executions].append(
                common
                | {
                    "execution_id": name,
                    "command_id": f"c{n}",
                    "asset_id": phone,
                    "scope": "asset",
                    "command": "Send Message",
                    "parameters": json.dumps({"Message Content": f"Door {n} is open"}),
                    "user": "ann",
                    "workstation": "ws1",
                    "state": state.value,
                    "finished_at": at,
                    "result": "",
                    "reason": "refused" if dead else "",
                    "message_sid": "" if dead else sid,
                    "attempts": "[]",
                }
            )
            batch[schema.messages].append(
                common
                | {
                    "sid": sid,
                    "direction": "outbound",
                    "body": f"Door {n} is open",
                    "status": "sent" if n % 3 == 0 else "delivered",
                    "updated_at": at,
                    "execution_id": name,
                    "asset_id": phone,
                    "error_code": None,
                    "segments": 1,
                    "media": "[]",
                }
            )
            batch[schema.events] += [
                {
                    "seq": 2 * n + half + 1,
                    "event_id": f"{name}{half}",
                    "asset_id": phone,
                    "item_id": phone,
                    "item_type": "Phone",
                    "name": ("MessageAccepted", "MessageDelivered")[half],
                    "parameters": json.dumps({"Message SID": sid}),
                    "initial": "{}",
                    "occurred_at": at,
                    "observed_at": at,
                }
                for half in (0, 1)
            ]
            batch[schema.audit] += [
                {
                    "at": at,
                    "device_type": "Phone",
                    "command_or_status": "Send Message",
                    "action": action,
                    "computer": "ws1",
                    "user_name": "ann",
                    "location": phone,
                }
                for action in ("Command given", "Command executed", "Message delivered")
            ]
        yield batch


def _tables() -> Sequence[Table]:
    return (schema.executions, schema.messages, schema.events, schema.audit)


async def fill(url: str, count: int) -> None:
    """Create a database with ``count`` messages."""
    async with open_store(url):
        """Migrates the schema."""
    database = open_database(url, "benchmark")

    def write(connection: Connection) -> None:
        for batch in history(count, SystemClock().now()):
            for table, rows in batch.items():
                connection.execute(insert(table), rows)
        connection.commit()

    await (copied(url, count) if url.startswith("postgresql:") else database.do(write))
    await database.do(lambda connection: connection.execute(text("ANALYZE")), automatic=True)
    await database.close()


async def copied(url: str, count: int) -> None:
    """Write the history in PostgreSQL's fastest way."""
    connection = await asyncpg.connect(url)
    for batch in history(count, SystemClock().now()):
        for table, rows in batch.items():
            records = [[micros(v) if isinstance(v, datetime) else v for v in row.values()] for row in rows]
            await connection.copy_records_to_table(table.name, records=records, columns=list(rows[0]))
    await connection.close()


async def size_of(url: str) -> int:
    """Return the size of a database in bytes: SQLite's file, or PostgreSQL's tables with their indexes."""
    if url.startswith("sqlite"):
        return database_file(url).stat().st_size
    connection = await asyncpg.connect(url)
    size = await connection.fetchval(
        "SELECT sum(pg_total_relation_size(oid)) FROM pg_class"
        " WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
    )
    await connection.close()
    return int(size)


async def timed(times: int, what: Callable[[], Awaitable[object]]) -> list[float]:
    """Return the seconds of each call, sorted."""
    taken = []
    for _ in range(times):
        begun = time.perf_counter()
        await what()
        taken.append(time.perf_counter() - begun)
    return sorted(taken)


async def slowest(client: DriverClient, path: str) -> float:
    """Return the 95th percentile over twenty calls of a list's first or second page."""
    page = json.loads((await client.request("GET", path)).body)
    paths = [path, f"{path}&cursor={page['next']}"] if page["next"] else [path]
    taken = [await timed(20, lambda each=each: client.request("GET", each)) for each in paths]  # type: ignore[misc]
    return max(each[-2] for each in taken)


async def commands(client: DriverClient, count: int = COMMANDS) -> list[float]:
    """Return the seconds of sequential commands, sorted."""
    return await timed(count, lambda: client.command("p200", "Send Message", {"Message Content": "now"}))


async def measure(url: str, count: int, fake: dict[str, Any], *, folder: Path) -> Row:
    """Start a driver on a database and return its figures."""
    file, ready = folder / "driver.toml", folder / f"{uuid4().hex}.json"
    written = config(fake, folder, PHONES).replace(f"sqlite:///{folder}/driver.db", url)
    file.write_text(written)
    begun = time.perf_counter()
    async with process("driver", "run", "--config", str(file), ready=ready) as driver, aiohttp.ClientSession() as http:
        start = time.perf_counter() - begun
        client = DriverClient(http, driver["dataserver_url"])
        lists = [await slowest(client, f"/api/{name}?pageSize=50") for name in LISTS]
        searches = [await slowest(client, f"/api/{name}&pageSize=50") for name in SEARCHES]
        taken = await commands(client)
        return {
            "start, s": start,
            "slowest list, ms": max(lists) * 1000,
            "slowest search, ms": max(searches) * 1000,
            "50 % of commands, ms": taken[COMMANDS // 2] * 1000,
            "99 % of commands, ms": taken[COMMANDS * 99 // 100] * 1000,
            "memory, MB": memory_mb(driver["pid"]),
            "a message, bytes": await size_of(url) / count,
        }


async def forgetting(url: str, fake: dict[str, Any], folder: Path) -> tuple[list[float], list[float], bool]:
    """Return the seconds of commands before and while a driver deletes all but the last month.

    The last value is whether deletion was running throughout.
    """
    file, ready = folder / "driver.toml", folder / f"{uuid4().hex}.json"
    written = config(fake, folder, PHONES).replace(f"sqlite:///{folder}/driver.db", url)
    file.write_text(written.replace("[store]", f"[store]\nretention_days = {KEEP_DAYS}"))
    script = [str(HERE / "driver_forgetting.py"), "--config", str(file), "--ready-file", str(ready)]
    running = await asyncio.create_subprocess_exec(sys.executable, *script)
    try:
        while not ready.exists():
            await asyncio.wait({asyncio.ensure_future(running.wait())}, timeout=0.05)
            if running.returncode is not None:
                raise SystemExit("the driver did not start")
        driver = json.loads(ready.read_text())
        async with aiohttp.ClientSession() as http:
            client = DriverClient(http, driver["dataserver_url"])
            await timed(20, lambda: client.command("p200", "Send Message", {"Message Content": "first"}))
            before = await commands(client, COMPARED)
            running.send_signal(signal.SIGUSR1)
            meanwhile = await commands(client, COMPARED)
        return before, meanwhile, not ready.with_suffix(".over").exists()
    finally:
        if running.returncode is None:
            running.terminate()
        await running.wait()


async def one(url: str, database: str, count: int, *, fake: dict[str, Any], folder: Path) -> None:
    """Measure and print the figures of one database with ``count`` messages."""
    await fill(url, count)
    figures = await measure(url, count, fake, folder=folder)
    label = f"{database}, {count:,} messages"
    for what, unit, most in FIGURES:
        tell(f"{label}: {what}", figures[f"{what}, {unit}"], unit, most=most)
    if count < 100_000:
        return
    before, meanwhile, throughout = await forgetting(url, fake, folder)
    usual, late = (taken[COMPARED * 99 // 100] * 1000 for taken in (before, meanwhile))
    tell(
        f"{label}: 99 % of commands during retention",
        late,
        "ms",
        ratio=f"{late / usual:.2f} of without{'' if throughout else ', part of the time'}",
    )


async def main(counts: Sequence[int], databases: Sequence[str]) -> None:
    """Measure and print a row for each number of messages and each database."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        server = stack.enter_context(postgres_server()) if "postgresql" in databases else None
        async with process("fake_twilio", "serve", "--port", "0", "--log-level", "error", ready=folder / "f") as fake:
            for count in counts:
                for database in databases:
                    url = f"sqlite:///{folder}/{count}.db"
                    if database == "postgresql" and server is not None:
                        url = await new_database(server.url, f"messages{count}")
                    await one(url, database, count, fake=fake, folder=folder)


async def new_database(url: str, name: str) -> str:
    """Create an empty database on a PostgreSQL server, and return its address."""
    connection = await asyncpg.connect(url)
    await connection.execute(f"CREATE DATABASE {name}")
    await connection.close()
    return f"{url.rpartition('/')[0]}/{name}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, nargs="+", default=[1_000, 100_000, 1_000_000])
    parser.add_argument("--databases", nargs="+", default=["sqlite", "postgresql"], choices=["sqlite", "postgresql"])
    given = parser.parse_args()
    try:
        asyncio.run(main(given.messages, given.databases))
    except NoServerError as exc:
        raise SystemExit(str(exc)) from exc
