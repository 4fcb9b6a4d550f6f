"""The sides a scenario can be played on, and what each of them cannot do."""

from __future__ import annotations

from bench.needs import Capability

TWILIOS: dict[str, frozenset[Capability]] = {
    "fake": frozenset(),
    "test-credentials": frozenset(Capability) - {Capability.MAGIC, Capability.SPOILING},
    "real": frozenset(Capability) - {Capability.SPOILING},
}
"""Far side and what it lacks."""

DRIVERS: dict[str, frozenset[Capability]] = {
    "in-process": frozenset(),
    "subprocess": frozenset({Capability.CLOCK}),
    "compose": frozenset({Capability.CLOCK, Capability.SPOILING, Capability.WEBHOOKS}),
}
"""Near side and what it lacks."""

REAL_LACKS = TWILIOS["real"]


def lacking(twilio: str, driver: str) -> frozenset[Capability]:
    """What cannot be done when these two sides play together."""
    return TWILIOS[twilio] | DRIVERS[driver]
