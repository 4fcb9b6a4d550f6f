"""Editor support: regular expressions for every step, resolved by Cucumber's own language service, and snippets."""

import json
import subprocess
from pathlib import Path

import pytest
from pytest_bdd import parsers

from gherkin_tools.collector import definitions
from gherkin_tools.editor_stub import regular_expression
from gherkin_tools.gherkin_model import read
from gherkin_tools.lint_command import feature_files
from gherkin_tools.step_definitions import StepDefinition
from gherkin_tools.vocabulary import Vocabulary, word
from harness.plugin import SNIPPETS, STUB, SUITE
from support.node import FOLDER, node_modules

COLORS = Vocabulary("color", lambda: ("red", "green (dark)"))
NAMES = Vocabulary("name", introduced=("name",))
TYPES = {"Color": word(COLORS), "Name": word(NAMES)}


@pytest.mark.parametrize(
    ("pattern", "expression"),
    [
        ("the door stands:", "the door stands:"),
        ('"{name}" says "{text}" (twice)', r'"(.+)" says "(.+)" \(twice\)'),
        ("{count:d} doors", r"(\d+) doors"),
        ("it is {color:Color}", r"it is (red|green \(dark\))"),
        ("{name:Name} and/or others", r"(.+) and\/or others"),
    ],
)
def test_a_pattern_becomes_a_regular_expression(pattern: str, expression: str) -> None:
    one = StepDefinition("given", parsers.parse(pattern, TYPES), test_a_pattern_becomes_a_regular_expression, TYPES)
    assert regular_expression(one) == expression


def test_the_stub_says_of_each_pattern_what_it_does_and_where_it_is() -> None:
    text = STUB.read_text(encoding="utf-8")
    assert text.count("(/^") == len({one.pattern for one in definitions().all})
    entry = '// features/steps/assets.py: the_asset_shows\nThen(/^"(.+)" shows (.+)$/, () => {})\n'
    assert entry in text


def test_snippets_are_steps_with_their_tables() -> None:
    snippets = json.loads(SNIPPETS.read_text(encoding="utf-8"))
    assert "Then the assets show:" in snippets
    for snippet in snippets.values():
        step, *table, end = snippet["body"]
        assert step.endswith(":")
        assert table
        assert all(line.startswith("  | ") and line.endswith(" |") for line in table)
        assert end == "$0"


def undefined(*files: Path) -> list[dict[str, str]]:
    """Return the steps that Cucumber's language service does not resolve with the stub."""
    node_modules()
    command = ["node", str(FOLDER / "editor.mjs"), str(STUB), *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["errors"] == []
    return list(found["found"])


@pytest.mark.long
@pytest.mark.node
def test_cucumber_s_own_language_service_resolves_every_step() -> None:
    files = feature_files([SUITE])
    assert sum(len(scenario.steps) for file in files for scenario in read(file).scenarios) > 900
    assert undefined(*files) == []


@pytest.mark.long
@pytest.mark.node
def test_it_underlines_a_misspelled_step_and_a_word_that_is_not_on_its_list(tmp_path: Path) -> None:
    file = tmp_path / "doors.feature"
    steps = ("Given a Fulll Twilio account", 'When the operater sends "x" to phone "Gate"', 'Then "Gate" shows Fault')
    file.write_text("Feature: F\n  Scenario: S\n" + "".join(f"    {step}\n" for step in steps), encoding="utf-8")
    assert [one["message"] for one in undefined(file)] == [
        "Undefined step: a Fulll Twilio account",
        'Undefined step: the operater sends "x" to phone "Gate"',
    ]
