"""The mutation job's data: enough mutants, each with its own name and with killers that exist."""

from bench.check import feature_files
from bench.documents import read
from bench.plugin import SUITE
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


def test_every_mutant_has_a_killer_and_changes_something() -> None:
    assert [mutant.name for mutant in MUTANTS if not mutant.killers or mutant.old == mutant.new] == []
