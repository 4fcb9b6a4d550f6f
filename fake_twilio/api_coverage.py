"""How much of the official specification the fake implements: ``coverage.toml``, read once, on first use."""

import re
from collections.abc import Mapping
from dataclasses import field
from functools import cache
from pathlib import Path

from fake_twilio.records import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the specification: its status, its parameters by status, and the test that proves it.

    ``without_effect`` says, for each parameter that is validated but changes nothing, why it has no effect.
    """

    method: str
    path: str
    status: str
    supported: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    without_effect: Mapping[str, str] = field(default_factory=dict)
    test: str = ""


@cache
def operations() -> tuple[Operation, ...]:
    """Return every operation in the messaging part of the specification."""
    import tomllib

    document = tomllib.loads((Path(__file__).parent / "coverage.toml").read_text("utf-8"))
    return tuple(
        Operation(
            method=name.partition(" ")[0],
            path=name.partition(" ")[2],
            status=row["status"],
            supported=tuple(row.get("supported", ())),
            partial=tuple(row.get("partial", ())),
            refused=tuple(row.get("refused", ())),
            without_effect=row.get("without_effect", {}),
            test=row.get("test", ""),
        )
        for name, row in document.items()
    )


def shape(path: str) -> str:
    """Return a path pattern without its suffix and the names of its variables, so that patterns can be compared."""
    return re.sub(r"\{\w+\}", "{}", path.removesuffix(".json"))


@cache
def refused_parameters() -> dict[str, frozenset[str]]:
    """Return the ignored parameters, keyed by ``METHOD shape-of-the-path``."""
    return {f"{row.method} {shape(row.path)}": frozenset(row.refused) for row in operations() if row.refused}
