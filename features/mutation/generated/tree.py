"""A copy of the driver and the fake in which every expression of some files has been mutated.

mutmut writes all mutants of a function next to the original with a switch in front, so that one copy holds them all.
"""

from __future__ import annotations

import difflib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path
from typing import Any

from mutmut.configuration import config
from mutmut.mutation.file_mutation import mutate_file_contents

from mutation.generated.verdicts import GeneratedMutant

ROOT = Path(__file__).resolve().parents[3]
PACKAGES = ("driver", "fake_twilio")
INDEX = ".mutants.json"
"""Suffix of the index file next to a mutated file; it contains the location of each mutant."""


class MutatedFile:
    """A mutated file of the copy, with all of its mutants."""

    def __init__(self, tree: Path, source: Path) -> None:
        self.source = source
        self.path = tree / source
        self._index_path = self.path.with_suffix(INDEX)

    @property
    def module(self) -> str:
        """Return the file's module name."""
        return ".".join(self.source.with_suffix("").parts).removesuffix(".__init__")

    def write(self) -> None:
        """Generate the mutants, unless they are newer than the source."""
        original = ROOT / self.source
        if self._index_path.exists() and self._index_path.stat().st_mtime > original.stat().st_mtime:
            return
        made = mutate_file_contents(str(self.source), original.read_text(encoding="utf-8"))
        self.path.write_text(made.code, encoding="utf-8")
        index = {
            "names": list(made.mutant_names),
            "versions": dict(made.hash_by_function_name),
            "lines": {name: [span.start, span.end] for name, span in made.line_span_by_function_name.items()},
        }
        self._index_path.write_text(json.dumps(index), encoding="utf-8")

    @cached_property
    def _index(self) -> dict[str, Any]:
        return dict(json.loads(self._index_path.read_text(encoding="utf-8")))

    def mutants(self) -> list[GeneratedMutant]:
        """Return all mutants of the file."""
        versions = self._index["versions"]
        return [
            GeneratedMutant(f"{self.module}.{name}", versions.get(name.partition("__mutmut_")[0], ""))
            for name in self._index["names"]
        ]

    def mutant_at(self, line: int) -> str | None:
        """Return the name of the mutant that a line of the file belongs to."""
        for name, (first, last) in self._index["lines"].items():
            if first <= line <= last and not name.endswith("_orig"):
                return f"{self.module}.{name}"
        return None

    def change(self, mutant: GeneratedMutant) -> str:
        """Return what a mutant changes: the new lines, or the removed ones."""
        name = mutant.name.rpartition(".")[2]
        original, broken = (self._lines(one) for one in (f"{name.partition('__mutmut_')[0]}__mutmut_orig", name))
        difference = list(difflib.ndiff(original, broken))
        became = [line[2:].strip() for line in difference if line.startswith("+ ")]
        went = [line[2:].strip() for line in difference if line.startswith("- ")]
        return " ".join(became) if became else f"without {' '.join(went)}"

    def _lines(self, function: str) -> list[str]:
        first, last = self._index["lines"][function]
        plain = re.sub(r"^x(ǁ.+ǁ|_)", "", function.partition("__mutmut_")[0])
        return [line.replace(function, plain) for line in self._text[first - 1 : last]]

    @cached_property
    def _text(self) -> list[str]:
        return self.path.read_text(encoding="utf-8").splitlines()


def mutable_files(patterns: Iterable[str] | None = None) -> list[Path]:
    """Return the files to mutate, relative to the root of the checkout."""
    chosen = list(config().only_mutate if patterns is None else patterns)
    files = sorted(file.relative_to(ROOT) for package in PACKAGES for file in (ROOT / package).rglob("*.py"))
    spared = config().do_not_mutate
    return [file for file in files if _any(file, chosen) and not _any(file, spared)]


def _any(file: Path, patterns: Iterable[str]) -> bool:
    return any(fnmatch(file.as_posix(), pattern) for pattern in patterns)


def make_tree(tree: Path, files: Sequence[Path], jobs: int) -> list[MutatedFile]:
    """Update a copy, and generate the mutants of ``files``."""
    mutated = [MutatedFile(tree, file) for file in files]
    for source, target in _stale(tree, {file.path for file in mutated}):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.with_suffix(INDEX).unlink(missing_ok=True)
        shutil.copy2(source, target)
    with ProcessPoolExecutor(jobs) as pool:
        list(pool.map(MutatedFile.write, mutated))
    return mutated


def _stale(tree: Path, mutated: set[Path]) -> Iterator[tuple[Path, Path]]:
    """Yield the files to copy: those that are missing or out of date, except mutated ones."""
    for package in PACKAGES:
        for folder, inner, names in os.walk(ROOT / package):
            inner[:] = [name for name in inner if name not in {"__pycache__", "node_modules"}]
            for name in names:
                source = Path(folder, name)
                target = tree / source.relative_to(ROOT)
                if target in mutated and target.exists():
                    continue
                if not target.exists() or target.stat().st_mtime != source.stat().st_mtime:
                    yield source, target
