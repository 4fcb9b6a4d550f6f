"""What every effect of a fault is made of, and the registry that its families add to.

They are loaded when the first fault is looked at: a fake without faults starts without them.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any, ClassVar, NamedTuple, TypeVar, dataclass_transform


class Facts(NamedTuple):
    """What a fault is matched against in one phase."""

    operation: str
    to: str = ""
    sender: str = ""
    account_sid: str = ""
    body: str = ""


class Effect:
    """What a fault does. Its fields are its further keys: ``effect`` makes subclasses frozen dataclasses.

    ``phase`` says when it is asked: ``request`` (before anything is processed), ``response`` (after), ``delivery``,
    ``callback``, ``inbound_webhook``. ``where`` says to which operations it can apply at all, as patterns; a fault that
    is matched against others would never apply and is refused.
    """

    name: ClassVar[str] = ""
    phase: ClassVar[str] = ""
    where: ClassVar[tuple[str, ...]] = ("*.*",)

    def problems(self) -> list[str]:
        """Say what is wrong with the values, beyond their types."""
        return []

    @property
    def max_applied(self) -> int | None:
        """How often a fault with this effect applies, where the effect itself says so."""
        return None

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> Any:
        """Return what to do, a value of ``fake_twilio.faults.actions``.

        In phase ``response``, ``body`` is the response's.
        """
        raise NotImplementedError


EFFECTS: dict[str, type[Effect]] = {}
"""Every effect by its ``type``."""

E = TypeVar("E", bound=Effect)


@dataclass_transform(frozen_default=True)
def effect(name: str, phase: str, *where: str) -> Callable[[type[E]], type[E]]:
    """Make a class the effect with this ``type``, asked in this phase, at these operations only: a frozen dataclass."""

    def register(cls: type[E]) -> type[E]:
        made = dataclass(frozen=True, slots=True)(cls)
        made.name = name
        made.phase = phase
        made.where = where or made.where
        EFFECTS[name] = made
        return made

    return register


FAMILIES = ("http_errors", "latency", "connection", "corrupt_responses", "delivery", "webhooks")
"""The modules of this package whose effects exist; loading them is what registers their effects."""


def effects() -> dict[str, type[Effect]]:
    """Return every effect by its ``type``."""
    _load()
    return EFFECTS


@cache
def _load() -> None:
    for name in FAMILIES:
        import_module(f"fake_twilio.faults.{name}")
