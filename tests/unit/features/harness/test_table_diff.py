"""Data tables: what matches, what does not, and that the printed table can be pasted into the feature file."""

from pathlib import Path

import pytest

from gherkin_tools.gherkin_format import tidy
from gherkin_tools.gherkin_model import read
from harness.table_diff import cell, compare, fits, gherkin, only_row, rows_of

ASSETS: list[dict[str, object]] = [
    {"asset": "Gate", "status": "Fault", "alarm": "unacknowledged", "reason": "attempt 2 failed"},
    {"asset": "Dock", "status": "Normal", "alarm": None, "reason": ""},
]


@pytest.mark.parametrize(
    ("expected", "actual", "answer"),
    [
        ("Fault", "Fault", True),
        ("Fault", "fault", False),
        ("*", None, True),
        ("-", None, True),
        ("-", "", True),
        ("-", [], True),
        ("-", 0, False),
        ("~2 fail", "attempt 2 failed", True),
        ("~3 fail", "attempt 2 failed", False),
        ("2", 2, True),
        ("Fault, Masked", ["Fault", "Masked"], True),
    ],
)
def test_a_cell_is_any_absent_contained_or_equal(expected: str, actual: object, answer: bool) -> None:
    assert fits(expected, actual) is answer


def test_columns_may_be_a_subset_and_rows_in_any_order() -> None:
    table = [["status", "asset"], ["Normal", "Dock"], ["Fault", "Gate"]]
    assert compare(table, ASSETS).fits
    assert not compare(table, ASSETS, in_order=True).fits
    assert compare([table[0], table[2], table[1]], ASSETS, in_order=True).fits


def test_a_row_fits_one_fact_only() -> None:
    assert not compare([["asset"], ["Gate"], ["Gate"]], ASSETS).fits


def test_facts_left_over_are_a_mismatch_unless_a_part_is_enough() -> None:
    table = [["asset"], ["Gate"]]
    assert not compare(table, ASSETS).fits
    assert compare(table, ASSETS, exactly=False).fits


def test_an_unknown_column_is_named_with_those_there_are() -> None:
    comparison = compare([["asset", "colour"], ["Gate", "red"]], ASSETS)
    assert not comparison.fits
    assert "unknown column colour; known columns: alarm, asset, reason, status" in comparison.explanation


def test_a_mismatch_prints_the_actual_table_with_differing_cells_marked() -> None:
    comparison = compare([["asset", "status"], ["Gate", "Normal"], ["Dock", "Normal"]], ASSETS)
    assert "      | Gate  | «Fault» |\n      | Dock  | Normal  |" in comparison.explanation


def test_the_printed_table_can_be_pasted() -> None:
    printed = gherkin(["asset", "status"], [["Gate", "No Communication"]])
    lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in printed.splitlines()]
    assert rows_of(lines) == [{"asset": "Gate", "status": "No Communication"}]
    assert len({len(line) for line in printed.splitlines()}) == 1


def test_nothing_expected_and_nothing_there_fits() -> None:
    assert compare([["body"]], []).fits
    assert "(nothing)" in compare([["body"], ["Hello"]], []).explanation


def test_absent_values_print_as_a_dash() -> None:
    assert cell(None) == "-"


def test_the_actual_table_can_be_pasted_and_then_fits(tmp_path: Path) -> None:
    actual = [{"asset": "Gate", "body": "a|b"}, {"asset": "Dock", "body": "two\nlines\\"}]
    shown = compare([["asset", "body"], ["Gate", "other"], ["Dock", "*"]], actual).explanation
    table = shown.partition("the actual table (differing cells in «»):\n")[2]
    assert "«a\\|b»" in table
    path = tmp_path / "pasted.feature"
    path.write_text(f"Feature: F\n  Scenario: S\n    Then it shows:\n{table}\n", encoding="utf-8")
    assert compare(read(path).scenarios[0].steps[0].table, actual).fits
    assert "«" not in tidy(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("rows", [[], [["a"], ["b"]]])
def test_a_table_that_must_have_one_row_says_how_many_it_has(rows: list[list[str]]) -> None:
    assert only_row([["door"], ["front"]]) == {"door": "front"}
    with pytest.raises(AssertionError, match=f"the table has {len(rows)} rows; this step takes exactly one"):
        only_row([["door"], *rows])


def test_only_the_row_that_was_meant_is_marked() -> None:
    rows = [{"asset": "Gate", "status": "Fault"}, {"asset": "System", "status": "Normal"}]
    explanation = compare([["asset", "status"], ["Gate", "Normal"]], rows).explanation
    assert "      | Gate   | «Fault» |\n      | System | Normal  |" in explanation


def test_in_order_only_the_first_row_that_differs_is_marked() -> None:
    rows = [{"body": "One"}, {"body": "Three"}, {"body": "Two"}]
    explanation = compare([["body"], ["One"], ["Two"], ["Three"]], rows, in_order=True).explanation
    assert "      | One     |\n      | «Three» |\n      | Two     |" in explanation
