"""The tests to run against the mutants of each package, and the session that runs them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mutation.generated.tree import PACKAGES, ROOT
from mutation.generated.verdicts import GeneratedMutant

TESTS = {
    "driver": ("tests/unit/driver", "tests/integration/driver"),
    "fake_twilio": ("tests/unit/fake_twilio", "tests/integration/fake_twilio", "tests/contract"),
}
"""The tests to run against the mutants of each of the two products."""

QUICK = "not long and not release and not node and not postgresql"

IN_OTHER_PROCESSES = ("convenience", "env", "exec", "exec_clients", "pytest_plugin", "running", "safety", "skill")
"""Slow tests of the fake that start programs and cover little in the process that is forked for a mutant."""

COUNTS_STEPS = "tests/unit/fake_twilio/model/test_patterns.py::test_they_take_so_many_steps_whatever_the_text"
"""A test that counts interpreter steps, which include the steps of the mutation switch."""


@dataclass(frozen=True)
class Pace:
    """The number of parallel processes, and the seconds of tests per mutant, by their duration without a mutant."""

    jobs: int
    tests_s: float = 6.0


class TestsFailError(Exception):
    """The test session ended early, usually because tests fail without a mutant."""


def play(
    mutants: Sequence[GeneratedMutant], tree: Path, report: Path, *, pace: Pace, tests: Sequence[str] = ()
) -> None:
    """Run tests against mutants (``tests``, or all that may reach them), and append the verdicts to a report.

    Raises:
        TestsFailError: If tests fail without a mutant.
    """
    for product in PACKAGES:
        chosen = [mutant for mutant in mutants if mutant.name.startswith(f"{product}.")]
        own = [test for test in tests if product == _product(test)] or TESTS[product]
        if chosen and (status := _session(chosen, product, tree, report=report, tests=own, pace=pace)):
            raise TestsFailError(f"pytest ended with status {status}, see above")


def _product(test: str) -> str:
    return next(product for product, folders in TESTS.items() if test.startswith(folders))


def _session(
    mutants: Sequence[GeneratedMutant], product: str, tree: Path, *, report: Path, tests: Sequence[str], pace: Pace
) -> int:
    names = tree / f"{product}.txt"
    names.write_text("".join(f"{mutant.name} {mutant.version}\n" for mutant in mutants), encoding="utf-8")
    skipped = (f"--ignore=tests/integration/fake_twilio/test_{name}.py" for name in IN_OTHER_PROCESSES)
    options = ["-m", QUICK, *skipped, f"--deselect={COUNTS_STEPS}"]
    session = ["mutation.generated.session", str(names), str(report), str(pace.jobs), str(pace.tests_s)]
    path = os.pathsep.join((str(tree), str(ROOT / "features")))
    return subprocess.run(  # noqa: S603 - our own tests
        [sys.executable, "-P", "-m", *session, *tests, *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        check=False,
    ).returncode
