"""Comparison of data tables with actual rows; on a mismatch, prints the actual table ready to paste.

A table may name a subset of the columns, and its rows may be in any order. In a cell, ``*`` matches anything, ``-``
"absent or empty", and a leading ``~`` means "contains"; any other text must be equal. Pasted «» marks around a cell
are ignored; ``pytest features --fix`` removes them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Row = Mapping[str, object]

OPENING, CLOSING = "«", "»"
"""Marks around a cell of an actual table that differs from the expected one."""

_ESCAPED = str.maketrans({"\\": r"\\", "|": r"\|", "\n": r"\n"})
"""Escapes for table cells in Gherkin."""


def rows_of(datatable: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """Return the rows of a data table as dictionaries by column name."""
    header, *rows = datatable
    return [dict(zip(header, map(unmarked, row), strict=True)) for row in rows]


def only_row(datatable: Sequence[Sequence[str]]) -> dict[str, str]:
    """Return the row of a data table that must have exactly one.

    Raises:
        AssertionError: If it has none or several.
    """
    rows = rows_of(datatable)
    assert len(rows) == 1, f"the table has {len(rows)} rows; this step takes exactly one"
    return rows[0]


def unmarked(text: str) -> str:
    """Return a cell without the marks of a pasted actual table."""
    return text[1:-1] if text.startswith(OPENING) and text.endswith(CLOSING) else text


def cell(value: object) -> str:
    """Return a value as a feature file writes it: ``-`` for absent, lists joined by commas."""
    if value is None or value in ("", []):
        return "-"
    if isinstance(value, (list, tuple)):
        return ", ".join(str(item) for item in value)
    return str(value)


def fits(expected: str, actual: object) -> bool:
    """Return whether a table cell matches a value."""
    text = cell(actual)
    if expected == "*":
        return True
    if expected.startswith("~"):
        return expected[1:].strip() in text
    return expected == text


def gherkin(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a data table as Gherkin with aligned columns."""
    lines = [[text.translate(_ESCAPED) for text in row] for row in (columns, *rows)]
    widths = [max(len(line[index]) for line in lines) for index in range(len(columns))]
    return "\n".join(
        "      | " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |"
        for line in lines
    )


@dataclass(frozen=True)
class Comparison:
    """The result of a comparison: ``fits``, and an explanation with a table that can be pasted."""

    fits: bool
    explanation: str


def compare(
    datatable: Sequence[Sequence[str]],
    actual: Sequence[Row],
    *,
    in_order: bool = False,
    exactly: bool = True,
) -> Comparison:
    """Compare a data table with the actual rows.

    Args:
        datatable: Header and rows from the feature file.
        actual: One mapping per row; columns that the table does not name are ignored.
        in_order: Whether the rows must be in this order.
        exactly: Whether additional actual rows are a mismatch.
    """
    columns = list(datatable[0])
    expected = rows_of(datatable)
    unknown = [column for column in columns if actual and all(column not in row for row in actual)]
    if unknown:
        known = ", ".join(sorted({str(key) for row in actual for key in row}))
        return Comparison(False, f"unknown column {', '.join(unknown)}; known columns: {known}")
    left = list(actual)
    missing: list[dict[str, str]] = []
    for row in expected:
        candidates = left[:1] if in_order else left
        match = next((found for found in candidates if all(fits(row[c], found.get(c)) for c in columns)), None)
        if match is None:
            missing.append(row)
            if in_order:
                break
        else:
            left.remove(match)
    if not missing and not (exactly and left):
        return Comparison(True, "")
    pairs = _pairs(missing, left, in_order=in_order)
    marked = [[_marked(found, column, pairs.get(id(found))) for column in columns] for found in actual]
    reasons = []
    if missing:
        reasons.append("missing:\n" + gherkin(columns, [[row[c] for c in columns] for row in missing]))
    if exactly and left and not (in_order and missing):
        reasons.append("not expected:\n" + gherkin(columns, [[cell(found.get(c)) for c in columns] for found in left]))
    there = gherkin(columns, marked) if actual else "      (nothing)"
    return Comparison(False, "\n".join([*reasons, f"the actual table (differing cells in {OPENING}{CLOSING}):", there]))


def _pairs(missing: Sequence[dict[str, str]], left: Sequence[Row], *, in_order: bool) -> dict[int, dict[str, str]]:
    """Return the probable missing row for each unmatched actual row, by its ID; most similar first."""
    if in_order:
        return {id(found): row for found, row in zip(left[:1], missing, strict=False)}

    def likeness(row: dict[str, str], found: Row) -> int:
        return sum(fits(text, found.get(column)) for column, text in row.items())

    candidates = [(likeness(row, found), index, found) for index, row in enumerate(missing) for found in left]
    pairs: dict[int, dict[str, str]] = {}
    taken: set[int] = set()
    for _, index, found in sorted(candidates, key=lambda one: -one[0]):
        if index not in taken and id(found) not in pairs:
            pairs[id(found)] = missing[index]
            taken.add(index)
    return pairs


def _marked(found: Row, column: str, wanted: Mapping[str, str] | None) -> str:
    """Return a cell of the actual table, between «» where the corresponding expected row differs."""
    text = cell(found.get(column))
    return text if wanted is None or fits(wanted[column], found.get(column)) else f"{OPENING}{text}{CLOSING}"
