"""Faults of the calls that Twilio makes: lost, doubled, late, out of order, badly signed.

Each exists twice: ``callback_…`` for status callbacks, ``inbound_…`` for the webhooks of incoming texts.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

from fake_twilio.faults.actions import ChangeWebhook
from fake_twilio.faults.base import Effect, Facts, effect

KINDS = {"callback": "callback", "inbound": "inbound_webhook"}
"""What the names of the effects begin with, and the operation to which they apply."""

MAX_DELAY_S = 86_400.0
MAX_COPIES = 100

E = TypeVar("E", bound=Effect)


@dataclass_transform(frozen_default=True)
def _of_each_kind(suffix: str) -> Callable[[type[E]], type[E]]:
    """Register an effect for receipts and for incoming texts."""

    def register(cls: type[E]) -> type[E]:
        made = dataclass(frozen=True, slots=True)(cls)
        for kind, operation in KINDS.items():
            body = {"__doc__": cls.__doc__, "__module__": cls.__module__}
            effect(f"{kind}_{suffix}", operation, operation)(type(f"{kind.title()}{cls.__name__}", (made,), body))
        return made

    return register


@dataclass(frozen=True, slots=True)
class CallFault(Effect):
    """What applies to a number of calls: ``times`` of the effect overrides the fault's own ``times``."""

    times: int | None = None

    def problems(self) -> list[str]:
        """Say what is wrong with the values."""
        return [] if self.times is None or self.times >= 1 else [f"times: {self.times} is below 1"]

    @property
    def max_applied(self) -> int | None:
        """As many calls as ``times`` says."""
        return self.times


def _seconds(seconds: float) -> list[str]:
    return [] if 0 <= seconds <= MAX_DELAY_S else [f"seconds: {seconds:g} is not between 0 and {MAX_DELAY_S:g}"]


@_of_each_kind("drop")
class CallDrop(CallFault):
    """The call is never made; ``times`` says how many are lost, in place of the fault's own ``times``."""

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> ChangeWebhook:
        """Return that nothing is sent."""
        return ChangeWebhook(drop=True)


@_of_each_kind("duplicate")
class CallDuplicate(Effect):
    """The call is made again, ``times`` more times, with the same idempotency token.

    The copies' answers are not looked at.
    """

    times: int = 1

    def problems(self) -> list[str]:
        """Say what is wrong with the values."""
        return [] if 1 <= self.times <= MAX_COPIES else [f"times: {self.times} is not between 1 and {MAX_COPIES}"]

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> ChangeWebhook:
        """Return how many copies follow."""
        return ChangeWebhook(copies=self.times)


@_of_each_kind("delay")
class CallDelay(CallFault):
    """The call is made ``seconds`` later on the fake's clock; those after it do not wait for it."""

    seconds: float = 5.0

    def problems(self) -> list[str]:
        """Say what is wrong with the values."""
        return [*_seconds(self.seconds), *CallFault.problems(self)]

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> ChangeWebhook:
        """Return the delay."""
        return ChangeWebhook(seconds=self.seconds)


@_of_each_kind("reorder")
class CallReorder(CallDelay):
    """The call is made after the next one: of the same message for receipts, to the same number for incoming texts.

    When no other comes within ``seconds`` on the fake's clock, it is made all the same.
    """

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> ChangeWebhook:
        """Return how long it waits for the next one."""
        return ChangeWebhook(behind=self.seconds)


@_of_each_kind("bad_signature")
class CallBadSignature(CallFault):
    """The call carries a signature made with another token: well formed, and wrong."""

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> ChangeWebhook:
        """Return that the signature is wrong."""
        return ChangeWebhook(forged=True)
