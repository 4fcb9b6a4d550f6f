"""The verdict on each mutant, kept in a line-based file so that an interrupted run loses nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

KILLED, HUNG, SURVIVED, UNREACHED, ILL_TYPED = "killed", "hung", "survived", "unreached", "ill-typed"
NOTICED = frozenset({KILLED, HUNG})
"""Verdicts of mutants that tests notice, which include mutants that never end."""


@dataclass(frozen=True)
class GeneratedMutant:
    """One broken expression by its mutmut name, and the version of the function that it was generated from."""

    name: str
    version: str

    @property
    def module(self) -> str:
        """Return the mutated module, such as ``driver.domain.rules``."""
        return self.name.rpartition(".")[0]

    @property
    def package(self) -> str:
        """Return the mutated package, such as ``driver.domain``."""
        return ".".join(self.name.split(".")[:2])

    @property
    def function(self) -> str:
        """Return the mutated function, such as ``driver.domain.rules.Rule.applies``."""
        mangled = self.name.rpartition(".")[2].partition("__mutmut_")[0]
        return f"{self.module}.{mangled.removeprefix('x_').removeprefix('xǁ').replace('ǁ', '.')}"


@dataclass(frozen=True)
class Verdict:
    """The result for a mutant, and (``killer``) the test that noticed."""

    mutant: GeneratedMutant
    verdict: str
    killer: str = ""

    def line(self) -> str:
        """Return the verdict as a line of the file."""
        return json.dumps([self.mutant.name, self.mutant.version, self.verdict, self.killer]) + "\n"


def read(file: Path) -> dict[GeneratedMutant, Verdict]:
    """Return the last verdict of each mutant."""
    if not file.exists():
        return {}
    rows = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    verdicts = (Verdict(GeneratedMutant(name, version), verdict, killer) for name, version, verdict, killer in rows)
    return {verdict.mutant: verdict for verdict in verdicts}


def add(file: Path, verdicts: Iterable[Verdict]) -> None:
    """Append more verdicts."""
    with file.open("a", encoding="utf-8") as lines:
        lines.writelines(verdict.line() for verdict in verdicts)
