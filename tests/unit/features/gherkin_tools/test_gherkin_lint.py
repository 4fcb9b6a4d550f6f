"""Lint rules for feature files: each rule on a text that breaks it, and no finding on a clean one."""

from datetime import date
from pathlib import Path

import pytest
from pytest_bdd import parsers

from gherkin_tools.lint_command import NothingThereError, check, feature_files, fix, unreadable
from gherkin_tools.step_definitions import Definitions, StepDefinition
from gherkin_tools.table_columns import columns
from harness.capabilities import Capability, needs

TODAY = date(2026, 11, 24)


def is_open(name: str) -> None:
    """A door is open."""


def opens(name: str) -> None:
    """Somebody opens a door."""


@needs(Capability.FAULTS)
def breaks(name: str) -> None:
    """A door breaks."""


@columns("stands", "colour", needed=("door",))
def stand(datatable: object) -> None:
    """The doors stand so."""


DEFINITIONS = Definitions(
    [
        StepDefinition("given", parsers.parse('the door "{name}" is open'), is_open),
        StepDefinition("when", parsers.parse('somebody opens the door "{name}"'), opens),
        StepDefinition("when", parsers.parse('the door "{name}" breaks'), breaks),
        StepDefinition("then", parsers.parse('the door "{name}" is open'), is_open),
        StepDefinition("then", parsers.parse("the doors stand:"), stand),
    ]
)
HEAD = "Feature: Doors\n  Note: given a door, people walk through it.\n\n"
GOOD = (
    HEAD
    + r"""  Background:
    Given the door "Front" is open

  Scenario: A door opens
    When somebody opens the door "Back"
    Then the door "Back" is open
    And the doors stand:
      | door | stands |
      | Back | open   |

  Scenario Outline: Doors break at <case>
    When the door "<name>" breaks
    Then the door "<name>" is open

    Examples:
      | case  | name   |
      | a bar | A \| B |
"""
)


def found(tmp_path: Path, text: str, **options: bool) -> list[str]:
    path = tmp_path / "doors.feature"
    path.write_text(text, encoding="utf-8")
    lacking = frozenset({Capability.FAULTS})
    suite = tmp_path if options.get("whole") else None
    return [
        f"{one.line}: {one.text}"
        for one in check([path], DEFINITIONS, today=TODAY, suite=suite, lacking=lacking).lint_findings
    ]


def test_a_tidy_file_draws_no_failure_text(tmp_path: Path) -> None:
    assert found(tmp_path, GOOD, whole=True) == []


