"""Checks across the steps of a scenario: what one step declares decides whether a later one is valid."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from gherkin_tools.vocabulary import Names, Rows


class Note(Protocol):
    """State that the check of one step leaves for the checks of later steps."""

    def left_over(self) -> Iterable[str]:
        """Yield what is still wrong after the last step."""
        ...


Function = TypeVar("Function", bound=Callable[..., Any])


@dataclass(frozen=True)
class Called:
    """A step call.

    Attributes:
        arguments: The values of its placeholders.
        rows: The rows of its table, by heading.
        text: The doc string under it.
        names: The names that the whole scenario introduces, by kind.
        said: Notes that the checks of earlier steps of the scenario have left.
    """

    arguments: Mapping[str, object]
    rows: Rows
    text: str
    names: Names
    said: dict[str, Note] = field(default_factory=dict)


ScenarioCheck = Callable[[Called], Iterable[str]]
"""Takes a step call; yields what is wrong with it, given the steps before it."""

_CHECK = "__scenario_check__"


def checked(check: ScenarioCheck) -> Callable[[Function], Function]:
    """Declare how a step is checked against the steps before it."""

    def declared(function: Function) -> Function:
        setattr(function, _CHECK, check)
        return function

    return declared


def declared_check(function: Callable[..., object]) -> ScenarioCheck | None:
    """Return how a step is checked against the steps before it; None for a step that is independent of them."""
    found: ScenarioCheck | None = getattr(function, _CHECK, None)
    return found
