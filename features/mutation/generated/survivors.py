"""Why a mutant may survive: the list ``survivors.toml``, read, matched and shown."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from mutation.generated.verdicts import GeneratedMutant

LIST = Path(__file__).with_name("survivors.toml")

INTRODUCTION = """\
Made by `make_survivors.py` from `features/mutation/generated/survivors.toml`. `*` stands for any text. A mutant that
survives and is not listed fails the nightly run."""


@dataclass(frozen=True)
class Survivor:
    """Mutants that may survive: the functions and the lines that they become, where ``*`` stands for any text."""

    where: str
    becomes: tuple[str, ...]
    why: str

    def covers(self, mutant: GeneratedMutant, change: str) -> bool:
        """Say whether a mutant is one of these."""
        return _like(self.where, mutant.function) and any(_like(one, change) for one in self.becomes)


def read(file: Path = LIST) -> list[Survivor]:
    """Return the list."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))["survivor"]
    return [Survivor(row["where"], tuple(row["becomes"]), row["why"]) for row in rows]


def pending(file: Path = LIST) -> tuple[str, ...]:
    """Return the modules whose survivors nobody has looked at yet: they are counted, and fail nothing."""
    return tuple(tomllib.loads(file.read_text(encoding="utf-8")).get("pending", ()))


def reason(known: Sequence[Survivor], mutant: GeneratedMutant, change: str) -> str:
    """Return why a mutant may survive, or nothing."""
    return next((one.why for one in known if one.covers(mutant, change)), "")


def table(known: Iterable[Survivor] | None = None) -> str:
    """Return the list as a table of Markdown."""
    rows = (
        f"| {_code(one.where)} | {'<br>'.join(map(_code, one.becomes))} | {one.why} |"
        for one in (read() if known is None else known)
    )
    return "\n".join(["| where | becomes | why it may survive |", "|---|---|---|", *rows])


def _code(text: str) -> str:
    return f"`{text.replace('|', chr(0x2223))}`"


def _like(pattern: str, text: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*"), text, re.DOTALL) is not None
