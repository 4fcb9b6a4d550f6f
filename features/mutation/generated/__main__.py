"""Break every expression of the packages with decision logic, and check that tests notice.

    python -P -m mutation.generated [--jobs N] [PATTERN ...]
    python -P -m mutation.generated --sample

A pattern selects functions, such as ``driver.domain.facts*``. Verdicts are kept in ``mutants/``: a killed mutant is
evaluated again only when its function has changed. Exit status 0 if each surviving mutant has its reason in
``survivors.toml``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from fnmatch import fnmatch

from mutation.generated import sample, score, survivors, verdicts
from mutation.generated.play import Pace, TestsFailError, play
from mutation.generated.tree import ROOT, make_tree, mutable_files
from mutation.generated.type_check import refused
from mutation.generated.verdicts import ILL_TYPED, KILLED, NOTICED, GeneratedMutant, Verdict

TREES = ROOT / "mutants"


class Run:
    """A copy with mutants, and their verdicts."""

    def __init__(self, name: str, patterns: Sequence[str] | None, pace: Pace) -> None:
        self.tree = TREES / name
        self.kept = self.tree / "verdicts.jsonl"
        self.pace = pace
        self.files = make_tree(self.tree, mutable_files(patterns), pace.jobs)
        self._by_module = {file.module: file for file in self.files}

    def mutants(self) -> list[GeneratedMutant]:
        """Return all mutants of the copy."""
        return [mutant for file in self.files for mutant in file.mutants()]

    def change(self, mutant: GeneratedMutant) -> str:
        """Return what a mutant changes."""
        return self._by_module[mutant.module].change(mutant)

    def judge(self, mutants: Sequence[GeneratedMutant]) -> None:
        """Evaluate each mutant that has no verdict or has not been killed yet.

        Raises:
            TestsFailError: If tests fail without a mutant.
        """
        known = verdicts.read(self.kept)
        ill_typed = refused(self.tree, self.files)
        new = (one for one in mutants if one.name in ill_typed and one not in known)
        verdicts.add(self.kept, (Verdict(one, ILL_TYPED) for one in new))
        settled = {one for one, verdict in known.items() if verdict.verdict in NOTICED}
        to_play = [one for one in mutants if one not in settled and one.name not in ill_typed]
        _say(f"{len(to_play):,} of {len(mutants):,} mutants to test")
        play(to_play, self.tree, self.kept, pace=self.pace)

    def verdicts(self, mutants: Sequence[GeneratedMutant]) -> list[Verdict]:
        """Return the known verdicts of mutants."""
        known = verdicts.read(self.kept)
        return [known[mutant] for mutant in mutants if mutant in known]


def whole(run: Run, patterns: Sequence[str], *, judge: bool) -> int:
    """Evaluate the chosen mutants, and print the score and those that survive without a reason."""
    chosen = [one for one in run.mutants() if not patterns or any(fnmatch(one.function, each) for each in patterns)]
    if judge:
        run.judge(chosen)
    judged = run.verdicts(chosen)
    reasons = survivors.read()
    open_ones = [one for one in judged if one.verdict not in NOTICED | {ILL_TYPED}]
    unexplained = [one for one in open_ones if not survivors.reason(reasons, one.mutant, run.change(one.mutant))]
    pending = survivors.pending()
    failing = [one for one in unexplained if one.mutant.module not in pending]
    for one in failing if not patterns else unexplained:
        _say(f"{one.verdict}: {one.mutant.function}\n    {run.change(one.mutant)}")
    _say(score.table(judged))
    _say(f"\n{len(judged):,} of {len(chosen):,} evaluated, {len(failing):,} survive without a reason")
    _say(f"{len(unexplained) - len(failing):,} more survive in modules that are not reviewed yet")
    return 1 if failing or len(judged) < len(chosen) else 0


def play_sample(pace: Pace) -> int:
    """Run the tests of the sample against its mutants, and print those that survive."""
    listed = sample.read()
    modules = {one.function: _file(one.function) for one in listed}
    run = Run("sample", sorted(set(modules.values())), pace)
    mutants = run.mutants()
    found = {one: mutant for one in listed if (mutant := one.find(mutants, run.change))}
    for one in listed:
        if one not in found:
            _say(f"the code has changed: {one.function}: {one.becomes}")
    if len(found) < sample.FEWEST:
        _say(f"{len(found)} mutants of the sample are left: choose anew with `tox -e mutmut -- --choose-sample`")
        return 1
    for earlier in (run.kept, run.kept.with_name("reach.json")):
        earlier.unlink(missing_ok=True)
    play(list(found.values()), run.tree, run.kept, pace=pace, tests=sorted({one.tests for one in found}))
    known = {verdict.mutant: verdict for verdict in run.verdicts(list(found.values()))}
    alive = [one for one, mutant in found.items() if known[mutant].verdict != KILLED]
    for one in alive:
        _say(f"NOT KILLED by {one.tests}: {one.function}\n    {one.becomes}")
    _say(f"{len(found) - len(alive)} of {len(found)} mutants of the sample killed")
    return 1 if alive else 0


def _file(function: str) -> str:
    """Return the file of a function; its module is the longest prefix of its name that is a file."""
    parts = function.split(".")
    paths = ("/".join(parts[:number]) + ".py" for number in range(len(parts), 0, -1))
    return next(path for path in paths if (ROOT / path).is_file())


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="parallel processes (%(default)s)")
    parser.add_argument("--sample", action="store_true", help="test only the mutants of sample.toml")
    parser.add_argument("--choose-sample", action="store_true", help="write a new sample.toml without testing")
    parser.add_argument("--report", action="store_true", help="report the known verdicts without testing")
    parser.add_argument("pattern", nargs="*", help="only functions whose names match, such as driver.domain.facts*")
    parser.add_argument("--seconds", type=float, default=Pace.tests_s, help="test seconds per mutant (%(default)g)")
    options = parser.parse_args()
    pace = Pace(options.jobs, options.seconds)
    try:
        if options.sample:
            return play_sample(pace)
        run = Run("all", None, pace)
        if options.choose_sample:
            chosen = sample.choose(run.verdicts(run.mutants()), run.change)
            sample.LIST.write_text(sample.text(chosen), encoding="utf-8")
            return 0
        return whole(run, options.pattern, judge=not options.report)
    except TestsFailError as exc:
        _say(str(exc))
        return 2


if __name__ == "__main__":
    sys.exit(main())
