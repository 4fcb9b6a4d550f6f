"""The glossary is accurate: each term's file exists and defines its type, and no two classes share a name."""

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROW = re.compile(r"^\| (?P<term>[^|]+) \| (?P<meaning>[^|]+) \| `(?P<type>\w+)` \| `(?P<file>[\w/.]+)` \|$")
LINES = (ROOT / "docs/glossary.md").read_text(encoding="utf-8").splitlines()
TERMS = [row for line in LINES if (row := ROW.match(line))]


def definitions(file: Path) -> set[str]:
    """Return the classes and functions that a file defines, methods included."""
    kinds = (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, kinds)}


def test_every_row_can_be_read() -> None:
    rows = [line for line in LINES if line.startswith("| ") and not line.startswith("| term")]
    assert len(TERMS) == len(rows) >= 40


@pytest.mark.parametrize("row", TERMS, ids=lambda row: row["term"])
def test_type_and_file_of_each_term_are_there(row: "re.Match[str]") -> None:
    assert row["type"] in definitions(ROOT / row["file"]), f"{row['file']} does not define {row['type']}"


def test_a_term_stands_once_in_each_part() -> None:
    parts = "\n".join(LINES).split("\n## ")[1:]
    for part in parts:
        terms = re.findall(r"^\| ([^|`]+?) \| [^|]+ \| `", part, re.MULTILINE)
        assert terms
        assert sorted(terms) == sorted(set(terms))


@pytest.mark.parametrize("package", ["driver", "fake_twilio", "features"])
def test_no_class_name_means_two_things(package: str) -> None:
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for file in sorted((ROOT / package).rglob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef):
                homes[node.name].append(file.relative_to(ROOT).as_posix())
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}