@pytest.mark.parametrize(
    ("part", "failure"),
    [
        ('Scenario: A\n    Given the dor "X" is open\n    Then the doors stand:', 'no step matches "Given the dor'),
        ('Scenario: A\n    Given the door "X" is open', "has no Then"),
        ("Scenario: A\n", "has no steps"),
        (
            'Scenario: A\n    When the door "X" breaks\n    And the door "Y" breaks\n    Then the door "X" is open',
            "has more than one When",
        ),
        ('Scenario: A\n    Then the door "X" is open\n    When somebody opens the door "X"', "has steps out of order"),
        ('Scenario: A\n    When I open the door\n    Then the door "X" is open', 'name the person instead of "I"'),
        ("Scenario: A\n    Then the doors stand:", "needs a data table under it"),
        ('Scenario: A\n    Then the door "X" is open\n      | a |\n      | b |', "does not take a data table"),
        ('Scenario: A\n    Then the door "X" is open\n      """\n      text\n      """', "does not take a doc string"),
        ('@quick\n  Scenario: A\n    Then the door "X" is open', "undeclared tag @quick"),
        ("Scenario: A\n" + '    Given the door "X" is open\n' * 7 + '    Then the door "X" is open', "has 8 steps"),
        (
            'Scenario: A\n    Then the door "X" is open\n\n  Scenario: a\n    Then the door "X" is open',
            "has this name; names must be unique",
        ),
        ("Scenario: A\n    Then the doors stand:\n      | a | bc |\n      | abc | d |", "untidy lines (2)"),
        (
            "Scenario: A\n    Then the doors stand:\n      | door | standz |\n      | X    | open   |",
            'unknown column "standz"; known columns: door, stands, colour; did you mean "stands"?',
        ),
        (
            "Scenario: A\n    Then the doors stand:\n      | stands |\n      | open   |",
            "the table needs the column door; known columns: door, stands, colour",
        ),
        (
            "Scenario: A\n    Then the doors stand:\n      | door | door |\n      | X    | Y    |",
            'the column "door" appears 2 times',
        ),
        (
            'Scenario Outline: A\n    Then the door "<who>" is open\n\n    Examples:\n      | name |\n      | X    |',
            "no column <who>",
        ),
        (
            'Scenario Outline: A\n    Then the door "X" is open\n\n    Examples:\n      | name |\n      | X    |',
            "column name is not used",
        ),
        (
            'Scenario Outline: A\n    Then the door "<a>" is open\n\n    Examples:\n      | a |',
            "has no examples",
        ),
        (
            'Scenario Outline: A\n    Then the door "<a>" is open\n  Examples:\n  | a |\n  | X |\n  Examples:\n  | a |',
            '9: outline "A" has no examples in this table',
        ),
        (
            'Scenario Outline: A <b>\n    Then the door "<a>" is open\n  Examples:\n  | a | b |\n  | X | Y |',
            "column b is not used; a column that only labels its rows is named case",
        ),
        (
            'Scenario Outline: A\n  Then the door "<a>" is open\n  Examples:\n  | case | a |\n  | 1 | X |\n  | 2 | X |',
            "the row 2 | X repeats an earlier row",
        ),
        (
            'Scenario: A\n    Then the door "X" is open\n\n  Scenario: B\n    Then the door "X" is open',
            'same steps as "A" in ',
        ),
        (
            'Scenario: A\n    the door "X" is open\n    Then the door "Y" is open',
            "'the'",
        ),
        (
            'Scenario Outline: A\n    Then the door "<a>" is open\n\n    Examples:\n      | a | a |\n      | X | Y |',
            "the column a appears 2 times",
        ),
        (
            'Scenario Outline: A\n    Then the door "<a>" is open\n  Examples:\n  | a |\n  | X |\n  | X |',
            "the row X repeats an earlier row and tests nothing new",
        ),
        (
            'Background:\n    Given the door "<a>" is open\n\n  Scenario: A\n    Then the door "X" is open',
            "5: <a> is not replaced: this is not a Scenario Outline",
        ),
        ('@fake-only\n  Scenario: A\n    Then the door "X" is open', "needs nothing the real Twilio lacks"),
        (
            '@real-only\n  Scenario: A\n    When the door "X" breaks\n    Then the door "X" is open',
            "is tagged @real-only but needs a connection to Twilio",
        ),
        ("Background:\n" + '    Given the door "X" is open\n' * 4, "4 steps in a background"),
        (
            "Scenario: A\n    Then the door\n  Nonsense",
            "6: unexpected line: Nonsense (expected: Rule:, Scenario:, Examples:, a step (Given, ",
        ),
        (
            "Scenario: A\n    Then the doors stand:\n      | a | b |\n      | c |\n  Nonsense",
            "7: this row has a different number of cells than the rows before it: look for an extra or missing |",
        ),
        ('Scenario: A\n    Then the doors stand:\n      """\n      text', '8: unexpected end of file (expected: """)'),
        (
            'Scenario: A\n    Then the door "<who>" is open',
            "5: <who> is not replaced: this is not a Scenario Outline with Examples",
        ),
        (
            'Scenario: A\n    And the door "X" is open\n    Then the door "X" is open',
            '5: "And the door "X" is open": a first step must be Given, When or Then',
        ),
        (
            'Scenario: A\n    Wehn the door "X" breaks\n    Then the door "X" is open',
            """5: "Wehn the door "X" breaks" is read as a description and never run: a step""",
        ),
        (
            'Scenaro:\n    Given the door "X" is open\n\n  Scenario: A\n    Then the door "X" is open',
            '5: "Given the door "X" is open" is read as a description and never run: it is not under',
        ),
        (
            'background:\n    given the door "X" is open\n\n  Scenario: A\n    Then the door "X" is open',
            '4: "background:" is read as a description and never run: did you mean `Background:`?',
        ),
        (
            'Scenario: A\n    Then the door "X" is open\n\n    Examples: B\n      Exampels: C\n      | a |',
            "did you mean `Examples:`?",
        ),
    ],
)
def test_each_rule_finds_what_breaks_it(tmp_path: Path, part: str, failure: str) -> None:
    assert failure in "\n".join(found(tmp_path, f"{HEAD}  {part}\n"))


