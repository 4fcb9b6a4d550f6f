"""Cucumber JSON and JUnit XML of one run whose scenarios pass, fail, are skipped and cannot be run."""

import json
from typing import Any
from xml.etree import ElementTree

import pytest

from support.own_pytest import ANYWHERE, typed

pytestmark = pytest.mark.long

FEATURE = """@bug-7
Feature: What reports contain
  Somebody reads them.
  A machine does too.

  Rule: Everything is reported

    @magic
    Scenario: It passes
      Given a running driver with the phone "Gate"
      When 1 second passes
      Then "Gate" shows Normal

    Scenario Outline: It fails for <case>
      Given a running driver with the phone "<name>"
      Then the assets show:
        | asset  | status |
        | <name> | Fault  |
      And "<name>" shows Fault

      Examples:
        | case  | name |
        | a row | Gate |

    Scenario: It is skipped
      Given a running driver with the phone "Gate"
      And the driver is killed
      Then "Gate" shows Normal

    @wip
    Scenario: It is not done yet
      Given a running driver with the phone "Gate"
      Then "Gate" shows Fault

    Scenario: It cannot be played
      Given a running driver with the phone "Gate"
      Then the gate is shut

    Scenario: It leaves something behind
      Given a running driver with the phone "Gate"
      And the database is full
      When the operator sends "Hello" to phone "Gate"
      Then the command is refused because "database or disk is full"

    Scenario: A text is written below
      Given the driver's configuration also contains:

        \"\"\"toml
        [receive]
          poll_interval_s = 20
        \"\"\"
      And a running driver with the phone "Gate"
      Then "Gate" shows Normal
"""


@pytest.fixture(
    scope="module",
    params=[
        pytest.param((), id="one process"),
        pytest.param(("-n", "2"), id="two processes", marks=pytest.mark.release),
    ],
)
def reports(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Any]:
    folder = tmp_path_factory.mktemp("reports")
    (folder / "reported.feature").write_text(FEATURE, encoding="utf-8")
    cucumber, junit = folder / "made" / "cucumber.json", folder / "junit.xml"
    files = [f"--cucumberjson={cucumber}", f"--junitxml={junit}", f"--report={folder / 'page.html'}"]
    typed(str(folder), *ANYWHERE, *files, *request.param)
    features = json.loads(cucumber.read_text(encoding="utf-8"))
    assert len(features) == 1
    return features[0], ElementTree.parse(junit)


def element(feature: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in feature["elements"] if one["name"] == name)


def statuses(feature: dict[str, Any], name: str) -> list[str]:
    return [step["result"]["status"] for step in element(feature, name)["steps"]]


def test_the_feature_is_described_as_it_is_written(reports: tuple[dict[str, Any], Any]) -> None:
    feature, _ = reports
    assert feature["uri"].endswith("reported.feature")
    assert (feature["keyword"], feature["name"], feature["line"]) == ("Feature", "What reports contain", 2)
    assert feature["description"] == "Somebody reads them.\n  A machine does too."
    assert feature["tags"] == [{"name": "@bug-7"}]
    assert len(feature["elements"]) == 7


def test_steps_that_pass_have_a_duration(reports: tuple[dict[str, Any], Any]) -> None:
    feature, _ = reports
    passing = element(feature, "It passes")
    assert [step["keyword"] for step in passing["steps"]] == ["Given ", "When ", "Then "]
    assert statuses(feature, "It passes") == ["passed"] * 3
    assert all(step["result"]["duration"] > 0 for step in passing["steps"])
    assert {tag["name"] for tag in passing["tags"]} == {"@bug-7", "@magic"}
    assert passing["id"] == "what-reports-contain;it-passes"


def test_one_step_fails_and_those_after_it_are_skipped(reports: tuple[dict[str, Any], Any]) -> None:
    feature, _ = reports
    failing = element(feature, "It fails for a row")
    assert statuses(feature, "It fails for a row") == ["passed", "failed", "skipped"]
    assert "the actual table" in failing["steps"][1]["result"]["error_message"]
    assert failing["keyword"] == "Scenario Outline"
    assert failing["id"] == "what-reports-contain;it-fails-for-a-row;a-row-gate"


def test_data_tables_have_the_values_of_their_row_of_examples(reports: tuple[dict[str, Any], Any]) -> None:
    step = element(reports[0], "It fails for a row")["steps"][1]
    assert step["rows"] == [{"cells": ["asset", "status"]}, {"cells": ["Gate", "Fault"]}]


def test_texts_below_steps_are_there_with_their_line(reports: tuple[dict[str, Any], Any]) -> None:
    step = element(reports[0], "A text is written below")["steps"][0]
    assert step["doc_string"] == {
        "value": "[receive]\n  poll_interval_s = 20",
        "content_type": "toml",
        "line": FEATURE.splitlines().index('        """toml') + 1,
    }


def test_a_scenario_that_is_skipped_is_there_with_its_reason(reports: tuple[dict[str, Any], Any]) -> None:
    feature, _ = reports
    assert statuses(feature, "It is skipped") == ["skipped"] * 3
    before = element(feature, "It is skipped")["before"][0]["result"]
    assert before["status"] == "skipped"
    assert "needs a driver that can be killed" in before["error_message"]


def test_work_in_progress_that_fails_is_pending(reports: tuple[dict[str, Any], Any]) -> None:
    assert statuses(reports[0], "It is not done yet") == ["passed", "pending"]


def test_what_cannot_be_played_has_failed_before_its_first_step(reports: tuple[dict[str, Any], Any]) -> None:
    feature, _ = reports
    assert statuses(feature, "It cannot be played") == ["skipped"] * 2
    before = element(feature, "It cannot be played")["before"][0]["result"]
    assert before["status"] == "failed"
    assert 'no step matches "Then the gate is shut"' in before["error_message"]


def test_a_scenario_that_breaks_an_invariant_has_failed_after_its_last_step(
    reports: tuple[dict[str, Any], Any],
) -> None:
    feature, _ = reports
    assert statuses(feature, "It leaves something behind") == ["passed"] * 4
    after = element(feature, "It leaves something behind")["after"][0]["result"]
    assert after["status"] == "failed"
    assert "database or disk is full" in after["error_message"]


def test_junit_counts_the_same(reports: tuple[dict[str, Any], Any]) -> None:
    suite = reports[1].getroot().find("testsuite")
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("1", "2", "2")
    passing = next(case for case in suite.iter("testcase") if case.get("name") == "It passes")
    properties = [(one.get("name"), one.get("value")) for one in passing.iter("property")]
    assert properties[0] == ("feature", "What reports contain")
    assert ("rule", "Everything is reported") in properties
    assert ("twilio", "fake") in properties
    assert [value for name, value in properties if name == "tag"] == ["bug-7", "magic"]
    assert len(properties) == len(set(properties))
    failed = next(case for case in suite.iter("testcase") if case.find("failure") is not None)
    assert "✗ Then the assets show:" in failed.findtext("failure")
