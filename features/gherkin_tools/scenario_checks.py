"""What the steps of a scenario mean together: what one has said decides whether another can be played."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from gherkin_tools.vocabulary import Names, Rows


class Note(Protocol):
    """What the checks of a scenario's steps note for those of later steps."""

    def left_over(self) -> Iterable[str]:
        """What is still wrong when no step is left."""
        ...


Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Called:
    """A step as it is called.

    Attributes:
        arguments: The values of its placeholders.
        rows: The rows of its table, by their headings.
        text: The text under it.
        names: The names that the whole scenario introduces, by their kind.
        said: What the checks of earlier steps of the same scenario have noted.
    """

    arguments: Mapping[str, object]
    rows: Rows
    text: str
    names: Names
    said: dict[str, Note] = field(default_factory=dict)


ScenarioCheck = Callable[[Called], Iterable[str]]
"""From a step as it is called: what is wrong with it after the steps before it."""

_CHECK = "__scenario_check__"


def checked(check: ScenarioCheck) -> Callable[[Function], Function]:
    """Declare how a step is held against the steps before it."""

    def declared(function: Function) -> Function:
        setattr(function, _CHECK, check)
        return function

    return declared


def declared_check(function: Callable[..., object]) -> ScenarioCheck | None:
    """How a step is held against the steps before it; None where it stands for itself."""
    found: ScenarioCheck | None = getattr(function, _CHECK, None)
    return found
