"""The mutation job's data: each sentence of the platform's page has a mutant, and every mutant applies to the code."""

import pytest

from gherkin_tools.promises import PLATFORM
from harness.plugin import ROOT
from mutation.mutant import MisfitError, Mutant
from mutation.mutants import MUTANTS


def test_no_name_stands_twice() -> None:
    names = [mutant.name for mutant in MUTANTS]
    assert len(names) == len(set(names))


def test_every_sentence_is_broken_and_every_mutant_breaks_a_sentence() -> None:
    assert {mutant.sentence for mutant in MUTANTS} == {promise.sentence for promise in PLATFORM.promises()}


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
        Mutant("Two follows one", "counting", "somewhere.py", "one", new).broken(text)
