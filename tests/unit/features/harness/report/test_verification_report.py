"""The report of what was seen on the real Twilio, and the tags it is read from."""

from datetime import date
from pathlib import Path

import pytest
from pytest_bdd import parsers

from gherkin_tools.gherkin_model import read
from gherkin_tools.lint_command import check
from gherkin_tools.step_definitions import Definitions, StepDefinition
from harness.capabilities import Capability, needs
from harness.report.verification_report import day_of, report

TODAY = date(2026, 11, 24)


def rings(name: str) -> None:
    """A telephone rings."""


@needs(Capability.FAULTS)
def is_dead(name: str) -> None:
    """A telephone is dead."""


DEFINITIONS = Definitions(
    [
        StepDefinition("then", parsers.parse('"{name}" rings'), rings),
        StepDefinition("given", parsers.parse('"{name}" is dead'), is_dead),
    ]
)
FEATURE = """Feature: Telephones
  They ring.

  @verified-2026-01-31 @verified-2026-08-25
  Scenario: Long ago
    Then "Gate" rings

  @verified-2026-08-26
  Scenario: Lately
    Then "Gate" rings

  Scenario: Never
    Then "Gate" rings

  @fake-only
  Scenario: Not there
    Given "Gate" is dead
    Then "Dock" rings

  Scenario Outline: Dead or not
    Then "<name>" rings

    Examples:
      | name |
      | Gate |
"""


def test_the_longest_ago_is_named_with_its_place_and_the_others_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "telephones.feature"
    path.write_text(FEATURE, encoding="utf-8")
    found = report([read(path)], DEFINITIONS, frozenset({Capability.FAULTS}))
    assert list(found.lines(TODAY, tmp_path)) == [
        'telephones.feature:5: "Long ago" was last verified on 2026-08-25, 91 days ago',
        "2 scenarios were verified on the real Twilio, 1 of them more than 90 days ago; 2 more could be",
    ]


@pytest.mark.parametrize(
    ("tag", "day"),
    [("verified-2026-02-28", date(2026, 2, 28)), ("verified-2026-02-30", None), ("bug-12", None), ("verified", None)],
)
def test_a_tag_names_a_day_that_there_is(tag: str, day: date | None) -> None:
    assert day_of(tag) == day


def test_a_day_that_there_is_not_is_a_failure_text(tmp_path: Path) -> None:
    path = tmp_path / "telephones.feature"
    path.write_text(FEATURE.replace("2026-08-26", "2026-02-30"), encoding="utf-8")
    messages = [str(one.text) for one in check([path], DEFINITIONS, today=TODAY).lint_findings]
    assert "@verified-2026-02-30: no such date" in messages
    assert not any("2026-08-25" in text for text in messages)


def test_nothing_was_seen_on_a_day_that_is_still_to_come(tmp_path: Path) -> None:
    path = tmp_path / "telephones.feature"
    path.write_text(FEATURE.replace("2026-08-26", "2026-11-25").replace("2026-08-25", "2026-11-24"), encoding="utf-8")
    found = [one.text for one in check([path], DEFINITIONS, today=TODAY).lint_findings if "@verified" in one.text]
    assert found == ["@verified-2026-11-25: the date is in the future; today is 2026-11-24"]
