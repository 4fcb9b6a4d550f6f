"""Webhook faults: requests to the customer's server are lost, repeated, late, out of order or badly signed.

Each exists twice: ``callback_…`` for status callbacks, ``inbound_…`` for the webhooks of inbound messages.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar, dataclass_transform

from fake_twilio.faults.actions import ChangeWebhook
from fake_twilio.faults.base import MAX_DELAY_S, Effect, effect

KINDS = {"callback": "callback", "inbound": "inbound_webhook"}
"""The prefixes of effect names, and the operation that each applies to."""

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
        found = Effect.problems(self)
        return found if self.times is None or self.times >= 1 else [*found, f"times: {self.times} is less than 1"]

    @property
    def max_applied(self) -> int | None:
        """The effect's own ``times``, if set."""
        return self.times


@_of_each_kind("drop")
class CallDrop(CallFault):
    """The request is never made; ``times`` is how many are lost and overrides the fault's own ``times``."""

    action = ChangeWebhook(drop=True)


@_of_each_kind("duplicate")
class CallDuplicate(Effect):
    """The request is made again, ``times`` more times, with the same idempotency token.

    The responses to the copies are ignored.
    """

    ranges = (("times", 1, MAX_COPIES),)

    times: int = 1

    def decide(self, chance: random.Random, body: bytes = b"") -> ChangeWebhook:
        """Return how many copies follow."""
        return ChangeWebhook(copies=self.times)


@_of_each_kind("delay")
class CallDelay(CallFault):
    """The request is made ``seconds`` later on the fake's clock; later ones do not wait for it."""

    ranges = (("seconds", 0, MAX_DELAY_S),)

    seconds: float = 5.0

    def decide(self, chance: random.Random, body: bytes = b"") -> ChangeWebhook:
        """Return the delay."""
        return ChangeWebhook(seconds=self.seconds)


@_of_each_kind("reorder")
class CallReorder(CallDelay):
    """The request is made after the next one, or after ``seconds`` on the fake's clock if there is none.

    The next one is of the same message for callbacks, and to the same number for inbound messages.
    """

    def decide(self, chance: random.Random, body: bytes = b"") -> ChangeWebhook:
        """Return how long it waits for the next one."""
        return ChangeWebhook(behind=self.seconds)


@_of_each_kind("bad_signature")
class CallBadSignature(CallFault):
    """The request is signed with another token: the signature is well formed but wrong."""

    action = ChangeWebhook(forged=True)
