"""Docstrings and comments use one convention: code is in double backticks."""

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("driver", "fake_twilio", "features", "tests", "docs", "benchmarks", "examples", "release")
SINGLE = re.compile(r"(?<![`\\])`[^`\n]+`(?!`)")
#: Shown to readers as is: the texts of steps and settings, and the descriptions of fault effects.
SHOWN = ("features/steps/", "driver/config/", "fake_twilio/faults/", "fake_twilio/control/")


def prose(source: str) -> Iterator[tuple[int, str]]:
    """Yield the docstrings and comments of a module, each with its line number."""
    for node in ast.walk(ast.parse(source)):
        body = getattr(node, "body", ())
        for child in body if isinstance(body, list) else ():
            if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
                yield child.lineno, str(child.value.value)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


@pytest.mark.once
def test_code_stands_between_double_backticks() -> None:
    paths = [str(path.relative_to(ROOT)) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py")]
    wrong = [
        f"{path}:{line}: {found[0]}"
        for path in paths
        if not path.startswith(SHOWN)
        for line, text in prose((ROOT / path).read_text(encoding="utf-8"))
        if (found := SINGLE.search(text))
    ]
    assert len(paths) > 1000
    assert wrong == []


def test_what_is_no_prose_is_left_alone() -> None:
    source = 'x = "`a`"\n\n\ndef f() -> str:\n    """Say `a`."""\n    return f"`{x}`"  # or `b`, ``c``\n'
    assert [line for line, text in prose(source) if SINGLE.search(text)] == [5, 6]
