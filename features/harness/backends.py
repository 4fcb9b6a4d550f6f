"""The sides a scenario can be played on, and what each of them cannot do."""

from __future__ import annotations

from harness.capabilities import Capability

TWILIOS: dict[str, frozenset[Capability]] = {
    "fake": frozenset(),
    "test-credentials": frozenset(Capability) - {Capability.MAGIC, Capability.KILL, Capability.SECOND},
    "real": frozenset(Capability) - {Capability.KILL, Capability.SECOND},
}
"""Far side and what it lacks."""

DRIVERS: dict[str, frozenset[Capability]] = {
    "in-process": frozenset({Capability.KILL}),
    "subprocess": frozenset({Capability.CLOCK}),
    "compose": frozenset({Capability.CLOCK}),
}
"""Near side and what it lacks."""

REAL_LACKS = TWILIOS["real"]


LINE_GIVES = frozenset({Capability.FAULTS, Capability.JOURNAL})
"""What a line through the fake adds to the real Twilio."""


def lacking(twilio: str, driver: str, *, line: bool = False) -> frozenset[Capability]:
    """What cannot be done when these two sides play together, and with a line between them that fails on demand."""
    return (TWILIOS[twilio] | DRIVERS[driver]) - (LINE_GIVES if line else frozenset())
