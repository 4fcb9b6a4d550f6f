"""The suite itself: well-formed, its step catalogue up to date, its steps few, explained and used."""

import json
import re
from datetime import date
from pathlib import Path

import pytest

from gherkin_tools.collector import definitions
from gherkin_tools.gherkin_model import read
from gherkin_tools.lint_command import check, feature_files
from gherkin_tools.step_catalogue import lacking
from harness.capabilities import REAL_LACKS, Capability
from harness.plugin import ROOT, STEPS_PAGE, STUB, SUITE, made_from_steps

MAX_DEFINITIONS = 90


def test_there_is_nothing_to_mend_in_the_suite() -> None:
    checked = check(feature_files([SUITE]), definitions(), today=date.max, suite=SUITE, lacking=REAL_LACKS)
    assert [f"{one.path}:{one.line}: {one.text}" for one in checked.lint_findings] == []


def test_what_is_made_from_the_steps_is_up_to_date() -> None:
    for file, text in made_from_steps().items():
        assert file.read_text(encoding="utf-8") == text, f"write {file} again: pytest features --write-steps"


def test_texts_under_a_step_keep_their_indentation_in_the_catalogue() -> None:
    step = "Given the driver's configuration also contains:"
    example = made_from_steps()[STEPS_PAGE].split(f"```gherkin\n{step}\n")[1].split("```")[0]
    assert example.splitlines()[0] == '  """'
    assert all(line.startswith("  ") for line in example.splitlines() if line)


def test_no_type_of_a_placeholder_is_shown() -> None:
    headings = [line for line in made_from_steps()[STEPS_PAGE].splitlines() if line.startswith("### ")]
    assert headings
    assert not [line for line in headings if re.search(r"\{\w+:", line)]


def test_every_step_is_explained_and_has_an_example() -> None:
    documents = [read(path) for path in feature_files([SUITE])]
    assert lacking(definitions(), documents) == []


def test_the_steps_stay_few() -> None:
    assert len({one.pattern for one in definitions().all}) <= MAX_DEFINITIONS


def test_steps_are_short() -> None:
    import inspect

    long = []
    for function in {one.function for one in definitions().all}:
        body = inspect.getsource(function).split('"""')[-1].strip().splitlines()
        if len(body) > 12:
            long.append(f"{function.__module__}.{function.__name__}: {len(body)} lines")
    assert long == []


@pytest.mark.parametrize(
    ("history", "needed"),
    [
        ("-", set()),
        ("Mask, Acknowledge", set()),
        ("a text goes out", set()),
        ("a text fails, Acknowledge", {Capability.FAULTS}),
        ("Mask, communication is lost", {Capability.FAULTS, Capability.CLOCK}),
    ],
)
def test_a_history_needs_only_what_happens_in_it(history: str, needed: set[Capability]) -> None:
    for kind, text in (
        ("given", f'this has happened to "Gate": {history}'),
        ("when", f'this happens to "Gate": {history}'),
    ):
        (definition,) = definitions().matching(kind, text)
        assert definition.needed_by(text) == needed


def test_editors_know_where_every_feature_and_every_step_is() -> None:
    settings = json.loads((ROOT / ".vscode" / "settings.json").read_text(encoding="utf-8"))

    def found(*globs: str) -> set[Path]:
        return {path for pattern in globs for path in ROOT.glob(pattern)}

    features = set(feature_files([SUITE]))
    assert found(*settings["cucumber.features"]) == found(settings["cucumberautocomplete.syncfeatures"]) == features
    assert found(*settings["cucumber.glue"]) == found(*settings["cucumberautocomplete.steps"]) == {STUB}


@pytest.mark.parametrize(("body", "unstamped"), [("STOP", True), ("stop", True), ("Please stop the truck", False)])
def test_keywords_are_texted_only_where_no_run_id_is_added_to_them(body: str, unstamped: bool) -> None:
    text = f'"Gate" texts "{body}"'
    (definition,) = definitions().matching("given", text)
    assert definition.needed_by(text) == ({Capability.UNSTAMPED} if unstamped else set())
