"""The mutation job: break the product in every named way, and check that the scenarios of the broken sentence notice.

    cd features && python -m mutation [--jobs N] [PART OF A NAME ...]

Each mutant runs in a copy of the two packages, so the checkout is never touched. Exit status 0 if all were killed.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from gherkin_tools.promises import PLATFORM
from mutation.mutant import MisfitError, Mutant
from mutation.mutants import MUTANTS

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("driver", "fake_twilio")
TIME_LIMIT_S = 180.0
"""Seconds after which the scenarios of one mutant count as hung."""

FAILED = 1
"""pytest's exit status when tests have failed."""


@dataclass(frozen=True)
class MutantResult:
    """The result for a mutant: its killers, or (``problem``) why there are none."""

    mutant: Mutant
    killers: tuple[str, ...] = ()
    problem: str = ""


def copy(target: Path) -> None:
    """Copy the packages without build artifacts of Python."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, target / package, ignore=shutil.ignore_patterns("__pycache__"))


def mutate(mutant: Mutant, tree: Path) -> None:
    """Apply a mutant to a copy.

    Raises:
        MisfitError: If the mutant does not fit the code.
    """
    file = tree / mutant.file
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    file.write_text(mutant.broken(text), encoding="utf-8")


def scenarios() -> dict[str, tuple[str, ...]]:
    """Return the scenarios that show each sentence of the platform's page, as pytest node IDs."""
    return {
        promise.sentence: tuple(
            f"features/{file}.feature{mark}{scenario}"
            for file, mark, scenario in (shown.partition("::") for shown in promise.scenarios)
        )
        for promise in PLATFORM.promises()
    }


def play(tree: Path, nodes: Sequence[str], limit_s: float = TIME_LIMIT_S) -> subprocess.CompletedProcess[str]:
    """Run scenarios against the packages of a tree.

    Raises:
        subprocess.TimeoutExpired: If they take longer than the limit.
    """
    report = f"--report={tree / 'page.html'}"
    command = [
        sys.executable,
        "-P",
        "-m",
        "pytest",
        "-q",
        "-rfE",
        "-p",
        "no:cacheprovider",
        "-x",
        "--tb=no",
        report,
    ]
    environment = {**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "300"}
    return subprocess.run(  # noqa: S603 - our own tests
        [*command, *nodes],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=limit_s,
        check=False,
    )


def judge(mutant: Mutant) -> MutantResult:
    """Apply a mutant to a copy, run the scenarios of its sentence, and return which of them noticed."""
    with tempfile.TemporaryDirectory(prefix="mutant-") as name:
        tree = Path(name)
        copy(tree)
        try:
            mutate(mutant, tree)
            played = play(tree, scenarios()[mutant.sentence])
        except MisfitError as exc:
            return MutantResult(mutant, problem=f"no longer fits the code: {exc}")
        except subprocess.TimeoutExpired:
            return MutantResult(mutant, problem=f"its scenarios hung for {TIME_LIMIT_S:g} s")
    if played.returncode == 0:
        return MutantResult(mutant, problem="SURVIVED: no scenario noticed")
    found = re.findall(r"^(?:FAILED|ERROR) features/(.+?)(?: - .*)?$", played.stdout, re.MULTILINE)
    if played.returncode != FAILED or not found:
        return MutantResult(mutant, problem=f"could not be evaluated:\n{(played.stdout + played.stderr)[-1500:]}")
    return MutantResult(mutant, tuple(dict.fromkeys(found)))


def baseline(mutants: Iterable[Mutant]) -> str:
    """Run the mutants' scenarios against the unchanged packages; return the failures, which should be empty."""
    with tempfile.TemporaryDirectory(prefix="unbroken-") as name:
        copy(Path(name))
        shown = scenarios()
        nodes = sorted({node for mutant in mutants for node in shown[mutant.sentence]})
        played = play(Path(name), nodes, TIME_LIMIT_S * max(1, len(nodes)))
    return "" if played.returncode == 0 else played.stdout[-3000:] + played.stderr[-1000:]


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Evaluate the chosen mutants, and print them with their killers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="number of parallel jobs (%(default)s)")
    parser.add_argument("name", nargs="*", help="only mutants whose name or file contains this text")
    options = parser.parse_args()
    chosen = [m for m in MUTANTS if not options.name or any(part in f"{m.name} {m.file}" for part in options.name)]
    if broken := baseline(chosen):
        _say(f"the scenarios fail without a mutant:\n{broken}")
        return 1
    with ThreadPoolExecutor(options.jobs) as pool:
        alive = 0
        for number, result in enumerate(pool.map(judge, chosen), 1):
            mark = "✗" if result.problem else "✓"
            alive += bool(result.problem)
            _say(f"{mark} {number:3} {result.mutant.name}  ({result.mutant.file})")
            for line in [result.problem] if result.problem else result.killers[:3]:
                _say(f"        {'' if result.problem else 'killed by '}{line}")
    _say(f"{len(chosen) - alive} of {len(chosen)} mutants killed")
    return 1 if alive or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
