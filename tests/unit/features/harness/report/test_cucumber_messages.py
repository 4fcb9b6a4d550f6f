"""Cucumber Messages: what Cucumber's own formatter makes of a run with a scenario of each outcome."""

import json
import subprocess
from pathlib import Path

import pytest

from support.node import FOLDER, node_modules
from support.own_pytest import ANYWHERE, typed

pytestmark = pytest.mark.long

FEATURE = """\
Feature: What messages contain
  Tools read them.

  Scenario Outline: It passes for <name>
    Given a running driver with the phone "<name>"
    When 1 second passes
    Then "<name>" shows Normal

    Examples:
      | name |
      | Gate |
      | Dock |

  Scenario: It fails
    Given a running driver with the phone "Gate"
    Then "Gate" shows Fault
    And "Gate" shows Normal

  Scenario: It is skipped
    Given a running driver with the phone "Gate"
    And the driver is killed
    Then "Gate" shows Normal

  Scenario: It leaves something behind
    Given a running driver with the phone "Gate"
    When the operator sends " " to phone "Gate"
    Then "Gate" shows Normal
"""


@pytest.fixture(scope="module")
def messages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("messages")
    (folder / "messages.feature").write_text(FEATURE, encoding="utf-8")
    file = folder / "made" / "messages.ndjson"
    status, said = typed(str(folder), *ANYWHERE, f"--messages={file}", f"--report={folder / 'page.html'}")
    assert status == 1
    assert f"Cucumber Messages: {file.as_uri()}" in said
    return file


def test_every_step_of_every_scenario_has_its_outcome(messages: Path) -> None:
    text = messages.read_text(encoding="utf-8")
    envelopes = [json.loads(line) for line in text.splitlines()]
    kinds = ("pickle", "testCase", "testCaseStarted")
    found = {kind: [one[kind] for one in envelopes if kind in one] for kind in kinds}
    names = {pickle["id"]: pickle["name"] for pickle in found["pickle"]}
    cases = {case["id"]: names[case["pickleId"]] for case in found["testCase"]}
    started = {one["id"]: cases[one["testCaseId"]] for one in found["testCaseStarted"]}
    outcomes: dict[str, str] = dict.fromkeys(started.values(), "")
    for one in (envelope["testStepFinished"] for envelope in envelopes if "testStepFinished" in envelope):
        outcomes[started[one["testCaseStartedId"]]] += one["testStepResult"]["status"][0]
    assert outcomes == {
        "It passes for Gate": "PPPP",
        "It passes for Dock": "PPPP",
        "It fails": "PFSP",
        "It is skipped": "SSSS",
        "It leaves something behind": "PPPF",
    }
    assert envelopes[-1]["testRunFinished"]["success"] is False
    assert "the driver refused a command, and no step says so" in text
    assert "needs a driver that can be killed" in text


@pytest.mark.node
def test_cucumber_s_own_formatter_reads_the_messages(messages: Path, tmp_path: Path) -> None:
    node_modules()
    page = tmp_path / "page.html"
    command = ["node", str(FOLDER / "formatter.mjs"), str(messages), str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    kinds = json.loads(done.stdout)
    assert {kind: kinds[kind] for kind in ("gherkinDocument", "pickle", "testCaseFinished", "testRunFinished")} == {
        "gherkinDocument": 1,
        "pickle": 5,
        "testCaseFinished": 5,
        "testRunFinished": 1,
    }
    assert "What messages contain" in page.read_text(encoding="utf-8")
