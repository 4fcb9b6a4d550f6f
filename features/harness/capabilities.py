"""What a step needs from the backends it runs on, and what they lack. Scenarios are skipped with the reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

Function = TypeVar("Function", bound=Callable[..., Any])


class Capability(StrEnum):
    """A capability that not every backend has. The value completes the sentence "this scenario needs …"."""

    FAULTS = "a connection to Twilio that fails on demand"
    CARRIER = "carriers and webhooks that fail on demand"
    CLOCK = "a manual clock"
    JOURNAL = "a log of the requests to Twilio"
    ACCOUNTS = "accounts of every type, created for the test"
    UNSTAMPED = "messages without the run's ID"
    WEBHOOKS = "a Twilio that can call the driver's webhook"
    KILL = "a driver that can be killed (--driver=subprocess or compose)"
    SECOND = "a second driver on the same database"
    DATABASE_FILE = "a driver whose database is a file"
    LOG = "a single driver with a complete debug log"
    MAGIC = "Twilio's magic test numbers"


_OF_THE_DRIVER = {Capability.KILL, Capability.SECOND, Capability.DATABASE_FILE, Capability.LOG}
"""Capabilities that do not depend on Twilio."""

TWILIOS: dict[str, frozenset[Capability]] = {
    "fake": frozenset(),
    "test-credentials": frozenset(Capability) - {Capability.MAGIC} - _OF_THE_DRIVER,
    "real": frozenset(Capability) - _OF_THE_DRIVER,
}
"""Twilio backends and what they lack."""

DRIVERS: dict[str, frozenset[Capability]] = {
    "in-process": frozenset({Capability.KILL}),
    "subprocess": frozenset({Capability.CLOCK}),
    "compose": frozenset({Capability.CLOCK}),
    "pair": frozenset(_OF_THE_DRIVER),
}
"""Driver backends and what they lack."""

REAL_LACKS = TWILIOS["real"]

LINE_GIVES = frozenset({Capability.FAULTS, Capability.JOURNAL})
"""What a fault proxy adds to the real Twilio."""

TUNNEL_GIVES = frozenset({Capability.WEBHOOKS})
"""What a public address that leads to this machine adds to the real Twilio."""


def lacking(twilio: str, driver: str, *, line: bool = False, tunnel: bool = False) -> frozenset[Capability]:
    """Return what this pair of backends cannot do, with or without a fault proxy and a tunnel."""
    given = (LINE_GIVES if line else frozenset()) | (TUNNEL_GIVES if tunnel else frozenset())
    return (TWILIOS[twilio] | DRIVERS[driver]) - given


@dataclass(frozen=True)
class StepNeeds:
    """Capabilities that a step needs, always or only with certain arguments (``when``)."""

    capabilities: frozenset[Capability]
    when: Callable[..., bool] | None = None

    def applies(self, arguments: Mapping[str, object]) -> bool:
        """Return whether the step needs them when called with these arguments."""
        return self.when is None or self.when(**arguments)


_NEEDS = "__needs__"


def needs(*capabilities: Capability, when: Callable[..., bool] | None = None) -> Callable[[Function], Function]:
    """Declare what a step needs.

    Args:
        capabilities: What the chosen backends must be able to do.
        when: Called with the step's arguments by name; the step needs the capabilities only if it returns True.
    """

    def declared(function: Function) -> Function:
        known = getattr(function, _NEEDS, ())
        setattr(function, _NEEDS, (*known, StepNeeds(frozenset(capabilities), when)))
        return function

    return declared


def declared_needs(function: Callable[..., object]) -> tuple[StepNeeds, ...]:
    """Return what a step function was declared to need."""
    return tuple(getattr(function, _NEEDS, ()))


def needed(function: Callable[..., object], arguments: Mapping[str, object]) -> frozenset[Capability]:
    """Return what a step function needs when called with these arguments."""
    found: set[Capability] = set()
    for need in declared_needs(function):
        if need.applies(arguments):
            found |= need.capabilities
    return frozenset(found)
