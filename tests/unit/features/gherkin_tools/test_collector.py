"""The collector of feature files, seen from outside: a small project with one feature and its steps."""

import pytest

pytestmark = pytest.mark.long

pytest_plugins = ["pytester"]

FEATURE = """
Feature: Counting
  Somebody counts.

  Scenario: One and one
    Given 1
    When 1 is added
    Then the sum is 2

  Scenario Outline: Sums of <case>
    Given <first>
    When <second> is added
    Then the sum is <sum>

    Examples:
      | case  | first | second | sum |
      | small | 1     | 2      | 3   |
      | wrong | 2     | 2      | 5   |
"""

STEPS = """
from pytest_bdd import given, parsers, then, when

@given(parsers.parse("{first:d}"), target_fixture="numbers")
def _(first): return [first]

@when(parsers.parse("{number:d} is added"))
def _(numbers, number): numbers.append(number)

@then(parsers.parse("the sum is {expected:d}"))
def _(numbers, expected): assert sum(numbers) == expected, f"the sum is {sum(numbers)}"
"""

OPTIONS = ("-p", "no:cacheprovider", "-o", "asyncio_default_fixture_loop_scope=function")

COLLECTOR = """
from gherkin_tools.collector import FeatureFile

def pytest_collect_file(file_path, parent):
    if file_path.suffix == ".feature":
        return FeatureFile.from_parent(parent, path=file_path)
"""


def test_scenarios_are_tests_named_as_they_are_written(pytester: pytest.Pytester) -> None:
    pytester.makefile(".feature", counting=FEATURE)
    pytester.makeconftest(COLLECTOR + STEPS)
    result = pytester.runpytest_inprocess("-v", *OPTIONS)
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(
        [
            "counting.feature::One and one PASSED*",
            "counting.feature::Sums of <case>[[]small-1-2-3] PASSED*",
            "counting.feature::Sums of <case>[[]wrong-2-2-5] FAILED*",
            "*the sum is 4*",
        ]
    )


def test_a_text_under_a_step_keeps_its_indentation(pytester: pytest.Pytester) -> None:
    feature = "Feature: Texts\n\n  Scenario: Nested\n    Given a text:\n"
    feature += '      """\n        two in\n          four in\n      """\n'
    pytester.path.joinpath("texts.feature").write_text(feature, encoding="utf-8")
    step = """
from pytest_bdd import given

@given("a text:")
def _(docstring): assert docstring == "  two in\\n    four in", docstring
"""
    pytester.makeconftest(COLLECTOR + step)
    pytester.runpytest_inprocess(*OPTIONS).assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("text", "failure"),
    [
        (
            "Feature: X\n  Given a step outside a scenario\n    | a\n",
            "*broken.feature:1: this feature has no scenario; add a line with `Scenario:`*",
        ),
        (
            "Feature: X\n\n  Scenaro: A\n    Given 1\n\n  Scenario: B\n    Given 1\n",
            '*broken.feature:3: "Scenaro: A" is read as a description and never run: did you mean*',
        ),
        (
            "Feature: X\n\n  Scenario: A\n    And 1\n",
            '*broken.feature:4: "And 1": a first step must be Given, When or Then*',
        ),
        ("Feature X\n", "*broken.feature:1: unexpected line: Feature X (expected: *"),
        ("# nothing yet\n", "*broken.feature:1: this file has no feature; begin it with `Feature:`*"),
        ("Feature: X\n  Scenario: Y\n    Perhaps it tests something\n", '*broken.feature:2: scenario "Y" has no steps'),
        (
            "Feature: X\n  Scenario: Y\n    Given 1\n  Scenario: Y\n    Given 2\n",
            '*broken.feature:4: 2 scenarios of this file are called "Y"',
        ),
        ("Feature: X\n  @quick\n  Scenario: Y\n    Given 1\n", "*broken.feature:3: undeclared tag @quick*"),
    ],
)
def test_what_cannot_be_played_is_an_error_naming_the_file(pytester: pytest.Pytester, text: str, failure: str) -> None:
    pytester.makefile(".feature", broken=text)
    pytester.makeconftest(COLLECTOR)
    result = pytester.runpytest_inprocess(*OPTIONS)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([failure])
