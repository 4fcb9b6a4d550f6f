"""A few mutants of each package and the tests that notice them: quick enough for every change.

``sample.toml`` is written from the verdicts of a whole run. Where tests are weakened later, a mutant survives and the
sample fails.
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from mutation.generated.verdicts import KILLED, GeneratedMutant, Verdict

LIST = Path(__file__).with_name("sample.toml")
OF_EACH_PACKAGE = 4
FEWEST = 15
"""Mutants of the list that must still fit the code; below that a new list has to be chosen."""

HEAD = """# Mutants that the named tests notice, some of each package; written by `tox -e mutmut -- --choose-sample`.
"""


@dataclass(frozen=True)
class Sampled:
    """A mutant that is found by what it changes, and the file of tests that notices it."""

    function: str
    becomes: str
    tests: str

    def find(
        self, mutants: Iterable[GeneratedMutant], change: Callable[[GeneratedMutant], str]
    ) -> GeneratedMutant | None:
        """Return the mutant, unless the code has moved on."""
        return next((one for one in mutants if one.function == self.function and change(one) == self.becomes), None)


def read(file: Path = LIST) -> list[Sampled]:
    """Return the list."""
    return [Sampled(**row) for row in tomllib.loads(file.read_text(encoding="utf-8"))["mutant"]]


def choose(judged: Iterable[Verdict], change: Callable[[GeneratedMutant], str], seed: int = 1) -> list[Sampled]:
    """Return some mutants of each package, each of another function, those that unit tests notice first."""

    def order(one: Verdict) -> tuple[bool, str]:
        return not one.killer.startswith("tests/unit"), hashlib.sha256(f"{seed}{one.mutant.name}".encode()).hexdigest()

    chosen: defaultdict[str, dict[str, Sampled]] = defaultdict(dict)
    for one in sorted((one for one in judged if one.verdict == KILLED), key=order):
        functions = chosen[one.mutant.package]
        if len(functions) < OF_EACH_PACKAGE and one.mutant.function not in functions:
            tests = one.killer.partition("::")[0]
            functions[one.mutant.function] = Sampled(one.mutant.function, change(one.mutant), tests)
    return [sampled for package in sorted(chosen) for sampled in chosen[package].values()]


def text(chosen: Iterable[Sampled]) -> str:
    """Return the list as it is written; a JSON string is a TOML string as well."""
    rows = (
        "\n[[mutant]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in vars(one).items())
        for one in chosen
    )
    return HEAD + "".join(rows)
