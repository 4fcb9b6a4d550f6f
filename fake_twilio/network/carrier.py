"""The carrier: takes accepted messages through their life on the fake's clock, to the handset or to a failure."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from fake_twilio.model.journey import Journey, Life, Step
from fake_twilio.model.message import Message, Status, may_become
from fake_twilio.network.fates import Fates
from fake_twilio.network.receipts import Receipts
from fake_twilio.network.world import World

LIVES: dict[str, Life] = {
    "realistic": (Step(Status.SENDING, 0.05, 0.3), Step(Status.SENT, 0.2, 1.0), Step(Status.DELIVERED, 0.8, 4.0)),
    "instant": (Step(Status.SENT), Step(Status.DELIVERED)),
}
"""The usual way of a message at each pace."""


class Carrier:
    """Moves messages along. `on_delivered` is called with each message that reaches a handset."""

    def __init__(self, world: World, receipts: Receipts) -> None:
        self._world = world
        self._receipts = receipts
        self._fates = Fates(world)
        self._chance = random.Random(world.seed.random_seed)  # noqa: S311 - plausible delays, not secrets
        self.on_delivered: list[Callable[[Message], None]] = []
        world.on_reset.append(self._begin_anew)

    def accept(self, message: Message) -> None:
        """Take charge of a message that was just queued."""
        life = self._fates.life_of(message, LIVES[self._world.pace])
        self._plan(message.account_sid, message.sid, life)

    def release(self, message: Message, status: str = "", error_code: int | None = None) -> None:
        """Let a parked message go on: to the end that is given, or on its usual way.

        Raises:
            KeyError: when the message is not parked.
        """
        life = self._fates.release(message, status, error_code, LIVES[self._world.pace])
        self._plan(message.account_sid, message.sid, life)

    def resume(self, journey: Journey) -> None:
        """Let a message that comes out of a snapshot go on its way."""
        self._world.agenda.at(journey.due, partial(self._advance, journey.account_sid, journey.sid, journey.steps))

    def _begin_anew(self) -> None:
        self._chance.seed(self._world.seed.random_seed)

    def _plan(self, account_sid: str, sid: str, steps: Life) -> None:
        if not steps:
            return
        _, least, most, _ = steps[0]
        step = partial(self._advance, account_sid, sid, steps)
        if most:
            due = self._world.now() + timedelta(seconds=self._chance.uniform(least, most))
            self._world.state.journeys[sid] = Journey(sid, account_sid, due, steps)
            self._world.agenda.at(due, step)
        else:
            self._world.agenda.soon(step)

    def _advance(self, account_sid: str, sid: str, steps: Life) -> None:
        status, _, _, error_code = steps[0]
        self._world.state.journeys.pop(sid, None)
        message = self._world.state.message(account_sid, sid)
        if message is None or not may_become(message.status, status):
            return
        message = (
            self._world.change_message(message, status, error_code=error_code)
            if error_code
            else self._world.change_message(message, status)
        )
        self._receipts.announce(message)
        if status is Status.DELIVERED:
            for deliver in self.on_delivered:
                deliver(message)
        elif len(steps) > 1:
            self._plan(account_sid, sid, steps[1:])
