"""Which mutants the type checker refuses: nobody could commit them, so no test is played against them."""

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
"""What counts. Code that is never reached, for one, is also an error, but a test has to notice what is missing then."""


def refused(tree: Path, files: Sequence[MutatedFile]) -> set[str]:
    """Return the names of the mutants with a mistake of types, under the project's own settings.

    Raises:
        RuntimeError: When mypy cannot be run.
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
        raise RuntimeError(f"mypy cannot be run:\n{done.stdout}{done.stderr}")
    by_path = {file.source.as_posix(): file for file in files}
    found = set()
    for line in done.stdout.splitlines():
        error = json.loads(line) if line.startswith("{") else {}
        file = by_path.get(error.get("file", ""))
        if file and error["severity"] == "error" and error["code"] in MISTAKES:
            found.add(file.mutant_at(error["line"]))
    return {name for name in found if name}
