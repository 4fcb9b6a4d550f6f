"""The page that the site generates from the feature files."""

import importlib.util
import json
from pathlib import Path
from types import ModuleType

from gherkin_tools.gherkin_model import read
from gherkin_tools.lint_command import feature_files

ROOT = Path(__file__).parents[2]
FEATURE = (
    """\
Feature: A door
  When it is forced, somebody learns of it.

  Rule: At once

    @slow
    Scenario Outline: By <way>
      Given the settings:
        """
    '"""'
    """
        [[workflows]]
        on = "AlarmRaised"
        """
    '"""'
    """
      When it is forced
      Then these learn of it:
        | who |
        | Gate |

      Examples:
        | way  |
        | text |
"""
)


def hook() -> ModuleType:
    spec = importlib.util.spec_from_file_location("living_documentation", ROOT / "docs" / "living_documentation.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_scenario_is_on_the_page(tmp_path: Path) -> None:
    page = hook().page(ROOT, tmp_path / "none.json")
    assert "No test results were available" in page
    headings = [line.lstrip("# ") for line in page.splitlines() if line.startswith("#")]
    names = [one.name for document in map(read, feature_files([ROOT / "features"])) for one in document.scenarios]
    assert [name for name in names if hook()._plain(name) not in headings] == []


def test_a_feature_reads_as_prose_with_its_verdicts() -> None:
    lines = "\n".join(hook().prose(FEATURE, "features/a.feature", {("features/a.feature", "By <way>"): "✗"}))
    assert "### A door\n\nWhen it is forced, somebody learns of it." in lines
    assert "#### At once" in lines
    assert "##### ✗ By \\<way>" in lines
    assert '```gherkin\n"""\n[[workflows]]\non = "AlarmRaised"\n"""\n```' in lines
    assert "**When** it is forced<br>\n**Then** these learn of it:<br>\n\n```gherkin\n| who |\n| Gate |\n```" in lines
    assert "@slow" not in lines


def test_of_several_rows_the_worst_counts(tmp_path: Path) -> None:
    rows = [("By text", ["passed", "passed"]), ("By text", ["passed", "failed"]), ("By call", ["skipped"])]
    elements = [
        {"name": name, "steps": [{"result": {"status": status}} for status in statuses]} for name, statuses in rows
    ]
    report = tmp_path / "cucumber.json"
    report.write_text(json.dumps([{"uri": "a.feature", "elements": elements}]), encoding="utf-8")
    assert hook().verdicts(report) == {("a.feature", "By text"): "✗", ("a.feature", "By call"): "○"}
