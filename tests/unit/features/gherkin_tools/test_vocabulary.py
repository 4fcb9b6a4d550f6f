"""Closed vocabularies: misspelled words, names that were never introduced, and absences that prove nothing."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pytest_bdd import parsers

from gherkin_tools.absence import absence, absence_when
from gherkin_tools.gherkin_model import read
from gherkin_tools.scenario_checks import Called, checked
from gherkin_tools.scenario_lint import step_problems
from gherkin_tools.step_definitions import Definitions, StepDefinition
from gherkin_tools.table_columns import Parameters, SideBySide, columns, rows_wanted, table
from gherkin_tools.vocabulary import Vocabulary, introduces, text, word

COLOR = Vocabulary("color", lambda: ("red", "green"))
DOOR = Vocabulary("door", introduced=("door",), other=r"\d+")
LONG = Vocabulary("digit", lambda: map(str, range(1000)), examples=("7", "12"))
TYPES = {"Color": word(COLOR), "Door": word(DOOR), "Digit": word(LONG)}


@introduces(lambda arguments, _: [("door", arguments["name"])], reserved=("Exit",))
def there_is(name: str) -> None: ...


@introduces(lambda arguments, rows: [("door", arguments["name"]), *(("door", row["door"]) for row in rows)])
def there_are(name: str, datatable: object) -> None: ...


@rows_wanted
@columns(door=DOOR)
def doors_are_painted(datatable: object) -> None: ...


@columns(door=DOOR, color=COLOR)
def doors_are(datatable: object) -> None: ...


@table(SideBySide(DOOR, COLOR))
def side_by_side(datatable: object) -> None: ...


@table(SideBySide(DOOR, chosen=lambda called: COLOR if called["what"] == "colors" else None))
def table_of(what: str, datatable: object) -> None: ...


@dataclass
class Opened:
    doors: list[object] = field(default_factory=list)

    def left_over(self) -> list[str]:
        return [f"{len(self.doors)} doors are left open"] if len(self.doors) > 2 else []


def noted(called: Called) -> list[str]:
    opened = called.said.setdefault("opened", Opened())
    assert isinstance(opened, Opened)
    opened.doors.append(called.arguments["name"])
    return [] if len(opened.doors) < 2 else [f"{opened.doors} of {', '.join(called.names['door'])}"]


@checked(noted)
def is_opened(name: str) -> None: ...


@table(Parameters(Vocabulary("parameter", lambda: ("Color", "Size")), {"Color": COLOR}))
def is_painted(datatable: object) -> None: ...


@text(lambda written: ["no rhyme"] if "rhyme" not in written else [])
def poem(docstring: str) -> None: ...


def is_colored(door: str, color: str) -> None: ...


def has_digit(digit: str) -> None: ...


def says(reason: str) -> None: ...


@absence
def nothing() -> None: ...


@absence
def nothing_by(number: str) -> None: ...


@absence_when(lambda count, **_: count == 0)
def opened(count: int) -> None: ...


DEFINITIONS = Definitions(
    StepDefinition(kind, parsers.parse(pattern, TYPES), function, TYPES)
    for kind, pattern, function in (
        ("given", 'there is the door "{name}"', there_is),
        ("given", 'there are the door "{name}" and:', there_are),
        ("given", "the poem:", poem),
        ("then", 'the door "{door:Door}" is {color:Color}', is_colored),
        ("then", "the digit {digit:Digit} is shown", has_digit),
        ("when", "the doors are painted:", doors_are_painted),
        ("given", 'the door says "{reason}"', says),
        ("then", "the doors are:", doors_are),
        ("then", "among the doors painted are:", doors_are_painted),
        ("then", "side by side:", side_by_side),
        ("then", "it is painted with:", is_painted),
        ("then", "the table of {what}:", table_of),
        ("when", 'the door "{name}" is opened', is_opened),
        ("then", "nothing is heard", nothing),
        ("then", "nothing is heard by {number}", nothing_by),
        ("then", "it was opened {count:d} times", opened),
    )
)


def problems(tmp_path: Path, steps: str) -> list[str]:
    path = tmp_path / "doors.feature"
    lines = "\n".join(f"    {line}" for line in steps.strip().splitlines())
    path.write_text(f"Feature: Doors\n  Scenario: One\n{lines}\n", encoding="utf-8")
    (scenario,) = read(path).scenarios
    return [f"{line}: {problem}" for line, problem in step_problems(scenario.steps, DEFINITIONS)]


@pytest.mark.parametrize(
    "steps",
    [
        'Given there is the door "Gate"\nThen the door "Gate" is red',
        'Then the door "12" is green',
        "Then the digit 999 is shown",
        'Given there is the door "Gate"\nThen the doors are:\n  | door | color |\n  | Gate | ~gre  |\n  | * | - |',
        'Given there are the door "A" and:\n  | door |\n  | B    |\nThen side by side:\n  | A | B |\n  | red | * |',
        "Then it is painted with:\n  | parameter | value |\n  | Color | red |\n  | Size | any |",
        'Given the poem:\n  """\n  a rhyme\n  """\nThen the digit 1 is shown',
        "Then the digit 1 is shown\nAnd nothing is heard\nAnd it was opened 0 times",
        "Then it was opened 1 times\nAnd nothing is heard",
        'Given the door says "<b> is "bold"" \nThen the digit 1 is shown',
        'Given there is the door "North"\nAnd there is the door "South"\nThen the door "North" is red',
        'Given there is the door "+12015550199"\nThen it was opened 1 times\nAnd nothing is heard by +12015550199',
        'Given there is the door "Gate"\nThen the doors are:\n  | door |\n  | «Gate» |',
        "Then the table of colors:\n  | red |\n  | any |",
        'Given there is the door "A"\nWhen the door "A" is opened\nThen the table of doors:\n  | A |\n  | any |',
    ],
)
def test_words_that_are_known_draw_no_finding(tmp_path: Path, steps: str) -> None:
    assert problems(tmp_path, steps) == []


@pytest.mark.parametrize(
    ("steps", "problem"),
    [
        (
            'Given there is the door "Gate"\nThen the door "Gaet" is red',
            "unknown door 'Gaet'; introduced by earlier steps: Gate. Did you mean \"Gate\"?",
        ),
        ('Then the door "Gate" is red\nThen nothing is heard', "introduced by earlier steps: none."),
        (
            'Then the door "1" is greeen',
            """3: "the door "1" is greeen": 'greeen' is not a color. One of: red, green. Did you mean "green"?""",
        ),
        ("Then the digit x is shown", "'x' is not a digit. One of 1000, for example 7, 12."),
        (
            "Then the doors are:\n  | color |\n  | gren  |",
            """5: "the doors are:": column "color": 'gren' is not a color""",
        ),
        ("Then the doors are:\n  | color |\n  | ~blu  |", "'blu' is not a color"),
        ("Then side by side:\n  | Gate |\n  | red |", "unknown door 'Gate'"),
        ("Then side by side:\n  | 1 |\n  | rde |", """5: "side by side:": 'rde' is not a color"""),
        ("Then it is painted with:\n  | parameter | value |\n  | Color | rde |", "Color: 'rde' is not a color"),
        ("Then it is painted with:\n  | parameter | value |\n  | Colour | red |", "'Colour' is not a parameter"),
        (
            "Then it is painted with:\n  | parameter | value |\n  | Color | red |\n  | Color | green |",
            "6: \"it is painted with:\": an earlier row already has the parameter 'Color'",
        ),
        ("Then it is painted with:\n  | parameter | valeu |\n  | Color | red |", 'unknown column "valeu"'),
        ("Then side by side:\n  | 1 | 2 | 1 |\n  | red | * | green |", 'the column "1" appears 2 times'),
        ('Given the door says " "', '3: "the door says " "": only whitespace'),
        ("Then the doors are:\n  | color |\n  | ~ |", '3: "the doors are:": only whitespace (or `~` with'),
        ("When the doors are painted:\n  | door |", "the table has no rows, so the step would do nothing"),
        ("Then among the doors painted are:\n  | door |", "the table has no rows, so the step would always hold"),
        ("Then the table of colors:\n  | rde |\n  | any |", "'rde' is not a color"),
        (
            "".join(f'When the door "{name}" is opened\n' for name in "ABC") + "Then the digit 1 is shown",
            "6: 3 doors are left open",
        ),
        (
            'When the door "A" is opened\nAnd the door "B" is opened\nGiven there is the door "A"',
            """4: "the door "B" is opened": ['A', 'B'] of A""",
        ),
        ('Given the poem:\n  """\n  prose\n  """', '3: "the poem:": no rhyme'),
        ('Given the door says "red" and the door says "green"', "if these are two steps, put each on its own line"),
        ('Given the door says "re"', "fewer than 3 letters match nearly any text"),
        ('Given there is the door "Gate "', 'the name "Gate " begins or ends with whitespace'),
        ('Given there is the door "+1 201 555 0123"', "is read as a name: write numbers as +12015550123"),
        (
            'Given there is the door "Gate"\nAnd there is the door "gate"\nThen the door "gate" is red',
            '"gate" and "Gate" differ only in case',
        ),
        (
            'Given there is the door "North"\nAnd there is the door "Noth"\nThen the door "North" is red',
            'no other step mentions "Noth"; did you mean "North"?',
        ),
        ('Given there is the door "Exit"', '"Exit" is already in use: choose another name'),
        ("Then nothing is heard", '3: "nothing is heard" proves nothing by itself'),
        (
            "Then it was opened 1 times\nAnd nothing is heard by +12015550199",
            '4: "nothing is heard by +12015550199": no earlier step mentions +12015550199',
        ),
        ("Then the doors are:\n  | door | color |\n  | * | * |", '3: "the doors are:": a row of only `*` matches'),
        ("Then it was opened 0 times", '"it was opened 0 times" proves nothing by itself'),
        ("Then the doors are:\n  | color |", '"the doors are:" proves nothing by itself'),
    ],
)
def test_words_that_nobody_knows_are_found_with_what_there_is(tmp_path: Path, steps: str, problem: str) -> None:
    assert any(problem in found for found in problems(tmp_path, steps)), problems(tmp_path, steps)
