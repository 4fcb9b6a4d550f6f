"""How long the feature suite takes: all of it on two processors, one scenario, and the lint run without scenarios.

    python benchmarks/features_speed.py [--once]

Each is run as QA runs it, from the shell, with Python's bytecode cache. The project's claims: the whole suite in under
20 seconds on two idle processors, one scenario in under 1.5, the lint run in under 2. Where other programs are running,
CPU seconds say more than the clock; the last column expresses them in starts of Python, so that machines can be
compared. ``--once`` skips the whole suite.
"""

import argparse
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCENARIO = "features/sending/an-operator-texts-a-phone.feature::The text arrives as it was written"


@dataclass(frozen=True)
class Taken:
    """The cost of a run: clock seconds, CPU seconds, and its last output."""

    clock_s: float
    processors_s: float
    said: str


def run(*arguments: str, cache: Path) -> Taken:
    """Run Python with a separate bytecode cache."""
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(cache)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    used, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    clock_s, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stdout[-2000:]}{done.stderr}")
    lines = done.stdout.strip().splitlines()
    processors_s = after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime
    return Taken(clock_s, processors_s, lines[-1] if lines else "")


def best(count: int, *arguments: str, cache: Path) -> Taken:
    """Run several times and return the run with the least CPU time."""
    return min((run(*arguments, cache=cache) for _ in range(count)), key=lambda taken: taken.processors_s)


def main() -> None:
    """Run everything and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--once", action="store_true", help="skip the whole suite")
    options = parser.parse_args()
    pytest = ("-P", "-m", "pytest", "-q", "-p", "no:cacheprovider")
    with tempfile.TemporaryDirectory(prefix="bytecode-") as folder:
        cache = Path(folder)
        run(*pytest, SCENARIO, cache=cache)  # fills the cache
        start = best(5, "-c", "pass", cache=cache)
        rows = {
            "pytest features --check": best(3, *pytest, "features", "--check", cache=cache),
            "one scenario": best(3, *pytest, SCENARIO, cache=cache),
        }
        if not options.once:
            rows["pytest features -n 2"] = run(*pytest, "features", "-n", "2", cache=cache)
    print(f"{'':24} {'clock':>8} {'processors':>11} {'starts of Python':>17}")
    for name, taken in rows.items():
        starts = taken.processors_s / start.processors_s
        print(f"{name:24} {taken.clock_s:6.2f} s {taken.processors_s:9.2f} s {starts:17.0f}")
    if not options.once and (played := re.search(r"(\d+) passed", taken.said)):
        print(f"{1000 * taken.processors_s / int(played[1]):.0f} ms of CPU time per scenario, {played[1]} scenarios")


if __name__ == "__main__":
    main()