@pytest.mark.parametrize(
    ("written", "failure"),
    [
        (b"", "1: this file has no feature; begin it with `Feature:` and a name"),
        (b"# to be written\n", "1: this file has no feature; begin it with `Feature:` and a name"),
        (
            "Feature: Doors\n  Türen.\n".encode("latin-1"),
            "2: byte 0xfc is not UTF-8; save the file with UTF-8 encoding",
        ),
        (
            "Feature: Doors\n".encode("utf-16"),
            "1: byte 0xff is not UTF-8; save the file with UTF-8 encoding",
        ),
        (GOOD.encode("utf-8-sig"), "1: the file starts with a byte order mark; remove it with `pytest features --fix`"),
    ],
    ids=["empty", "a comment", "latin 1", "utf-16", "byte order mark"],
)
def test_a_file_that_cannot_be_read_is_named_and_the_others_are_checked(
    tmp_path: Path, written: bytes, failure: str
) -> None:
    bad, good = tmp_path / "bad.feature", tmp_path / "good.feature"
    bad.write_bytes(written)
    good.write_text(GOOD, encoding="utf-8")
    checked = check([bad, good], DEFINITIONS, today=TODAY, lacking=frozenset({Capability.FAULTS}))
    assert list(checked.lines(tmp_path)) == [f"bad.feature:{failure}", "1 feature files, 2 scenarios: 1 to fix"]


def test_line_ends_of_other_systems_draw_no_failure_text(tmp_path: Path) -> None:
    path = tmp_path / "doors.feature"
    path.write_bytes(GOOD.replace("\n", "\r\n").encode())
    assert check([path], DEFINITIONS, today=TODAY, lacking=frozenset({Capability.FAULTS})).lint_findings == []


def test_a_feature_without_a_description_is_asked_for_one(tmp_path: Path) -> None:
    text = 'Feature: Doors\n\n  Scenario: A\n    Then the door "X" is open\n'
    assert found(tmp_path, text) == [
        "1: describe under the Feature line, in up to three lines, who wants this, what and why"
    ]


def test_steps_that_no_file_uses_are_named_when_the_whole_suite_is_checked(tmp_path: Path) -> None:
    text = f'{HEAD}  Scenario: A\n    Given the door "X" is open\n    Then the door "X" is open\n'
    assert found(tmp_path, text) == []
    unused = "\n".join(found(tmp_path, text, whole=True))
    assert 'no feature file uses the step "When somebody opens the door "{name}"": use it in a scenario, or' in unused
    assert "Then the doors stand:" in unused
    assert "is open" not in unused


def test_unfinished_scenarios_are_refused_in_ci_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f'{HEAD}  @wip\n  Scenario: A\n    Then the door "X" is open\n'
    monkeypatch.delenv("CI", raising=False)
    assert found(tmp_path, text) == []
    monkeypatch.setenv("CI", "true")
    assert "work in progress" in found(tmp_path, text)[0]


