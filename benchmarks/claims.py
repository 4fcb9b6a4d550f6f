"""Claims: a figure, what it may be at most or has to be at least, and what it is compared to in the same run.

A reference says more than a figure alone: machines differ, and so do their days.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

from fake_load import get, run

ROWS = "BENCHMARK_ROWS"
"""Names the file to which each figure is added as a line of JSON, for the table of all benchmarks."""


def tell(what: str, figure: float, unit: str, *, most: float = 0, least: float = 0, ratio: str = "") -> None:
    """Print a figure beside its claim, and whether that was kept; ``ratio`` is the same in terms of a reference."""
    kept = figure <= most if most else figure >= least
    bound = f"at most {most:g}" if most else f"at least {least:g}" if least else ""
    claim = f" (claim: {bound} {unit}: {'kept' if kept else 'MISSED'})" if bound else ""
    print(f"{what}: {figure:,.2f} {unit}{f', {ratio}' if ratio else ''}{claim}", flush=True)
    if file := os.environ.get(ROWS):
        row = {"what": what.strip(), "figure": figure, "unit": unit, "claim": bound, "kept": kept, "ratio": ratio}
        with Path(file).open("a", encoding="utf-8") as rows:
            print(json.dumps(row), file=rows)


async def round_trip(port: int, make: Callable[[int], bytes] | None = None, count: int = 200) -> float:
    """Return the median of a request's round trips on one connection, in milliseconds."""
    request = get(".json?PageSize=1")
    return (await run(port, 1, 0, make or (lambda _: request), count=count)).p50
