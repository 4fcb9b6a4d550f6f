"""What every effect of a fault is made of, and the register that its families add to."""

import random
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple, TypeVar


class Facts(NamedTuple):
    """What a fault is matched against at one stage."""

    operation: str
    to: str = ""
    sender: str = ""
    account_sid: str = ""
    body: str = ""


class Effect:
    """What a fault does. Subclasses are frozen dataclasses whose fields are the effect's further keys.

    `stage` says when it is asked: `request` (before anything is processed), `reply` (after), `delivery`, `callback`,
    `inbound_webhook`. `where` says at which operations it can strike at all, as patterns; a fault that is matched
    against others would never strike and is refused.
    """

    name: ClassVar[str] = ""
    stage: ClassVar[str] = ""
    where: ClassVar[tuple[str, ...]] = ("*.*",)

    def problems(self) -> list[str]:
        """Say what is wrong with the values, beyond their types."""
        return []

    @property
    def strikes(self) -> int | None:
        """How often a fault with this effect strikes, where the effect itself says so."""
        return None

    def verdict(self, facts: Facts, chance: random.Random, reply: bytes = b"") -> Any:
        """Return what to do, a value of `fake_twilio.faults.actions`; `reply` is the answer at stage `reply`."""
        raise NotImplementedError


EFFECTS: dict[str, type[Effect]] = {}
"""Every effect by its `type`."""

C = TypeVar("C", bound=type[Effect])


def effect(name: str, stage: str, *where: str) -> Callable[[C], C]:
    """Register a class as the effect with this `type`, asked at this stage, at these operations only."""

    def register(cls: C) -> C:
        cls.name = name
        cls.stage = stage
        cls.where = where or cls.where
        EFFECTS[name] = cls
        return cls

    return register
