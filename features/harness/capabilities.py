"""What a step needs from the backends it plays on, and what they lack: a scenario is skipped with the reason."""

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


_OF_THE_DRIVER = {Capability.KILL, Capability.SECOND, Capability.DATABASE_FILE, Capability.LOG}
"""What does not depend on Twilio."""

TWILIOS: dict[str, frozenset[Capability]] = {
    "fake": frozenset(),
    "test-credentials": frozenset(Capability) - {Capability.MAGIC} - _OF_THE_DRIVER,
    "real": frozenset(Capability) - _OF_THE_DRIVER,
}
"""Far side and what it lacks."""

DRIVERS: dict[str, frozenset[Capability]] = {
    "in-process": frozenset({Capability.KILL}),
    "subprocess": frozenset({Capability.CLOCK}),
    "compose": frozenset({Capability.CLOCK}),
    "pair": frozenset(_OF_THE_DRIVER),
}
"""Near side and what it lacks."""

REAL_LACKS = TWILIOS["real"]

LINE_GIVES = frozenset({Capability.FAULTS, Capability.JOURNAL})
"""What a line through the fake adds to the real Twilio."""

TUNNEL_GIVES = frozenset({Capability.WEBHOOKS})
"""What a public address that leads to this machine adds to the real Twilio."""


def lacking(twilio: str, driver: str, *, line: bool = False, tunnel: bool = False) -> frozenset[Capability]:
    """What cannot be done when these two sides play together, with a line that fails on demand, with a tunnel."""
    given = (LINE_GIVES if line else frozenset()) | (TUNNEL_GIVES if tunnel else frozenset())
    return (TWILIOS[twilio] | DRIVERS[driver]) - given


@dataclass(frozen=True)
class StepNeeds:
    """Capabilities that a step needs, always or only when its arguments are such (``when``)."""

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
