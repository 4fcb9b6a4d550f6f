"""Claims: a figure, what it may be at most or has to be at least, and what it is compared to in the same run.

A reference says more than a figure alone: machines differ, and so do their days. Times and rates are claimed for one
machine, on which a loop of ``client.messages.create`` of the SDK makes 900 texts a second. A slower one may take as
much longer as it does for a plain loop of Python, which is timed when a benchmark begins and when it tells a figure.
"""

import json
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from fake_load import get, run

ROWS = "BENCHMARK_ROWS"
"""Names the file to which each figure is added as a line of JSON, for the table of all benchmarks."""


ADDITIONS = 200_000
CLAIMED_FOR_S = 0.0054
"""Seconds that the machine of the claims takes for these additions with CPython 3.11. Derived from one machine, where
both loops were timed in turns: 360 texts a second and 13.5 ms."""

KEPT, KEPT_FOR_ITS_SPEED, MISSED = "kept", "kept for its speed", "MISSED"


def slowness() -> float:
    """Return how many times as long as the machine of the claims this one takes just now, 1 if it is faster."""

    def seconds() -> float:
        begun, total = time.perf_counter(), 0
        for number in range(ADDITIONS):
            total += number
        return time.perf_counter() - begun

    return max(1.0, statistics.median(seconds() for _ in range(9)) / CLAIMED_FOR_S)


_AT_FIRST = slowness()


def verdict(figure: float, unit: str, most: float, *, least: float) -> str:
    """Return whether a claim is kept: as it is, or as far as this machine is slower than that of the claims."""
    slower = 1.0

    def kept() -> bool:
        return figure <= most * slower if most else figure * slower >= least

    if kept():
        return KEPT
    if unit in ("s", "ms", "a second"):
        slower = (_AT_FIRST + slowness()) / 2
    return KEPT_FOR_ITS_SPEED if kept() else MISSED


def tell(what: str, figure: float, unit: str, *, most: float = 0, least: float = 0, ratio: str = "") -> None:
    """Print a figure beside its claim, and whether that was kept; ``ratio`` is the same in terms of a reference."""
    bound = f"at most {most:g}" if most else f"at least {least:g}" if least else ""
    kept = verdict(figure, unit, most, least=least) if bound else ""
    claim = f" (claim: {bound} {unit}: {kept})" if bound else ""
    print(f"{what}: {figure:,.2f} {unit}{f', {ratio}' if ratio else ''}{claim}", flush=True)
    if file := os.environ.get(ROWS):
        row = {"what": what.strip(), "figure": figure, "unit": unit, "claim": bound, "kept": kept, "ratio": ratio}
        with Path(file).open("a", encoding="utf-8") as rows:
            print(json.dumps(row), file=rows)


async def round_trip(port: int, make: Callable[[int], bytes] | None = None, count: int = 200) -> float:
    """Return the median of a request's round trips on one connection, in milliseconds."""
    request = get(".json?PageSize=1")
    return (await run(port, 1, 0, make=make or (lambda _: request), count=count)).p50