def test_a_misspelt_step_is_shown_the_three_nearest(tmp_path: Path) -> None:
    failure = found(tmp_path, f'{HEAD}  Scenario: A\n    When somebody openz a door "X"\n    Then the doors stand:\n')[
        0
    ]
    assert failure.splitlines()[1].strip() == 'When somebody opens the door "{name}"'
    assert len(failure.splitlines()) == 5


def test_a_step_that_means_two_definitions_names_both() -> None:
    two = Definitions([*DEFINITIONS.all, StepDefinition("when", parsers.parse("somebody opens {what}"), opens)])
    failure = two.problem("when", 'somebody opens the door "X"')
    assert failure is not None
    assert failure.startswith('more than one step matches "somebody opens the door "X""; let only one of them do so:')
    assert failure.count("test_gherkin_lint.py:") == 2


def test_fixing_aligns_tables_and_nothing_else(tmp_path: Path) -> None:
    untidy = GOOD.replace("      | Back | open   |", "      | Back|open |  ")
    untidy += '\n  Scenario: Text\n    Then the door "X" is open\n      """\n      | not | a table|\n      """\n'
    path = tmp_path / "doors.feature"
    path.write_text(untidy, encoding="utf-8")
    assert fix([path]) == [path]
    assert path.read_text(encoding="utf-8") == untidy.replace("      | Back|open |  ", "      | Back | open   |")
    assert fix([path]) == []


def test_fixing_takes_off_a_byte_order_mark(tmp_path: Path) -> None:
    path = tmp_path / "doors.feature"
    path.write_text(GOOD, encoding="utf-8-sig")
    assert fix([path]) == [path]
    assert path.read_bytes() == GOOD.encode()


def test_fixing_breaks_no_line_that_only_python_would_break(tmp_path: Path) -> None:
    path = tmp_path / "doors.feature"
    path.write_text(GOOD.replace("| Back | open   |", "| Back | o\u2028pen|"), encoding="utf-8")
    assert fix([path]) == [path]
    assert path.read_text(encoding="utf-8") == GOOD.replace("| Back | open   |", "| Back | o\u2028pen  |")


def test_fixing_leaves_files_of_other_encodings_alone(tmp_path: Path) -> None:
    path, written = tmp_path / "doors.feature", "Feature: Türen   \n".encode("latin-1")
    path.write_bytes(written)
    assert fix([path]) == []
    assert path.read_bytes() == written
    assert [failure.line for failure in unreadable([path])] == [1]


def test_what_names_no_feature_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes.md").touch()
    with pytest.raises(NothingThereError, match=r"retrry: no such file or folder"):
        feature_files([tmp_path / "retrry"])
    for nothing in (tmp_path, tmp_path / "notes.md"):
        with pytest.raises(NothingThereError, match="no feature file"):
            feature_files([nothing])


def test_files_folders_and_scenarios_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    one, two = tmp_path / "inner" / "one.feature", tmp_path / "two.feature"
    for path in (one, two):
        path.touch()
    assert feature_files([tmp_path]) == [one, two]
    assert feature_files([f"{two}::A door opens", two]) == [two]


@pytest.mark.parametrize("name", ["doors.Feature", "doors.features", "doors.feature.txt", "doors.gherkin"])
def test_a_file_that_is_never_played_for_its_name_is_found(tmp_path: Path, name: str) -> None:
    (tmp_path / "doors.feature").write_text(GOOD, encoding="utf-8")
    (tmp_path / name).write_text(GOOD, encoding="utf-8")
    checked = check(
        [tmp_path / "doors.feature"], DEFINITIONS, today=TODAY, suite=tmp_path, lacking=frozenset({Capability.FAULTS})
    )
    assert f"{name}:1: this file never runs: rename it so that it ends in `.feature`" in checked.lines(tmp_path)
