"""What a step needs from the backends it plays on, so that a scenario can be skipped with a reason before it begins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


class Capability(StrEnum):
    """What not every side can do. The value completes the sentence "this scenario needs …"."""

    FAULTS = "a line to Twilio that fails on demand"
    CARRIER = "carriers and webhooks that fail on demand"
    CLOCK = "a clock that can be moved by hand"
    JOURNAL = "the journal of what Twilio was asked"
    ACCOUNTS = "accounts of every type, made for the test"
    UNSTAMPED = "texts to which the run's id is not added"
    WEBHOOKS = "a Twilio that can call the driver's webhook"
    KILL = "a driver that can be killed (--driver=subprocess or compose)"
    SECOND = "a second driver on the same database"
    DATABASE_FILE = "a driver whose database is a file"
    LOG = "one driver whose debug log has everything"
    MAGIC = "Twilio's magic test numbers"


@dataclass(frozen=True)
class StepNeeds:
    """Capabilities that a step needs, always or only when its arguments are such (`when`)."""

    capabilities: frozenset[Capability]
    when: Callable[..., bool] | None = None

    def applies(self, arguments: Mapping[str, object]) -> bool:
        """Whether the step needs them when it is called with these arguments."""
        return self.when is None or self.when(**arguments)


_NEEDS = "__needs__"


def needs(*capabilities: Capability, when: Callable[..., bool] | None = None) -> Callable[[Function], Function]:
    """Declare what a step needs.

    Args:
        capabilities: What the chosen sides must be able to do.
        when: Called with the step's arguments by name; the step needs the capabilities only if it answers True.
    """

    def declared(function: Function) -> Function:
        known = getattr(function, _NEEDS, ())
        setattr(function, _NEEDS, (*known, StepNeeds(frozenset(capabilities), when)))
        return function

    return declared


def declared_needs(function: Callable[..., object]) -> tuple[StepNeeds, ...]:
    """What a step function was declared to need."""
    return tuple(getattr(function, _NEEDS, ()))


def needed(function: Callable[..., object], arguments: Mapping[str, object]) -> frozenset[Capability]:
    """What a step function needs when it is called with these arguments."""
    found: set[Capability] = set()
    for need in declared_needs(function):
        if need.applies(arguments):
            found |= need.capabilities
    return frozenset(found)
