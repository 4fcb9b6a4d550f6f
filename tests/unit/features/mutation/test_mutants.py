"""The mutation job's data: enough mutants, each with its own name and with killers that exist."""

import pytest

from gherkin_tools.gherkin_model import read
from gherkin_tools.lint_command import feature_files
from harness.plugin import ROOT, SUITE
from mutation.mutant import MisfitError, Mutant
from mutation.mutants import MUTANTS

FEWEST = 60


def test_there_are_enough_mutants_and_no_name_twice() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(names) >= FEWEST
    assert len(names) == len(set(names))


def test_every_killer_is_a_scenario_of_the_suite() -> None:
    known = {
        f"{document.path.relative_to(SUITE).with_suffix('').as_posix()}::{scenario.name}"
        for document in map(read, feature_files([SUITE]))
        for scenario in document.scenarios
    }
    assert [killer for mutant in MUTANTS for killer in mutant.killers if killer not in known] == []


def test_every_mutant_has_a_killer() -> None:
    assert [mutant.name for mutant in MUTANTS if not mutant.killers] == []


def test_every_mutant_fits_the_code() -> None:
    assert [misfit for mutant in MUTANTS if (misfit := _misfit(mutant))] == []


def _misfit(mutant: Mutant) -> str:
    file = ROOT / mutant.file
    try:
        mutant.broken(file.read_text(encoding="utf-8") if file.exists() else "")
    except MisfitError as exc:
        return f"{mutant.name}: {exc}"
    return ""


@pytest.mark.parametrize(("text", "new"), [("one two one", "three"), ("two", "three"), ("one", "one")])
def test_a_mutant_that_would_break_nothing_or_too_much_is_named(text: str, new: str) -> None:
    with pytest.raises(MisfitError):
        Mutant("counting", "somewhere.py", "one", new, ("a/b::c",)).broken(text)
