"""Steps that only check for an absence. They prove nothing alone, because they also pass before anything happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

_ABSENCE, _START = "__observes_absence__", "__holds_at_the_start__"


def absence(function: Function) -> Function:
    """Declare that a step only checks for an absence."""
    return absence_when(lambda **_: True)(function)


def absence_when(when: Callable[..., bool]) -> Callable[[Function], Function]:
    """Declare that a step checks for an absence with some arguments; ``when`` is called with them by name."""

    def declared(function: Function) -> Function:
        setattr(function, _ABSENCE, when)
        return function

    return declared


def shows_absence(function: Callable[..., object], arguments: Mapping[str, Any]) -> bool:
    """Return whether a step function called with these arguments only checks for an absence."""
    when: Callable[..., bool] | None = getattr(function, _ABSENCE, None)
    return when is not None and when(**arguments)


def holds_at_start(when: Callable[..., bool]) -> Callable[[Function], Function]:
    """Declare that a step, with some arguments, describes what also holds when a scenario begins.

    Such a step may stand alone, but does not justify a later step that checks for an absence.
    """

    def declared(function: Function) -> Function:
        setattr(function, _START, when)
        return function

    return declared


def says_what_holds_at_start(function: Callable[..., object], arguments: Mapping[str, Any]) -> bool:
    """Return whether a step function called with these arguments describes what also holds when a scenario begins."""
    when: Callable[..., bool] | None = getattr(function, _START, None)
    return when is not None and when(**arguments)
