"""The base class of fault effects, and the registry that the families add to.

The families are imported when the first fault is handled, so that a fake without faults starts without them.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, NamedTuple, TypeVar, dataclass_transform


class Facts(NamedTuple):
    """What a fault is matched against in a phase."""

    operation: str
    to: str = ""
    sender: str = ""
    account_sid: str = ""
    body: str = ""


class Effect:
    """What a fault does. Its fields are its further keys; ``effect`` makes subclasses frozen dataclasses.

    ``phase`` is when it is evaluated: ``request`` (before anything is processed), ``response`` (after), ``delivery``,
    ``callback`` or ``inbound_webhook``. ``where`` lists the operations that it can apply to, as patterns; a fault that
    matches only others would never apply and is refused. ``ranges`` gives the lowest and highest values of fields.
    """

    name: ClassVar[str] = ""
    phase: ClassVar[str] = ""
    where: ClassVar[tuple[str, ...]] = ("*.*",)
    action: ClassVar[Any] = None
    ranges: ClassVar[tuple[tuple[str, float, float], ...]] = ()

    def problems(self) -> list[str]:
        """Return what is wrong with the values, beyond their types."""
        return [
            f"{name}: {value:.15g} is not between {least:g} and {most:g}"
            for name, least, most in self.ranges
            if not least <= (value := getattr(self, name)) <= most
        ]

    @property
    def max_applied(self) -> int | None:
        """The number of times a fault with this effect applies, if the effect itself sets it."""
        return None

    def decide(self, chance: random.Random, body: bytes = b"") -> Any:
        """Return the action to take, a value of ``fake_twilio.faults.actions``; by default always the same.

        In phase ``response``, ``body`` is the response body.
        """
        return self.action


MAX_DELAY_S = 86_400

EFFECTS: dict[str, type[Effect]] = {}
"""All effects by ``type``."""

E = TypeVar("E", bound=Effect)


@dataclass_transform(frozen_default=True)
def effect(name: str, phase: str, *where: str) -> Callable[[type[E]], type[E]]:
    """Register a class as the effect of this ``type``, phase and operations, and make it a frozen dataclass."""

    def register(cls: type[E]) -> type[E]:
        made = dataclass(frozen=True, slots=True)(cls)
        made.name = name
        made.phase = phase
        made.where = where or made.where
        EFFECTS[name] = made
        return made

    return register


FAMILIES = ("http_errors", "latency", "connection", "corrupt_responses", "delivery", "webhooks")
"""The modules of this package that define effects; importing them registers the effects."""


def effects() -> dict[str, type[Effect]]:
    """Return all effects by ``type``."""
    _load()
    return EFFECTS


@cache
def _load() -> None:
    for name in FAMILIES:
        import_module(f"fake_twilio.faults.{name}")
