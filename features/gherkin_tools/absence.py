"""Steps that observe that something is not there: alone they prove nothing, for they pass before anything happened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])

_ABSENCE, _START = "__observes_absence__", "__holds_at_the_start__"


def absence(function: Function) -> Function:
    """Declare that a step observes that something is not there."""
    return absence_when(lambda **_: True)(function)


def absence_when(when: Callable[..., bool]) -> Callable[[Function], Function]:
    """Declare that a step does so with some of its arguments; ``when`` is called with them by name."""

    def declared(function: Function) -> Function:
        setattr(function, _ABSENCE, when)
        return function

    return declared


def shows_absence(function: Callable[..., object], arguments: Mapping[str, Any]) -> bool:
    """Whether a step function that is called with these arguments observes an absence."""
    when: Callable[..., bool] | None = getattr(function, _ABSENCE, None)
    return when is not None and when(**arguments)


def holds_at_start(when: Callable[..., bool]) -> Callable[[Function], Function]:
    """Declare that a step with some of its arguments says what also holds when a scenario begins.

    It may stand alone, but proves nothing for a step that observes an absence.
    """

    def declared(function: Function) -> Function:
        setattr(function, _START, when)
        return function

    return declared


def says_what_holds_at_start(function: Callable[..., object], arguments: Mapping[str, Any]) -> bool:
    """Whether a step function that is called with these arguments says what also holds when a scenario begins."""
    when: Callable[..., bool] | None = getattr(function, _START, None)
    return when is not None and when(**arguments)
