"""Mutants that the type checker refuses: they could not be committed, so no test is run against them."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from mutation.generated.tree import ROOT, MutatedFile

MISTAKES = frozenset(
    [
        "arg-type",
        "assignment",
        "attr-defined",
        "call-arg",
        "call-overload",
        "dict-item",
        "index",
        "list-item",
        "operator",
        "return-value",
        "type-var",
        "union-attr",
    ]
)
"""Error codes that count. Unreachable code, for example, is also an error, but tests must notice what is missing."""


def refused(tree: Path, files: Sequence[MutatedFile]) -> set[str]:
    """Return the names of mutants with type errors under the project's own settings.

    Raises:
        RuntimeError: If mypy cannot run.
    """
    command = [sys.executable, "-P", "-m", "mypy", "--config-file", str(ROOT / "pyproject.toml"), "--output", "json"]
    options = ["--no-warn-unused-ignores", "--disable-error-code", "ignore-without-code", "--cache-dir", ".mypy_cache"]
    done = subprocess.run(  # noqa: S603 - our own type checker
        [*command, *options, *(str(file.source) for file in files)],
        cwd=tree,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"cannot run mypy:\n{done.stdout}{done.stderr}")
    by_path = {file.source.as_posix(): file for file in files}
    found = set()
    for line in done.stdout.splitlines():
        error = json.loads(line) if line.startswith("{") else {}
        file = by_path.get(error.get("file", ""))
        if file and error["severity"] == "error" and error["code"] in MISTAKES:
            found.add(file.mutant_at(error["line"]))
    return {name for name in found if name}
