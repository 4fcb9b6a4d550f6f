"""The sides a scenario can be played on, and what each of them cannot do."""

from __future__ import annotations

from harness.capabilities import Capability

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
