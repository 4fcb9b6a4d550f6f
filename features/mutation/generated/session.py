"""Runs tests against mutants: a pytest plugin that imports all tests once and forks a process for each mutant.

The first round runs every test against the unchanged code and records which functions each one reaches. A mutant is
then run only against tests that reach its function, likely killers first and quick tests before slow ones, until one
fails or a given number of seconds has passed.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath
from typing import TextIO

import pytest
from _pytest.runner import runtestprotocol
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state

from mutation.generated.play import Pace
from mutation.generated.verdicts import HUNG, KILLED, SURVIVED, UNREACHED, GeneratedMutant, Verdict
from mutation.generated.workers import Broken, Workers

PATIENCE_S = 8.0
"""Seconds that a mutant's tests may take beyond four times their duration without a mutant."""

OBSERVATION_S = 900.0
"""Seconds that a group of tests may take without a mutant."""


@dataclass
class Reach:
    """Coverage and durations of the tests without a mutant."""

    seconds: dict[int, float] = field(default_factory=dict)
    """The duration of each test, by its index in the session."""
    tests: defaultdict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    """The tests that reach each function, by mutmut's name of the function."""
    failed: list[str] = field(default_factory=list)
    """Tests that already fail, and would seem to kill every mutant."""

    def add(self, other: Reach) -> None:
        """Merge the records of another process."""
        self.seconds |= other.seconds
        self.failed += other.failed
        for function, tests in other.tests.items():
            self.tests[function] |= tests


