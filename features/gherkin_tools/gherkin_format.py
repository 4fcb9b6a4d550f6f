"""The outer shape of feature files: data tables whose columns stand under each other, no blanks at line ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

from harness.table_diff import unmarked

BYTE_ORDER_MARK = "\ufeff"


def tidy(text: str) -> str:
    """The text of a feature file with every table aligned, blanks at line ends gone, and one newline at its end.

    A byte order mark goes too: the reader of feature files would take it for a part of the first word.
    """
    lines = [line.rstrip() for line in text.removeprefix(BYTE_ORDER_MARK).split("\n")]
    for first, last in _tables(lines):
        lines[first:last] = _aligned(lines[first:last])
    tidied = "\n".join(lines).rstrip("\n")
    return f"{tidied}\n" if tidied else ""


def untidy_lines(text: str) -> list[int]:
    """The numbers of the lines that ``tidy`` would change, counted from 1."""
    before, after = text.rstrip("\n").split("\n"), tidy(text).rstrip("\n").split("\n")
    changed = [number for number, (a, b) in enumerate(zip(before, after, strict=False), 1) if a != b]
    return changed or ([len(before)] if text != tidy(text) else [])


def _tables(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Where tables begin and end; tables within doc strings are texts and stay as they are."""
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
    """The cells of a row as written, without marks of what differed: an escaped bar belongs to its cell."""
    inner = re.sub(r"\|\s*$", "", line.strip()[1:])
    return [unmarked(cell.strip()) for cell in re.split(r"(?<!\\)\|", inner)]
