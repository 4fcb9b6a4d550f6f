"""Claim: the fake, with its request log on, creates messages at 0.70 and fetches them at 0.75 of bare aiohttp's speed.

Both servers run alternately for several rounds, with the same client on the same machine. The ratios of the medians
count. Where other programs keep the machine busy, CPU time is the steadier figure, so each ratio is shown with it.
Run as ``python benchmarks/fake_speed.py [--rounds 3] [--seconds 4]``.
"""

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import uvloop
from claims import tell
from fake_load import get, post, run

HERE = Path(__file__).parent


@contextmanager
def serving(command: list[str], port: int) -> Iterator[int]:
    """Run a server until the block ends; yield its process ID once it listens.

    It may keep compiled bytecode, as an installed package does.
    """
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    process = subprocess.Popen([sys.executable, *command], env=environment, stdout=subprocess.DEVNULL)
    try:
        while process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=0.002)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    """Return a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processor_seconds(pid: int) -> float:
    """Return the CPU time that a process has used so far; 0 where the system does not report it."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")


async def measure(pid: int, port: int, connections: int, *, seconds: float) -> dict[str, tuple[float, float]]:
    """Create, then fetch one of the messages, each for a while; return requests a second and CPU µs each."""
    found = {}
    for verb in ("POST", "GET"):
        make = post if verb == "POST" else _fetcher(await _sid(port))
        before = processor_seconds(pid)
        load = await run(port, connections, seconds, make=make)
        micros = (processor_seconds(pid) - before) / (load.rate * seconds) * 1e6
        print(f"  {verb}: {load.rate:7.0f}/s  p50 {load.p50:6.2f} ms  p99 {load.p99:6.2f} ms  {micros:5.0f} µs CPU")
        found[verb] = (load.rate, micros)
    return found


def _fetcher(sid: str) -> Callable[[int], bytes]:
    request = get(f"/{sid}.json")
    return lambda _: request


async def _sid(port: int) -> str:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(post(1))
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    length = next(int(line[16:]) for line in head.splitlines() if line.startswith("Content-Length: "))
    sid = json.loads(await reader.readexactly(length))["sid"]
    writer.close()
    return str(sid)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    parser.add_argument("--connections", type=int, default=16)
    arguments = parser.parse_args()
    figures: dict[tuple[str, str], list[tuple[float, float]]] = {}
    for _ in range(arguments.rounds):
        for name in ("bare", "fake"):
            port = free_port()
            command = {
                "bare": [str(HERE / "fake_reference.py"), str(port)],
                "fake": ["-m", "fake_twilio", "serve", "--port", str(port)],
            }[name]
            with serving(command, port) as pid:
                print(name)
                for verb, figure in uvloop.run(
                    measure(pid, port, arguments.connections, seconds=arguments.seconds)
                ).items():
                    figures.setdefault((verb, name), []).append(figure)
    for verb, claim in (("POST", 0.70), ("GET", 0.75)):
        speed = _median(figures[verb, "fake"], 0) / _median(figures[verb, "bare"], 0)
        thrift = _median(figures[verb, "bare"], 1) / (_median(figures[verb, "fake"], 1) or 1)
        rate = _median(figures[verb, "fake"], 0)
        beside = f"{rate:,.0f} a second, {thrift:.2f} by CPU time"
        tell(f"{verb} of the fake", speed, "of bare aiohttp", least=claim, ratio=beside)


def _median(figures: list[tuple[float, float]], index: int) -> float:
    return statistics.median(figure[index] for figure in figures)


if __name__ == "__main__":
    main()