class MutantSession:
    """Runs the tests of a session against mutants, and reports each as a line of JSON."""

    def __init__(self, mutants: Sequence[GeneratedMutant], pace: Pace, report: Path) -> None:
        self._mutants = mutants
        self._pace = pace
        self._report = report
        self._items: Sequence[pytest.Item] = ()
        self._reach = Reach()
        self._killers: defaultdict[str, Counter[str]] = defaultdict(Counter)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Run everything once without a mutant, then run each mutant."""
        self._items = session.items
        workers = Workers(self._pace.jobs, session)
        try:
            self._look(workers)
            with self._report.open("a", encoding="utf-8") as report:
                for mutant in self._mutants:
                    self._play_against(mutant, workers, report)
                workers.finish()
        finally:
            workers.stop()
        return True

    def _look(self, workers: Workers) -> None:
        """Run everything once without a mutant."""
        kept = self._report.with_name("reach.json")
        new = self._remember(kept)
        for part in _parts(self._items, new, self._pace.jobs * 8):
            workers.start(partial(self._observe, part), self._note, OBSERVATION_S)
        workers.finish()
        if self._reach.failed:
            raise pytest.UsageError("tests fail without a mutant:\n" + "\n".join(sorted(self._reach.failed)))
        self._keep(kept)

    def _play_against(self, mutant: GeneratedMutant, workers: Workers, report: TextIO) -> None:
        tests = self._tests_for(mutant)

        def done(answer: str | Broken | None) -> None:
            killer = "the process crashed" if isinstance(answer, Broken) else answer
            verdict = HUNG if killer is None else KILLED if killer else SURVIVED if tests else UNREACHED
            self._killers[mutant.function][killer or ""] += 1
            self._killers[mutant.module][killer or ""] += 1
            report.write(Verdict(mutant, verdict, killer or "").line())
            report.flush()

        if tests:
            limit_s = 4 * sum(self._reach.seconds[test] for test in tests) + PATIENCE_S
            workers.start(lambda: self._judge(mutant, tests), done, limit_s)
        else:
            done("")

    def _remember(self, kept: Path) -> list[int]:
        """Read the coverage of unchanged tests from an earlier run; return the indexes of all other tests."""
        known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
        others = []
        for place, item in enumerate(self._items):
            changed_at, seconds, functions = known.get(item.nodeid, (0, 0.0, ()))
            if changed_at != item.path.stat().st_mtime_ns:
                others.append(place)
                continue
            self._reach.seconds[place] = seconds
            for function in functions:
                self._reach.tests[function].add(place)
        return others

    def _keep(self, kept: Path) -> None:
        functions = defaultdict(list)
        for function, places in self._reach.tests.items():
            for place in places:
                functions[place].append(function)
        known = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
        for place, item in enumerate(self._items):
            known[item.nodeid] = (item.path.stat().st_mtime_ns, self._reach.seconds[place], functions[place])
        kept.write_text(json.dumps(known), encoding="utf-8")

    def _note(self, seen: Reach | Broken | None) -> None:
        if isinstance(seen, Reach):
            self._reach.add(seen)
        else:
            self._reach.failed.append(seen.why if seen else f"some tests took longer than {OBSERVATION_S:g} s")

    def _observe(self, places: Sequence[int]) -> Reach:
        set_mutant_under_test("stats")
        seen = Reach()
        for place, failed, took_s in self._play(places):
            seen.seconds[place] = took_s
            if failed:
                seen.failed.append(self._items[place].nodeid)
            reached = state()._stats  # noqa: SLF001 - mutmut's own session reads it too
            for function in reached:
                seen.tests[function].add(place)
            reached.clear()
        return seen

    def _judge(self, mutant: GeneratedMutant, places: Sequence[int]) -> str:
        """Return the test that fails, or an empty string."""
        set_mutant_under_test(mutant.name)
        return next((self._items[place].nodeid for place, failed, _ in self._play(places) if failed), "")

    def _play(self, places: Sequence[int]) -> Iterator[tuple[int, bool, float]]:
        for place, following in zip(places, [*places[1:], None], strict=True):
            began = time.monotonic()
            reports = runtestprotocol(
                self._items[place], log=False, nextitem=None if following is None else self._items[following]
            )
            yield place, any(report.failed for report in reports), time.monotonic() - began

    def _tests_for(self, mutant: GeneratedMutant) -> list[int]:
        """Return the tests to run against a mutant, in order.

        Tests that killed other mutants of the function come first. Then comes one case of each unit test before the
        next case of any, starting with those in the file for the mutant's module.
        """
        seconds, module = self._reach.seconds, mutant.module.rpartition(".")[2]
        cases: Counter[str] = Counter()
        ranks = {}
        for place in sorted(self._reach.tests.get(mutant.name.partition("__mutmut_")[0], ()), key=seconds.__getitem__):
            item = self._items[place]
            name, path = item.nodeid.partition("[")[0], PurePath(item.path)
            ranks[place] = (
                -self._killers[mutant.function][item.nodeid],
                "unit" not in path.parts,
                cases[name],
                path.stem != f"test_{module}",
                -self._killers[mutant.module][item.nodeid],
                seconds[place],
            )
            cases[name] += 1
        chosen: list[int] = []
        spent_s = 0.0
        for place in sorted(ranks, key=ranks.__getitem__):
            if not chosen or spent_s + seconds[place] <= self._pace.tests_s:
                chosen.append(place)
                spent_s += seconds[place]
        return chosen


def _parts(items: Sequence[pytest.Item], places: Sequence[int], number: int) -> list[list[int]]:
    """Return the indexes of tests in about ``number`` groups; files are not split, to set up fixtures once."""
    by_file: defaultdict[Path, list[int]] = defaultdict(list)
    for place in places:
        by_file[items[place].path].append(place)
    parts: list[list[int]] = [[]]
    for together in by_file.values():
        if len(parts[-1]) > len(places) / number:
            parts.append([])
        parts[-1] += together
    return [part for part in parts if part]


def main() -> int:
    """Run tests against mutants: ``MUTANTS REPORT JOBS SECONDS PYTEST-ARGUMENT ...``."""
    mutants, report, jobs, tests_s, *arguments = sys.argv[1:]
    rows = (line.split() for line in Path(mutants).read_text(encoding="utf-8").splitlines())
    chosen = [GeneratedMutant(name, version) for name, version in rows]
    plugin = MutantSession(chosen, Pace(int(jobs), float(tests_s)), Path(report))
    return int(pytest.main([*arguments, "-s", "-q", "-p", "no:cacheprovider"], plugins=[plugin]))


if __name__ == "__main__":
    sys.exit(main())
