"""Formatting of feature files: aligned tables, and no trailing whitespace."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.table_diff import unmarked

BYTE_ORDER_MARK = "\ufeff"


def tidy(text: str) -> str:
    """Return a feature file's text with aligned tables, no trailing whitespace, and one newline at the end.

    A byte order mark is removed too, because the parser would take it for part of the first word.
    """
    lines = [line.rstrip() for line in text.removeprefix(BYTE_ORDER_MARK).split("\n")]
    for first, last in _tables(lines):
        lines[first:last] = _aligned(lines[first:last])
    tidied = "\n".join(lines).rstrip("\n")
    return f"{tidied}\n" if tidied else ""


def untidy_lines(text: str) -> list[int]:
    """Return the numbers of the lines that ``tidy`` would change, counted from 1."""
    before, after = text.rstrip("\n").split("\n"), tidy(text).rstrip("\n").split("\n")
    changed = [number for number, (a, b) in enumerate(zip(before, after, strict=False), 1) if a != b]
    return changed or ([len(before)] if text != tidy(text) else [])


def _tables(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Yield where tables begin and end. Tables within doc strings are text and stay unchanged."""
    fence, first = "", None
    for number, line in enumerate([*lines, ""]):
        bare = line.strip()
        if fence or bare.startswith(('"""', "```")):
            mark = bare[:3]
            if not fence:
                fence = mark
            elif bare == fence:
                fence = ""
        elif bare.startswith("|"):
            first = number if first is None else first
            continue
        if first is not None:
            yield first, number
            first = None


def _aligned(lines: list[str]) -> list[str]:
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    rows = [_split(line) for line in lines]
    width = max(len(row) for row in rows)
    widths = [max(len(row[index]) for row in rows if index < len(row)) for index in range(width)]
    return [indent + "| " + " | ".join(cell.ljust(widths[at]) for at, cell in enumerate(row)) + " |" for row in rows]


def _split(line: str) -> list[str]:
    """Return the cells of a row as written, without diff marks. An escaped bar belongs to its cell."""
    inner = re.sub(r"\|\s*$", "", line.strip()[1:])
    return [unmarked(cell.strip()) for cell in re.split(r"(?<!\\)\|", inner)]
