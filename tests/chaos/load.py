"""Load from users and people: commands at a steady rate, and messages to our number."""

import asyncio
import itertools
from contextlib import suppress
from random import Random

from chaos.ledger import Promise
from chaos.pace import now, wait
from chaos.site import Site
from chaos.twilio_backend import PEOPLE, STRANGER
from driver.client import DriverClient, RefusedError
from driver.errors import NotReachableError

COMMANDS_PER_S, TEXTS_PER_S = 3.0, 1.5
WORDS = ("Fire in hall 7.", "Gate open", "Löscher fehlt", "€ [1] {2}", "警報", "\U0001f6a8 alarm", "long " * 40)


class Load:
    """The users of one site. A command is repeated with its commandId until a driver acknowledges it."""

    def __init__(self, site: Site, chance: Random) -> None:
        self._site = site
        self._chance = chance
        self._giving: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Give commands and send messages until canceled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._commands())
            group.create_task(self._texts())

    @property
    def unacknowledged(self) -> int:
        """The number of commands that are still being given."""
        return len(self._giving)

    def give_up(self) -> None:
        """Stop giving commands."""
        for task in self._giving:
            task.cancel()

    async def _commands(self) -> None:
        for number in itertools.count(1):
            promise = Promise(f"c-{number}", self._chance.choice(sorted(PEOPLE)), now())
            self._site.ledger.promises.append(promise)
            task = asyncio.ensure_future(self._give(promise, f"{promise.key} {self._chance.choice(WORDS)}".strip()))
            self._giving.add(task)
            task.add_done_callback(self._giving.discard)
            await wait(1 / COMMANDS_PER_S)

    async def _give(self, promise: Promise, body: str) -> None:
        while True:
            driver = self._site.any_driver(self._chance)
            with suppress(NotReachableError):
                if driver.url and await self._give_once(DriverClient(self._site.http, driver.url), promise, body):
                    return
            await wait(0.3)

    async def _give_once(self, driver: DriverClient, promise: Promise, body: str) -> bool:
        try:
            parameters = {"Message Content": body}
            accepted = await driver.command(promise.asset, "Send Message", parameters, commandId=promise.key)
        except RefusedError as exc:
            if exc.status != 503:
                promise.refusal = f"{exc.status} {exc.problem}"
            return exc.status != 503
        promise.executions.add(accepted.execution_id)
        promise.acknowledged_at = now()
        return True

    async def _texts(self) -> None:
        for number in itertools.count(1):
            person = self._chance.choice([*sorted(PEOPLE.values()), STRANGER])
            await self._site.twilio.text(person, f"i-{number} {self._chance.choice(WORDS)}")
            await wait(1 / TEXTS_PER_S)
