"""Claims: a figure, its upper or lower bound, and a reference from the same run.

A reference says more than a figure alone, because machines differ and so does their load. Times and rates are claimed
for one reference machine, on which a loop of the SDK's ``client.messages.create`` makes 900 messages a second. A slower
machine is allowed proportionally more time, by a plain Python loop that is timed when a benchmark begins and whenever
it reports a figure.
"""

import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from fake_load import get, run

ROWS = "BENCHMARK_ROWS"
"""The environment variable with the file to which each figure is appended as JSON, for the table of all benchmarks."""


ADDITIONS = 200_000
CLAIMED_FOR_S = 0.0054
"""Seconds that the reference machine takes for these additions with CPython 3.11. Derived from one machine, where both
loops were timed alternately: 360 messages a second and 13.5 ms."""

KEPT, KEPT_FOR_ITS_SPEED, MISSED = "kept", "kept for its speed", "MISSED"


def slowness() -> float:
    """Return the current duration of a plain loop relative to the reference machine; 1 if this machine is faster."""

    def seconds() -> float:
        begun, total = time.perf_counter(), 0
        for number in range(ADDITIONS):
            total += number
        return time.perf_counter() - begun

    return max(1.0, statistics.median(seconds() for _ in range(9)) / CLAIMED_FOR_S)


_AT_FIRST = slowness()


def verdict(figure: float, unit: str, most: float, *, least: float) -> str:
    """Return whether a claim is kept, either as it is or after adjusting for this machine's lower speed."""
    slower = 1.0

    def kept() -> bool:
        return figure <= most * slower if most else figure * slower >= least

    if kept():
        return KEPT
    if unit in ("s", "ms", "a second"):
        slower = (_AT_FIRST + slowness()) / 2
    return KEPT_FOR_ITS_SPEED if kept() else MISSED


def tell(what: str, figure: float, unit: str, *, most: float = 0, least: float = 0, ratio: str = "") -> None:
    """Print a figure with its claim and verdict; ``ratio`` is the figure relative to a reference."""
    bound = f"at most {most:g}" if most else f"at least {least:g}" if least else ""
    kept = verdict(figure, unit, most, least=least) if bound else ""
    claim = f" (claim: {bound} {unit}: {kept})" if bound else ""
    print(f"{what}: {figure:,.2f} {unit}{f', {ratio}' if ratio else ''}{claim}", flush=True)
    if file := os.environ.get(ROWS):
        row = {"what": what.strip(), "figure": figure, "unit": unit, "claim": bound, "kept": kept, "ratio": ratio}
        with Path(file).open("a", encoding="utf-8") as rows:
            print(json.dumps(row), file=rows)


async def round_trip(port: int, make: Callable[[int], bytes] | None = None, count: int = 200) -> float:
    """Return the median round trip of a request on one connection, in milliseconds."""
    request = get(".json?PageSize=1")
    return (await run(port, 1, 0, make=make or (lambda _: request), count=count)).p50
