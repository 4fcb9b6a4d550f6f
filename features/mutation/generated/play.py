"""Which tests are played against the mutants of each package, and the session that plays them."""

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
"""What is played against the mutants of each of both products."""

QUICK = "not long and not release and not node and not postgresql"

IN_OTHER_PROCESSES = ("convenience", "env", "exec", "exec_clients", "pytest_plugin", "running", "safety", "skill")
"""Tests of the fake that start programs, slowly, and try little in the process that has been forked for a mutant."""

COUNTS_STEPS = "tests/unit/fake_twilio/model/test_patterns.py::test_they_take_so_many_steps_whatever_the_text"
"""A test that counts the steps of the interpreter, those to a mutant included."""


@dataclass(frozen=True)
class Pace:
    """How many processes play at once, and how many seconds of tests a mutant meets, as long as they take unbroken."""

    jobs: int
    tests_s: float = 6.0


class TestsFailError(Exception):
    """The session that plays tests ended early, mostly because some fail without any mutant."""


def play(
    mutants: Sequence[GeneratedMutant], tree: Path, report: Path, *, pace: Pace, tests: Sequence[str] = ()
) -> None:
    """Play tests against mutants, ``tests`` or all that may reach them, and add the verdicts to a report.

    Raises:
        TestsFailError: When tests fail without any mutant.
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
