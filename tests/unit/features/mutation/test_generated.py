"""Generated mutants: which may survive and why, which are sampled, and the score."""

import importlib
from pathlib import Path

import pytest

from harness.plugin import ROOT
from mutation.generated import sample, score, survivors, verdicts
from mutation.generated.verdicts import HUNG, ILL_TYPED, KILLED, SURVIVED, UNREACHED, GeneratedMutant, Verdict

IN_CLASS = GeneratedMutant("driver.domain.rules.xǁRuleǁapplies__mutmut_3", "v1")
ALONE = GeneratedMutant("driver.domain.rules.x__order__mutmut_12", "v1")


def test_a_mutant_is_known_by_the_function_that_it_breaks() -> None:
    assert (IN_CLASS.function, ALONE.function) == ("driver.domain.rules.Rule.applies", "driver.domain.rules._order")
    assert (IN_CLASS.module, IN_CLASS.package) == ("driver.domain.rules", "driver.domain")


@pytest.mark.parametrize(
    ("where", "becomes", "covered"),
    [
        ("driver.domain.rules._order", "return a <= b", True),
        ("driver.domain.rules.*", "return a *", True),
        ("driver.domain.rules._order", "return a < b", False),
        ("driver.domain.rules._other", "return a <= b", False),
        ("driver.domain.rules._order", "return a .. b", False),
    ],
)
def test_a_reason_covers_what_it_names_and_no_more(where: str, becomes: str, covered: bool) -> None:
    known = survivors.Survivor(where, ("never mind", becomes), "both are equal")
    assert survivors.reason([known], ALONE, "return a <= b") == ("both are equal" if covered else "")


def test_every_reason_is_about_code_that_there_is() -> None:
    assert [row.where for row in survivors.read() if "*" not in row.where and not _exists(row.where)] == []
    assert [row.where for row in survivors.read() if not row.why or not row.becomes] == []
    assert [module for module in survivors.pending() if not (ROOT / f"{module.replace('.', '/')}.py").is_file()] == []


def test_the_sample_has_mutants_of_each_package_and_tests_that_exist() -> None:
    listed = sample.read()
    assert len(listed) >= sample.FEWEST
    assert [row for row in listed if not _exists(row.function) or not (ROOT / row.tests).is_file()] == []
    assert len({tuple(row.function.split(".")[:2]) for row in listed}) == 5


def test_a_sample_takes_few_of_each_package_and_of_each_function_one() -> None:
    many = [
        Verdict(
            GeneratedMutant(f"{package}.module.x_f{function}__mutmut_{number}", "v"),
            KILLED,
            "tests/unit/test_a.py::test_b",
        )
        for package in ("driver.domain", "driver.services")
        for function in range(9)
        for number in range(3)
    ]
    alive = Verdict(GeneratedMutant("driver.app.module.x_f__mutmut_1", "v"), SURVIVED)
    chosen = sample.choose([*many, alive], lambda mutant: mutant.name)
    assert len(chosen) == 2 * sample.OF_EACH_PACKAGE
    assert len({row.function for row in chosen}) == len(chosen)
    assert {row.tests for row in chosen} == {"tests/unit/test_a.py"}
    assert chosen == sample.choose([alive, *reversed(many)], lambda mutant: mutant.name)


def test_a_sample_is_read_as_it_was_written(tmp_path: Path) -> None:
    chosen = [sample.Sampled("driver.domain.rules._order", "return \"a\\n\" <= 'ä'", "tests/unit/test_a.py")]
    (tmp_path / "sample.toml").write_text(sample.text(chosen), encoding="utf-8")
    assert sample.read(tmp_path / "sample.toml") == chosen


def test_the_last_verdict_counts(tmp_path: Path) -> None:
    file = tmp_path / "verdicts.jsonl"
    assert verdicts.read(file) == {}
    verdicts.add(file, [Verdict(ALONE, SURVIVED), Verdict(IN_CLASS, HUNG)])
    verdicts.add(file, [Verdict(ALONE, KILLED, "a test")])
    assert verdicts.read(file) == {ALONE: Verdict(ALONE, KILLED, "a test"), IN_CLASS: Verdict(IN_CLASS, HUNG)}


def test_what_types_refuse_counts_neither_for_nor_against_the_tests() -> None:
    counted = [KILLED, KILLED, HUNG, SURVIVED, UNREACHED, ILL_TYPED, ILL_TYPED]
    judged = [
        Verdict(GeneratedMutant(f"driver.domain.a.x_f__mutmut_{n}", "v"), verdict) for n, verdict in enumerate(counted)
    ]
    assert score.table(judged).splitlines()[-1] == "| `driver/domain` | 7 | 2 | 3 | 1 | 1 | 60 % |"


def _exists(function: str) -> bool:
    """Return whether the function exists; its module is the longest part of the name that can be imported."""
    parts = function.split(".")
    paths = [ROOT / ("/".join(parts[:number]) + ".py") for number in range(1, len(parts))]
    number = max((number for number, path in enumerate(paths, 1) if path.is_file()), default=0)
    if not number:
        return False
    found: object = importlib.import_module(".".join(parts[:number]))
    for name in parts[number:]:
        found = getattr(found, name, None) or vars(found).get(name)
    return found is not None
