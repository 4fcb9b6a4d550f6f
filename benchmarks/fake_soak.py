"""Claim: with ``--keep-messages`` a fake's memory is flat over a million requests.

A fake in its own process alternately creates and lists messages over 16 connections. Its memory is read after each
tenth. Run as ``python benchmarks/fake_soak.py [--requests 1000000] [--keep 10000]``.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

import uvloop
from fake_load import get, post, resident_megabytes, run

CONNECTIONS = 16
PARTS = 10


def started(ready: Path, process: "subprocess.Popen[bytes]") -> int:
    """Return the port of the fake once it answers."""
    while not ready.exists():
        with suppress(subprocess.TimeoutExpired):
            raise SystemExit(f"the fake did not start: exit status {process.wait(timeout=0.02)}")
    return int(json.loads(ready.read_text(encoding="utf-8"))["base_url"].rpartition(":")[2])


def request(number: int) -> bytes:
    """Return a request that creates a message, or one that lists the newest."""
    return post(number) if number % 2 else get(".json?PageSize=1")


def soak(requests: int, keep: int) -> int:
    """Make this many requests; return 0 if no later part uses over a tenth more memory than the second one."""
    each = requests // PARTS
    with tempfile.TemporaryDirectory() as folder:
        ready = Path(folder) / "ready.json"
        options = ["--port", "0", "--keep-messages", str(keep), "--ready-file", str(ready)]
        command = [sys.executable, "-m", "fake_twilio", "serve", *options]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            try:
                port = started(ready, process)
                held = [resident_megabytes(process.pid)]
                print(f"{0:>9} requests: {held[0]:.0f} MB")
                for part in range(1, PARTS + 1):
                    load = uvloop.run(run(port, CONNECTIONS, 0, make=request, count=each))
                    held.append(resident_megabytes(process.pid))
                    print(f"{part * each:>9} requests: {held[-1]:.0f} MB, {load.rate:.0f}/s, p99 {load.p99:.1f} ms")
                    sys.stdout.flush()
            finally:
                process.terminate()
    flat = max(held[3:]) <= held[2] * 1.1
    print("flat" if flat else "NOT flat", f"from {2 * each} requests on")
    return 0 if flat else 1


def main() -> None:
    """Read the options and soak."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--keep", type=int, default=10_000)
    given = parser.parse_args()
    raise SystemExit(soak(given.requests, given.keep))


if __name__ == "__main__":
    main()
