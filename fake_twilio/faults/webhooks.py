"""Webhook faults: requests to the customer's server are lost, repeated, late, out of order or badly signed.

Each exists twice: ``callback_…`` for status callbacks, ``inbound_…`` for the webhooks of inbound messages.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

from fake_twilio.faults.actions import ChangeWebhook
from fake_twilio.faults.base import Effect, Facts, effect

KINDS = {"callback": "callback", "inbound": "inbound_webhook"}
"""The prefixes of effect names, and the operation that each applies to."""

MAX_DELAY_S = 86_400.0
MAX_COPIES = 100

E = TypeVar("E", bound=Effect)


@dataclass_transform(frozen_default=True)
def _of_each_kind(suffix: str) -> Callable[[type[E]], type[E]]:
    """Register an effect for status callbacks and for inbound messages."""

    def register(cls: type[E]) -> type[E]:
        made = dataclass(frozen=True, slots=True)(cls)
        for kind, operation in KINDS.items():
            body = {"__doc__": cls.__doc__, "__module__": cls.__module__}
            effect(f"{kind}_{suffix}", operation, operation)(type(f"{kind.title()}{cls.__name__}", (made,), body))
        return made

    return register


@dataclass(frozen=True, slots=True)
class CallFault(Effect):
    """A fault of a number of requests; the effect's ``times`` overrides the fault's own ``times``."""

    times: int | None = None

    def problems(self) -> list[str]:
        """Return what is wrong with the values."""
        return [] if self.times is None or self.times >= 1 else [f"times: {self.times} is less than 1"]

    @property
    def max_applied(self) -> int | None:
        """The effect's own ``times``, if set."""
        return self.times


def _seconds(seconds: float) -> list[str]:
    return [] if 0 <= seconds <= MAX_DELAY_S else [f"seconds: {seconds:g} is not between 0 and {MAX_DELAY_S:g}"]


@_of_each_kind("drop")
class CallDrop(CallFault):
    """The request is never made; ``times`` is how many are lost and overrides the fault's own ``times``."""

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> ChangeWebhook:
        """Return that nothing is sent."""
        return ChangeWebhook(drop=True)


@_of_each_kind("duplicate")
class CallDuplicate(Effect):
    """The request is made again, ``times`` more times, with the same idempotency token.

    The responses to the copies are ignored.
    """

    times: int = 1

    def problems(self) -> list[str]:
        """Return what is wrong with the values."""
        return [] if 1 <= self.times <= MAX_COPIES else [f"times: {self.times} is not between 1 and {MAX_COPIES}"]

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> ChangeWebhook:
        """Return how many copies follow."""
        return ChangeWebhook(copies=self.times)


@_of_each_kind("delay")
class CallDelay(CallFault):
    """The request is made ``seconds`` later on the fake's clock; later ones do not wait for it."""

    seconds: float = 5.0

    def problems(self) -> list[str]:
        """Return what is wrong with the values."""
        return [*_seconds(self.seconds), *CallFault.problems(self)]

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> ChangeWebhook:
        """Return the delay."""
        return ChangeWebhook(seconds=self.seconds)


@_of_each_kind("reorder")
class CallReorder(CallDelay):
    """The request is made after the next one, or after ``seconds`` on the fake's clock if there is none.

    The next one is of the same message for callbacks, and to the same number for inbound messages.
    """

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> ChangeWebhook:
        """Return how long it waits for the next one."""
        return ChangeWebhook(behind=self.seconds)


@_of_each_kind("bad_signature")
class CallBadSignature(CallFault):
    """The request is signed with another token: the signature is well formed but wrong."""

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> ChangeWebhook:
        """Return that the signature is wrong."""
        return ChangeWebhook(forged=True)
